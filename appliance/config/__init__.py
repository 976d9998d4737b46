# SPDX-License-Identifier: Apache-2.0
"""Configuration: TOML to frozen dataclasses; an unknown key or a missing secret stops the start."""

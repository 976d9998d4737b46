# SPDX-License-Identifier: Apache-2.0
"""An office that calls: its card, and the ready answers."""

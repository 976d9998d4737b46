# SPDX-License-Identifier: Apache-2.0
"""How everything is on which the vault depends."""

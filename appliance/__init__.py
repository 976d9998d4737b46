# SPDX-License-Identifier: Apache-2.0
"""Renkei Gateway: a plugin-based gateway appliance between pension funds and employer offices."""

__version__ = "0.1.0"

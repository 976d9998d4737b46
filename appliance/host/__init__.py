# SPDX-License-Identifier: Apache-2.0
"""Finds, checks, starts, guards and stops plugins; generic over families.py, knows none by name."""

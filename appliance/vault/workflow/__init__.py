# SPDX-License-Identifier: Apache-2.0
"""The state machines, each one table and one pure function."""

# SPDX-License-Identifier: Apache-2.0
"""Rows: tables over the record store, transactions that are plain functions, and the one writer (design §5)."""

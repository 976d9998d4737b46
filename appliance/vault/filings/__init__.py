# SPDX-License-Identifier: Apache-2.0
"""Filings (届書): submitted by an office, approved, delivered, and settled by the fund (requirements 1.K, 1.U)."""

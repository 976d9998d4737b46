# SPDX-License-Identifier: Apache-2.0
"""The journal: one append-only RFC 6962 tree of every act, sealed and signed (docs/journal.md)."""

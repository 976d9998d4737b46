# SPDX-License-Identifier: Apache-2.0
"""Keys: what seals rows and documents, and how a month of documents is forgotten for ever (design §5, §6)."""

# SPDX-License-Identifier: Apache-2.0
"""The door of the vault: who comes in, by which proofs, and how often anybody may try (design §5, §10)."""

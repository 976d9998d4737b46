# SPDX-License-Identifier: Apache-2.0
"""VPN sessions: the vault owns the truth of who may be connected, until when; the gate obeys (design §9)."""

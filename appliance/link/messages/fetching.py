# SPDX-License-Identifier: Apache-2.0
"""Messages about what an office does before it has a PC: it fetches kits and sends 確認コード."""

# SPDX-License-Identifier: Apache-2.0
"""What an office does before it has a PC: it fetches kits and sends 確認コード."""

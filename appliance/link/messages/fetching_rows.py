# SPDX-License-Identifier: Apache-2.0
"""The rows of the messages about what an office does before it has a PC: it fetches kits and sends 確認コード."""

from appliance.link.messages.row import Message

FETCHING_MESSAGES: tuple[Message, ...] = ()

FETCHING_SAFE_AGAIN: frozenset[type] = frozenset()

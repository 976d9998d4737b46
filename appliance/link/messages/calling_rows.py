# SPDX-License-Identifier: Apache-2.0
"""The rows of the messages about an office that calls: its card, and the ready answers."""

from appliance.link.messages.row import Message

CALLING_MESSAGES: tuple[Message, ...] = ()

CALLING_SAFE_AGAIN: frozenset[type] = frozenset()

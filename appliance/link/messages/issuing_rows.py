# SPDX-License-Identifier: Apache-2.0
"""The rows of the messages about what an office is given: numbers, keys, letters, seats and another admin."""

from appliance.link.messages.row import Message

ISSUING_MESSAGES: tuple[Message, ...] = ()

ISSUING_SAFE_AGAIN: frozenset[type] = frozenset()

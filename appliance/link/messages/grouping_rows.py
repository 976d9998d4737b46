# SPDX-License-Identifier: Apache-2.0
"""The rows of the messages about several offices in one person's hands."""

from appliance.link.messages.row import Message

GROUPING_MESSAGES: tuple[Message, ...] = ()

GROUPING_SAFE_AGAIN: frozenset[type] = frozenset()

# SPDX-License-Identifier: Apache-2.0
"""The rows of the messages about VPN sessions."""

from appliance.link.messages.row import Message

TUNNEL_MESSAGES: tuple[Message, ...] = ()

TUNNEL_SAFE_AGAIN: frozenset[type] = frozenset()

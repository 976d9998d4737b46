# SPDX-License-Identifier: Apache-2.0
"""The rows of the messages about the PCs of an office: requests for activation, seats and bonds."""

from appliance.link.messages.row import Message

DEVICE_MESSAGES: tuple[Message, ...] = ()

DEVICE_SAFE_AGAIN: frozenset[type] = frozenset()

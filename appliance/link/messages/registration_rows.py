# SPDX-License-Identifier: Apache-2.0
"""The rows of the messages about registrations of offices: taken in, judged, confirmed or refused."""

from appliance.link.messages.row import Message

REGISTRATION_MESSAGES: tuple[Message, ...] = ()

REGISTRATION_SAFE_AGAIN: frozenset[type] = frozenset()

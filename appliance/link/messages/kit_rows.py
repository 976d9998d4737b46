# SPDX-License-Identifier: Apache-2.0
"""The rows of the messages about kits."""

from appliance.link.messages.kits import KitList, KitMade, ListKits, MakeKit
from appliance.link.messages.row import Carries, Message
from appliance.model.journal import Kind
from appliance.model.words import Site

_ADMIN = frozenset({Site.ADMIN})

KIT_MESSAGES: tuple[Message, ...] = (
    Message(ListKits, KitList, _ADMIN, Kind.STATUS_READ, visit=False),
    Message(MakeKit, KitMade, _ADMIN, Kind.KIT_MADE, visit=False, carries=Carries.BYTES_DOWN),
)

KIT_SAFE_AGAIN: frozenset[type] = frozenset({ListKits})

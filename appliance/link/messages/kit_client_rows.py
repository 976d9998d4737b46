# SPDX-License-Identifier: Apache-2.0
"""The rows of the messages about the installers of the VPN engine's client."""

from appliance.link.messages.kit_clients import AddKitClient, KitClient, KitClientList, ListKitClients
from appliance.link.messages.row import Carries, Message
from appliance.model.journal import Kind
from appliance.model.words import Site

ADMIN = frozenset({Site.ADMIN})
KIT_CLIENT_MESSAGES: tuple[Message, ...] = (
    Message(AddKitClient, KitClient, ADMIN, Kind.KIT_CLIENT_ADDED, visit=False, carries=Carries.BYTES_UP),
    Message(ListKitClients, KitClientList, ADMIN, Kind.STATUS_READ, visit=False),
)

KIT_CLIENT_SAFE_AGAIN: frozenset[type] = frozenset({ListKitClients})

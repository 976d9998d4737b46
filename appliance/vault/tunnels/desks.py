# SPDX-License-Identifier: Apache-2.0
"""Who does the messages about VPN sessions: the part that vault/desks.py takes in."""

from collections.abc import Mapping

from appliance.vault.reception import Desk

TUNNEL_DESKS: Mapping[type, Desk] = {}

# SPDX-License-Identifier: Apache-2.0
"""Who does the messages about what an office does before it has a PC: it fetches kits and sends 確認コード."""

from collections.abc import Mapping

from appliance.vault.reception import Desk

FETCHING_DESKS: Mapping[type, Desk] = {}

# SPDX-License-Identifier: Apache-2.0
"""Who does the messages about an office that calls: its card, and the ready answers."""

from collections.abc import Mapping

from appliance.vault.reception import Desk

CALLING_DESKS: Mapping[type, Desk] = {}

# SPDX-License-Identifier: Apache-2.0
"""Who does the messages about what an office is given: numbers, keys, letters, seats and another admin."""

from collections.abc import Mapping

from appliance.vault.reception import Desk

ISSUING_DESKS: Mapping[type, Desk] = {}

# SPDX-License-Identifier: Apache-2.0
"""Who does the messages about several offices in one person's hands."""

from collections.abc import Mapping

from appliance.vault.reception import Desk

GROUPING_DESKS: Mapping[type, Desk] = {}

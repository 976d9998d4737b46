# SPDX-License-Identifier: Apache-2.0
"""Who does the messages about the PCs of an office: requests for activation, seats and bonds."""

from collections.abc import Mapping

from appliance.vault.reception import Desk

DEVICES_DESKS: Mapping[type, Desk] = {}

# SPDX-License-Identifier: Apache-2.0
"""Who does the messages about registrations of offices: taken in, judged, confirmed or refused."""

from collections.abc import Mapping

from appliance.vault.reception import Desk

INTAKE_DESKS: Mapping[type, Desk] = {}

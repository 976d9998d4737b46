# SPDX-License-Identifier: Apache-2.0
"""Messages about the hours of the service."""

from dataclasses import dataclass

from appliance.model.calendar import Reason
from appliance.model.time import Instant


@dataclass(frozen=True, slots=True)
class AskHours:
    """May anybody come in now, as far as the hours go? Asked before a sign-in page is shown."""


@dataclass(frozen=True, slots=True)
class HoursNow:
    """reason is OPEN where the hours stop nobody, else why they do; next_open is when that ends."""

    reason: Reason
    next_open: Instant

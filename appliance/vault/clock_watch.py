# SPDX-License-Identifier: Apache-2.0
"""A clock that has gone back lengthens nothing: sign-ins and issuing wait until it is right (design §10)."""

from appliance.link.refusals import Refused, Why
from appliance.model.time import MINUTE, Instant

TOLERANCE = MINUTE


class ClockWatch:
    """Knows the largest time ever written."""

    def __init__(self, newest: Instant = 0) -> None:
        """newest is the time of the last journal entry."""
        self.newest = newest

    def wrote(self, at: Instant) -> None:
        """An entry of this time is durable."""
        self.newest = max(self.newest, at)

    def is_behind(self, now: Instant) -> bool:
        """Whether the clock is more than a minute behind what it once said."""
        return now < self.newest - TOLERANCE

    def need_right(self, now: Instant) -> None:
        """Raise Refused while the clock is behind."""
        if self.is_behind(now):
            raise Refused(Why.BROKEN, "refused.clock")

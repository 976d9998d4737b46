# SPDX-License-Identifier: Apache-2.0
"""A clock that has gone back lengthens nothing: sign-ins and issuing wait until it is right (design §10)."""

from appliance.contracts.plugin import Clock
from appliance.link.refusals import Refused, Why
from appliance.model.time import MINUTE, SECOND, Instant

TOLERANCE = MINUTE
# A clock that is slewed stays well below this between two looks; what moves more was set (design §10).
JUMP = 2 * SECOND


class ClockWatch:
    """Knows the largest time ever written, and how long ago that was by a clock that never goes back."""

    def __init__(self, clock: Clock) -> None:
        """Nothing has been written."""
        self._clock = clock
        self.newest: Instant = 0
        self.jumps = 0
        self._wrote_at = 0.0
        self._offset = self._apart()

    def wrote(self, at: Instant) -> None:
        """An entry of this time is durable."""
        if at > self.newest:
            self.newest, self._wrote_at = at, self._clock.monotonic()

    def look(self) -> None:
        """Count a jump, if the clock and the one that never goes back are no longer as far apart as before."""
        before, self._offset = self._offset, self._apart()
        self.jumps += abs(self._offset - before) > JUMP

    def _apart(self) -> float:
        return self._clock.now() - self._clock.monotonic() * SECOND

    @property
    def behind_seconds(self) -> float:
        """How far the clock is behind what it once said."""
        return max(self.newest - self._clock.now(), 0) / SECOND

    def is_behind(self) -> bool:
        """Whether the clock is more than a minute behind what it once said."""
        return self._clock.now() < self.newest - TOLERANCE

    def need_right(self) -> None:
        """Raise Refused while the clock is behind."""
        if self.is_behind():
            raise Refused(Why.BROKEN, "refused.clock")

    def now(self) -> Instant:
        """The clock's instant; while it is behind, the newest one and the time that has passed since."""
        if not self.is_behind():
            return self._clock.now()
        return self.newest + round((self._clock.monotonic() - self._wrote_at) * SECOND)

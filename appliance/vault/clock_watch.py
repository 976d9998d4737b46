# SPDX-License-Identifier: Apache-2.0
"""A clock that has gone back lengthens nothing: sign-ins and issuing wait until it is right (design §10).

The watch is itself a clock, and the only one that the vault goes by:

1. While the machine's clock is behind, time goes on from the newest time written, as the clock tells it that never
   goes back: what ends, ends when it would have.
2. What is written meanwhile bears the newest time written until then, so that the journal stays in order, and the
   machine's clock can catch up with it.
3. When it has caught up, instead of being set right, time that was told goes back after all: before that,
   everything has to end that was begun on the other side of it (begin_anew()).
"""

from appliance.contracts.plugin import Clock
from appliance.link.refusals import Refused, Why
from appliance.model.time import MINUTE, SECOND, Instant

TOLERANCE = MINUTE
# A clock that is slewed stays well below this between two looks; what moves more was set (design §10).
JUMP = 2 * SECOND


class ClockWatch:
    """Knows the largest time ever written, and how long ago that was by a clock that never goes back."""

    def __init__(self, clock: Clock) -> None:
        """Nothing has been written. clock is the machine's, or the demo's."""
        self.clock = clock
        self.newest: Instant = 0
        self.jumps = 0
        self._wrote_at = 0.0
        self._was_behind = False
        self._offset = self._apart()

    def wrote(self, at: Instant) -> None:
        """An entry of this time is durable."""
        if at > self.newest:
            self.newest, self._wrote_at = at, self.clock.monotonic()

    def look(self) -> None:
        """Count a jump, if the clock and the one that never goes back are no longer as far apart as before."""
        before, self._offset = self._offset, self._apart()
        self.jumps += abs(self._offset - before) > JUMP

    def _apart(self) -> float:
        return self.clock.now() - self.clock.monotonic() * SECOND

    @property
    def behind_seconds(self) -> float:
        """How far the clock is behind what it once said."""
        return max(self.newest - self.clock.now(), 0) / SECOND

    def is_behind(self) -> bool:
        """Whether the clock is more than a minute behind what it once said, or was, and is not right yet."""
        now = self.clock.now()
        if now < self.newest - TOLERANCE:
            self._was_behind = True
        elif now >= self._expected() - TOLERANCE:
            self._was_behind = False
        return self._was_behind

    def has_caught_up(self) -> bool:
        """Whether the clock has passed the newest time written without having been set right."""
        return self.is_behind() and self.clock.now() > self.newest

    def begin_anew(self) -> None:
        """Go by the clock again, now that nothing of before goes on."""
        self._was_behind = False

    def need_right(self) -> None:
        """Raise Refused while the clock is behind."""
        if self.is_behind():
            raise Refused(Why.BROKEN, "refused.clock")

    def now(self) -> Instant:
        """The clock's instant; while it is behind, the newest one and the time that has passed since."""
        return self._expected() if self.is_behind() else self.clock.now()

    def latest(self) -> Instant | None:
        """The latest time that may be written (promise 2); None while the clock is right."""
        return self.newest if self.is_behind() else None

    def _expected(self) -> Instant:
        return self.newest + round((self.clock.monotonic() - self._wrote_at) * SECOND)

    def monotonic(self) -> float:
        """Seconds of the clock that never goes back."""
        return self.clock.monotonic()

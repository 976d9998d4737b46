# SPDX-License-Identifier: Apache-2.0
"""The real clock and the real chance, and the clock of the demo."""

import os
import time

from appliance.contracts.plugin import Clock
from appliance.model.time import SECOND, Instant


class SystemClock:
    """The clock of this machine."""

    def now(self) -> Instant:
        """The wall-clock instant, in milliseconds."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        """Seconds since an unknown start; never goes back."""
        return time.monotonic()


class SystemRandom:
    """The kernel's random bytes."""

    def bytes(self, count: int) -> bytes:
        """count bytes that nobody can guess."""
        return os.urandom(count)


class DemoClock:
    """A clock that begins at a chosen instant, runs on from there, and can be moved forward (design §10)."""

    def __init__(self, clock: Clock, start: Instant) -> None:
        """clock gives the pace; start is what now() says at first, in milliseconds."""
        self._clock = clock
        self._began = clock.monotonic()
        self._start = start

    def now(self) -> Instant:
        """The demo's instant."""
        return self._start + round((self._clock.monotonic() - self._began) * SECOND)

    def monotonic(self) -> float:
        """The pace of the real clock."""
        return self._clock.monotonic()

    def move(self, milliseconds: int) -> Instant:
        """Go forward; the instant that it is then. Raises ValueError for a step back."""
        if milliseconds < 0:
            raise ValueError("the demo clock only goes forward")
        self._start += milliseconds
        return self.now()

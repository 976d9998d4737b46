# SPDX-License-Identifier: Apache-2.0
"""Time and chance that a test holds in its hand."""

import hashlib

from appliance.model.time import Instant


class FakeClock:
    """A clock that moves only when told to. Starts on Tuesday 2026-06-09 10:00 in Japan."""

    def __init__(self, start: Instant = 1_780_966_800_000) -> None:
        """start is the first instant, in milliseconds."""
        self._now = start
        self._monotonic = 1000.0

    def now(self) -> Instant:
        """The instant that was set."""
        return self._now

    def monotonic(self) -> float:
        """Seconds, moved together with now()."""
        return self._monotonic

    def move(self, milliseconds: int) -> None:
        """Go on by milliseconds, as time does."""
        self._now += milliseconds
        self._monotonic += milliseconds / 1000

    def step(self, milliseconds: int) -> None:
        """Set the wall clock forward or back, as an administrator does; monotonic stays."""
        self._now += milliseconds


class FakeRandom:
    """Bytes that are different at every call and the same in every run."""

    def __init__(self, seed: str = "") -> None:
        """Two of the same seed give the same bytes."""
        self._seed = seed.encode()
        self._calls = 0

    def bytes(self, count: int) -> bytes:
        """The next count bytes."""
        self._calls += 1
        return hashlib.shake_256(b"%s/%d" % (self._seed, self._calls)).digest(count)

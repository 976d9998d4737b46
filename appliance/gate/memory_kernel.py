# SPDX-License-Identifier: Apache-2.0
"""No kernel at all: what would be open is noted in memory, for tests and the plain demo, which enforces nothing."""

from collections.abc import Sequence

from appliance.contracts.plugin import Clock
from appliance.gate.kernel import KernelRefused, Opening, Place


class MemoryKernel:
    """The Kernel of a demo without engines. refuses, if it is set, is why it does nothing; changes counts."""

    def __init__(self, clock: Clock) -> None:
        """Nothing is open."""
        self._clock = clock
        self._open: dict[Place, tuple[float, str]] = {}
        self.refuses = ""
        self.prepared = 0
        self.changes = 0

    async def prepare(self) -> None:
        """As Kernel."""
        self._need()
        self.prepared += 1

    async def change(self, opening: Sequence[Opening], shutting: Sequence[Place]) -> None:
        """As Kernel."""
        self._need()
        self.changes += 1
        for place in shutting:
            self._open.pop(place, None)
        for one in opening:
            self._open[one.place] = self._clock.monotonic() + one.seconds, one.mark

    async def held(self) -> list[Opening]:
        """As Kernel."""
        self._need()
        now = self._clock.monotonic()
        self._open = {place: kept for place, kept in self._open.items() if kept[0] > now}
        return [Opening(place, int(until - now), mark) for place, (until, mark) in self._open.items()]

    def passes(self, place: Place) -> bool:
        """Whether a packet from there would pass at this moment."""
        until, _ = self._open.get(place, (0.0, ""))
        return until > self._clock.monotonic()

    def _need(self) -> None:
        if self.refuses:
            raise KernelRefused(self.refuses)

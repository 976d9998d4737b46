# SPDX-License-Identifier: Apache-2.0
"""When open sessions have to end, by the clock that never goes back: the earliest is always at hand."""

import heapq
from collections.abc import Iterator

from appliance.model.tunnels import SessionState
from appliance.vault.tunnels.connected import Connected, Held


class Deadlines:
    """A deadline that moved stands in here twice, and only counts as its session has it now."""

    def __init__(self, tunnels: Connected) -> None:
        """None yet."""
        self._tunnels = tunnels
        self._heap: list[tuple[float, str]] = []

    def add(self, held: Held) -> None:
        """An open session ends at its `until`, unless something is earlier still."""
        heapq.heappush(self._heap, (held.until, held.row.id))

    def passed(self, monotonic: float) -> Iterator[Held]:
        """The open sessions whose time is over; each once."""
        while self._heap and self._heap[0][0] <= monotonic:
            until, id = heapq.heappop(self._heap)
            held = self._tunnels.of(id)
            if held is not None and held.row.state is SessionState.OPEN and held.until == until:
                yield held

    def next(self) -> float | None:
        """When to look again, at the latest; None for as long as nothing is open."""
        return self._heap[0][0] if self._heap else None

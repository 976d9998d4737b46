# SPDX-License-Identifier: Apache-2.0
"""Names that nobody has are counted and locked like real ones, in bounded memory (L6, T14)."""

from dataclasses import dataclass
from typing import Final

from appliance.model.time import MINUTE, Instant

BUDGET: Final = 6
LOCK: Final = 60 * MINUTE
MAX_KEPT = 10_000


@dataclass
class _Count:
    failures: int = 0
    locked_until: Instant = 0


class Unknowns:
    """Counts by the blind pseudonym of the typed name; the oldest is forgotten first."""

    def __init__(self) -> None:
        """Nobody has tried."""
        self._counts: dict[bytes, _Count] = {}

    def take_try(self, name: bytes, now: Instant) -> int:
        """Take one try of this name: the how many-th it is since the last lock, 0 while the name is locked."""
        count = self._counts.pop(name, None) or _Count()
        self._counts[name] = count
        if len(self._counts) > MAX_KEPT:
            del self._counts[next(iter(self._counts))]
        return _number_of_try(count, now)


def _number_of_try(count: _Count, now: Instant) -> int:
    if now < count.locked_until:
        return 0
    if count.locked_until:
        count.failures, count.locked_until = 0, 0
    count.failures += 1
    if count.failures >= BUDGET:
        count.locked_until = now + LOCK
    return count.failures

# SPDX-License-Identifier: Apache-2.0
"""Which lists a visit has read lately: a list is one journal entry per visit, page and ten minutes (design §7)."""

from appliance.model.time import MINUTE, Instant

EVERY = 10 * MINUTE
MAX_KEPT = 100_000

Page = tuple[bytes, str, str]


class Reads:
    """Kept in memory, in the order of time. Forgetting costs one entry more, never one less."""

    def __init__(self) -> None:
        """Nothing has been read."""
        self._last: dict[Page, Instant] = {}

    def is_new(self, reader: bytes, kind: str, page: str, now: Instant) -> bool:
        """Whether this reading must be journaled."""
        read_at = self._last.get((reader, kind, page))
        return read_at is None or not 0 <= now - read_at < EVERY

    def remember(self, reader: bytes, kind: str, page: str, now: Instant) -> None:
        """The reading has been journaled."""
        key = (reader, kind, page)
        self._last.pop(key, None)
        self._last[key] = now
        while len(self._last) > MAX_KEPT:
            del self._last[next(iter(self._last))]

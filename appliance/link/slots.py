# SPDX-License-Identifier: Apache-2.0
"""How many messages a caller may have under way at once; one caller never takes another's places."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from appliance.link.refusals import Refused, Why


class Slots:
    """Places by key. There is no queue: who finds none is told to come again."""

    def __init__(self, limit: int) -> None:
        """limit is the number of places of each key."""
        self._limit = limit
        self._taken: Counter[object] = Counter()
        self._idle = asyncio.Event()
        self._idle.set()

    @contextmanager
    def take(self, key: object) -> Iterator[None]:
        """Hold a place. Raises Refused BUSY at once when all of this key are taken."""
        if self._taken[key] >= self._limit:
            raise Refused(Why.BUSY)
        self._taken[key] += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._give_back(key)

    @property
    def taken(self) -> int:
        """How many places of all keys are held."""
        return sum(self._taken.values())

    async def idle(self) -> None:
        """Return when no place is taken."""
        await self._idle.wait()

    def _give_back(self, key: object) -> None:
        """Forget the place, and the key with its last one."""
        self._taken[key] -= 1
        if not self._taken[key]:
            del self._taken[key]
        if not self._taken:
            self._idle.set()

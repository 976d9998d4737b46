# SPDX-License-Identifier: Apache-2.0
"""Savers of one id come one after the other, and know when the one before them has won."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turn:
    """What the savers of one id share while there are any."""

    def __init__(self) -> None:
        """taken is set by who knows that there is such a blob now."""
        self.lock = asyncio.Lock()
        self.waiting = 0
        self.taken = False


class Turns:
    """One vault writes: who holds the turn of an id is the only one to save it."""

    def __init__(self) -> None:
        """Nobody saves."""
        self._turns: dict[str, Turn] = {}

    @asynccontextmanager
    async def of(self, id: str) -> AsyncIterator[Turn]:
        """Wait for the turn and hold it."""
        turn = self._turns.setdefault(id, Turn())
        turn.waiting += 1
        try:
            async with turn.lock:
                yield turn
        finally:
            turn.waiting -= 1
            if not turn.waiting:
                del self._turns[id]

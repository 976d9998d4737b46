# SPDX-License-Identifier: Apache-2.0
"""Searches take turns: each opens a thousand rows or two, and whoever asks for less waits for few of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from appliance.link.messages import ListFilings, ListNotices, ListOffices, ReadHistory
from appliance.link.refusals import Refused, Why
from appliance.link.slots import Slots
from appliance.model.words import NoticeState

AT_ONCE = 4
WAITING = 50
OF_ONE = 4
_LISTS = (ListNotices, ListFilings, ListOffices, ReadHistory)
# What no index has, so that row by row is opened to be left out; and the order that only opened rows have.
_SEARCHES = ("search", "type", "period", "by_deadline", "topic", "actor", "thing")


def is_search(message: object) -> bool:
    """Whether a list is narrowed by what its rows have to be opened for."""
    if not isinstance(message, _LISTS):
        return False
    is_rare = getattr(message, "state", None) is NoticeState.CANCELLED
    return is_rare or any(getattr(message, name, None) for name in _SEARCHES)


class Turns:
    """So many at once, of all callers and of each; few wait, as each holds a place of its site."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING, of_one: int = OF_ONE) -> None:
        """of_one is how many of one visit may be under way or waiting."""
        self._free = asyncio.Semaphore(at_once)
        self._waiting, self._most = 0, waiting
        self._of_one = Slots(of_one)

    @asynccontextmanager
    async def take(self, who: object) -> AsyncIterator[None]:
        """A turn, after those who came before. Raises Refused BUSY where too many wait, or too many of who."""
        with self._of_one.take(who):
            await self._wait()
            try:
                yield
            finally:
                self._free.release()

    async def _wait(self) -> None:
        if self._waiting >= self._most:
            raise Refused(Why.BUSY)
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1

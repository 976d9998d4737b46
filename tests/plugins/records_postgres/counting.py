# SPDX-License-Identifier: Apache-2.0
"""Writers whose every acknowledged change can be counted afterwards: a counter of its own, and one for all."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

from appliance.contracts.records import (
    OutcomeUnknown,
    RecordStore,
    StoreError,
    Txn,
    View,
    Work,
)
from appliance.vault.records.writer import Writer

TOTAL = b"total"


def step(name: bytes) -> Work:
    """Add one to name's counter and to that of all, and leave a row that says so."""

    def work(txn: Txn) -> int:
        count = int(txn.get(name) or b"0") + 1
        txn.put(name, b"%d" % count)
        txn.put(TOTAL, b"%d" % (int(txn.get(TOTAL) or b"0") + 1))
        txn.put(b"row-%s-%06d" % (name, count), bytes(200))
        return count

    return work


class Load:
    """Many callers of one writer, each counting what was acknowledged to it."""

    def __init__(self, store: RecordStore, callers: int = 50) -> None:
        """Nothing runs before run()."""
        self.acknowledged: Counter[bytes] = Counter()
        self.unknown: Counter[bytes] = Counter()
        self.refused = 0
        self.last_error: StoreError | None = None
        self._writer = Writer(store)
        self._callers = callers
        self._going = True
        self._moved = asyncio.Event()

    async def run_while(self, happens: Callable[[], Awaitable[None]]) -> None:
        """Let all callers go on until happens() returns."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._writer.run())
            callers = [group.create_task(self._call(b"caller-%02d" % number)) for number in range(self._callers)]
            try:
                await happens()
            finally:
                self._going = False
            await asyncio.wait(callers)
            await self._writer.close()

    async def more(self, count: int) -> None:
        """Return when so many more changes have been acknowledged."""
        wanted = self.total + count
        async with asyncio.timeout(60):
            while self.total < wanted:
                self._moved.clear()
                await self._moved.wait()

    @property
    def total(self) -> int:
        """How many changes have been acknowledged."""
        return self.acknowledged.total()

    async def _call(self, name: bytes) -> None:
        while self._going:
            try:
                count = await self._writer.commit(step(name))
            except OutcomeUnknown as error:
                self.unknown[name] += 1
                self.last_error = error
            except StoreError as error:
                self.refused += 1
                self.last_error = error
            else:
                self.acknowledged[name] += 1
                assert count >= self.acknowledged[name]
            self._moved.set()
            await asyncio.sleep(0)

    def prove(self, view: View) -> None:
        """Every acknowledged change is there exactly once, and no other but those of which nobody knows."""
        for name, acknowledged in self.acknowledged.items():
            found = int(view.get(name) or b"0")
            assert acknowledged <= found <= acknowledged + self.unknown[name], name
            assert view.get(b"row-%s-%06d" % (name, found)) is not None
            assert view.get(b"row-%s-%06d" % (name, found + 1)) is None
        total = int(view.get(TOTAL) or b"0")
        assert self.total <= total <= self.total + self.unknown.total()

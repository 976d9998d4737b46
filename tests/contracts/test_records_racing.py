# SPDX-License-Identifier: Apache-2.0
"""The tests of many at once notice each store that lets them get into each other's way."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest

from appliance.contracts.records import Done, Failed, Outcome, StoreError, Txn, View, Work
from appliance.testing.memory_records import MemoryRecords, MemoryView, Rows
from tests.contracts.breaking import Bent, BentSuite

T = TypeVar("T")


class LostUpdates(Bent):
    """Who writes last wins, with a state of before the others wrote."""

    async def write(self, batch: Sequence[Work]) -> list[Outcome]:
        mine = MemoryRecords(rows=dict(self.inner._rows.values))
        await asyncio.sleep(0)
        outcomes = await mine.write(batch)
        self.inner._rows = mine._rows
        return outcomes


class OthersOutcomes(Bent):
    """The outcomes of a batch come in the wrong order."""

    async def write(self, batch: Sequence[Work]) -> list[Outcome]:
        return (await self.inner.write(batch))[::-1]


class OneFailsAll(Bent):
    """A function that fails takes its whole batch along, and batches are made of whoever waits."""

    def __init__(self, inner: MemoryRecords) -> None:
        super().__init__(inner)
        self._failed = 0

    async def write(self, batch: Sequence[Work]) -> list[Outcome]:
        outcomes = await self.inner.write(batch)
        self._failed += isinstance(outcomes[0], Failed)
        return [Failed(StoreError("another failed"))] if self._failed == 5 else outcomes


class MovingSnapshot(Bent):
    """A view shows the newest state, whenever it is asked."""

    async def read(self, work: Callable[[View], T]) -> T:
        inner = self.inner

        class Live(MemoryView):
            def _open(self) -> Rows:
                return inner._rows

        return await asyncio.to_thread(work, Live(inner._rows))


class OneSnapshotForAll(Bent):
    """As long as somebody reads, whoever comes gets the same old state."""

    def __init__(self, inner: MemoryRecords) -> None:
        super().__init__(inner)
        self._readers, self._rows = 0, inner._rows

    async def read(self, work: Callable[[View], T]) -> T:
        if not self._readers:
            self._rows = self.inner._rows
        self._readers += 1
        try:
            return await asyncio.to_thread(work, MemoryView(self._rows))
        finally:
            self._readers -= 1


class TornReads(Bent):
    """Of a change, the keys above 0x80 are seen one commit later than the others."""

    def __init__(self, inner: MemoryRecords) -> None:
        super().__init__(inner)
        self._before = inner._rows

    async def write(self, batch: Sequence[Work]) -> list[Outcome]:
        before = self.inner._rows
        outcomes = await self.inner.write(batch)
        self._before = before
        return outcomes

    async def read(self, work: Callable[[View], T]) -> T:
        before = self._before

        class Torn(MemoryView):
            def get(self, key: bytes) -> bytes | None:
                return before.values.get(key) if key > b"\x80" else super().get(key)

        return work(Torn(self.inner._rows))


class LateAnswers(TornReads):
    """A read is answered from the state before the last commit."""

    async def read(self, work: Callable[[View], T]) -> T:
        return work(MemoryView(self._before))


class BlocksTheLoop(Bent):
    """Functions run in the loop."""

    def __init__(self, inner: MemoryRecords) -> None:
        super().__init__(MemoryRecords(inner._clock, inner._rows.values))


class OneAtATime(Bent):
    """Who reads waits for who writes."""

    def __init__(self, inner: MemoryRecords) -> None:
        super().__init__(inner)
        self._lock = asyncio.Lock()

    async def write(self, batch: Sequence[Work]) -> list[Outcome]:
        async with self._lock:
            return await self.inner.write(batch)

    async def read(self, work: Callable[[View], T]) -> T:
        async with self._lock:
            return await self.inner.read(work)


class HalfABatch(Bent):
    """Each function is a commit of its own."""

    async def write(self, batch: Sequence[Work]) -> list[Outcome]:
        return [outcome for work in batch for outcome in await self.inner.write([work])]


class LeavesItsLock(Bent):
    """Who is cancelled while it waits for the commit leaves the store locked."""

    def __init__(self, inner: MemoryRecords) -> None:
        super().__init__(inner)
        self._free = asyncio.Semaphore(1)

    async def write(self, batch: Sequence[Work]) -> list[Outcome]:
        async with asyncio.timeout(0.2):
            await self._free.acquire()
        outcomes = await self.inner.write(batch)
        self._free.release()
        return outcomes


class LeakyReads(Bent):
    """A reader that does not come to its end keeps one of thirty places."""

    def __init__(self, inner: MemoryRecords) -> None:
        super().__init__(inner)
        self._places = 30

    async def read(self, work: Callable[[View], T]) -> T:
        if not self._places:
            raise StoreError("too many readers")
        self._places -= 1
        value = await self.inner.read(work)
        self._places += 1
        return value


class FirstRunIsTold(Bent):
    """Of several runs the first is told, and the last is kept."""

    async def write(self, batch: Sequence[Work]) -> list[Outcome]:
        first: dict[int, Outcome] = {}

        def telling(number: int, work: Work) -> Work:
            def run(txn: Txn) -> Any:
                try:
                    value = work(txn)
                except Exception as error:
                    first.setdefault(number, Failed(error))
                    raise
                first.setdefault(number, Done(value))
                return value

            return run

        await self.inner.write([telling(number, work) for number, work in enumerate(batch)])
        return [first[number] for number in range(len(batch))]


BROKEN: list[tuple[type[Bent], str]] = [
    (LostUpdates, "fifty_writers_lose_nothing"),
    (OthersOutcomes, "fifty_writers_lose_nothing"),
    (OneFailsAll, "a_function_that_fails_takes_no_other_writer_along"),
    (MovingSnapshot, "snapshots_of_different_age_stand_still"),
    (OneSnapshotForAll, "snapshots_of_different_age_stand_still"),
    (TornReads, "readers_see_whole_steps_only"),
    (LateAnswers, "what_was_answered_is_seen_by_the_next_read"),
    (BlocksTheLoop, "a_function_that_blocks_stops_no_reader_and_not_the_loop"),
    (OneAtATime, "a_function_that_blocks_stops_no_reader_and_not_the_loop"),
    (HalfABatch, "a_write_cancelled_at_any_moment_is_all_or_nothing"),
    (HalfABatch, "a_write_cancelled_while_it_runs_is_all_or_nothing"),
    (LeavesItsLock, "a_write_cancelled_at_any_moment_is_all_or_nothing"),
    (LeakyReads, "reads_that_are_given_up_leave_nothing_behind"),
    (LeakyReads, "reads_that_fail_leave_nothing_behind"),
    (FirstRunIsTold, "a_function_that_fails_in_one_run_only_has_one_outcome"),
]


@pytest.mark.parametrize(("bent", "test"), BROKEN)
async def test_what_is_broken_is_noticed(bent: type[Bent], test: str, tmp_path: Path) -> None:
    assert await BentSuite(bent).notices(test, tmp_path)


@pytest.mark.parametrize("test", sorted({test for _, test in BROKEN}))
async def test_what_is_good_is_not(test: str, tmp_path: Path) -> None:
    suite = BentSuite(Bent)
    suite.patience = 30
    assert not await suite.notices(test, tmp_path)

# SPDX-License-Identifier: Apache-2.0
"""The questions that all parts of the record suite ask: their answers, and that they speak up."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from appliance.contracts.records import Done, Outcome, Txn, View, Work
from appliance.testing.clock import FakeClock
from appliance.testing.memory_records import MemoryRecords
from appliance.testing.records_making import (
    BEYOND,
    Gate,
    RecordsMaking,
    all_rows,
    clear,
    everything,
    failure,
    get,
    held,
    put,
    scan,
)

ROWS = {b"%03d" % number: b"v" for number in range(25)}


class Refuses(MemoryRecords):
    """No function has an outcome that is Done with what it returned."""

    async def write(self, batch: Sequence[Work]) -> list[Outcome]:
        return [Done("nonsense") for _ in batch]


@pytest.mark.parametrize("size", [1, 7, 25, 1000])
@pytest.mark.parametrize("reverse", [False, True])
async def test_all_rows_come_page_by_page_and_once(size: int, reverse: bool) -> None:
    rows = await all_rows(MemoryRecords(rows=dict(ROWS)), size, reverse)
    assert rows == sorted(ROWS.items(), reverse=reverse)


async def test_pages_that_do_not_go_on_are_no_endless_loop() -> None:
    class Standing(MemoryRecords):
        async def read(self, work: Any) -> Any:
            return [(b"same", b"")]

    for reverse in (False, True):
        with pytest.raises(AssertionError, match="no next page"):
            await all_rows(Standing(), reverse=reverse)


async def test_clearing_leaves_nothing_and_says_if_it_cannot() -> None:
    store = MemoryRecords(rows={b"\xff" * 500: b"", **{b"%05d" % number: b"" for number in range(2500)}})
    await clear(store)
    assert await scan(store, b"", BEYOND) == []
    with pytest.raises(AssertionError):
        await clear(Refuses(rows={b"a": b""}))


async def test_a_put_that_was_not_done_is_no_put() -> None:
    store = MemoryRecords()
    await put(store, ROWS)
    assert await everything(store) == ROWS and await get(store, b"007") == b"v"
    with pytest.raises(AssertionError):
        await put(Refuses(), ROWS)


async def test_a_failure_is_the_functions_own_error() -> None:
    def bad(txn: Txn) -> None:
        raise ValueError("mine")

    assert repr(await failure(MemoryRecords(), bad)) == "ValueError('mine')"
    with pytest.raises(AssertionError):
        await failure(MemoryRecords(), lambda txn: None)


@pytest.mark.parametrize("threaded", [False, True])
async def test_a_held_snapshot_answers_until_it_is_let_go(threaded: bool) -> None:
    store = MemoryRecords(rows={b"a": b"1"}, threaded=threaded)

    def wrong(view: View) -> None:
        raise KeyError("mine")

    async with held(store, 30) as ask:
        await put(store, {b"a": b"2"})
        assert await ask(lambda view: view.get(b"a")) == b"1"
        with pytest.raises(KeyError, match="mine"):
            await ask(wrong)
        assert await ask(lambda view: view.get(b"a")) == b"1"
    assert await get(store, b"a") == b"2"


async def test_a_snapshot_that_cannot_be_taken_is_an_error_and_no_hang() -> None:
    class Broken(MemoryRecords):
        async def read(self, work: Any) -> Any:
            raise ConnectionError("no reader is left")

    with pytest.raises(ExceptionGroup) as caught:
        async with held(Broken(), 30):
            pass
    assert caught.group_contains(ConnectionError)


async def test_a_gate_lets_through_when_it_is_opened_and_fails_when_it_is_not() -> None:
    gate = Gate(30)
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(asyncio.to_thread(gate.wait))
        await gate.begun()
        assert not waiting.done()
        gate.open()
    gate.wait()
    with pytest.raises(TimeoutError):
        Gate(0.01).wait()
    with pytest.raises(AssertionError):
        await Gate(0.01).begun()


async def test_a_store_without_a_small_one_is_told_so(tmp_path: Path) -> None:
    class Without(RecordsMaking):
        async def make_store(self, folder: Path, clock: FakeClock) -> MemoryRecords:
            return MemoryRecords(clock)

        async def close_store(self, store: MemoryRecords) -> None:
            return None

    with pytest.raises(pytest.skip.Exception, match="make_small_store"):
        await Without().make_small_store(tmp_path, FakeClock(), 1)

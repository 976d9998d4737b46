# SPDX-License-Identifier: Apache-2.0
"""What the store in memory does beyond the contract: it runs twice, and fails, fills and waits when told to."""

import asyncio
import threading
from pathlib import Path

import pytest

from appliance.contracts.records import Done, Failed, StoreError, StoreFull, Txn, Usage
from appliance.testing.memory_records import MemoryRecords, Rows

END = b"\xff"


def rows_of(store: MemoryRecords) -> dict[bytes, bytes]:
    return dict(asyncio.run(store.read(lambda view: view.scan(b"", END))))


async def test_every_function_runs_twice_and_the_first_run_is_thrown_away() -> None:
    store = MemoryRecords(rows={b"n": b"0"})
    runs: list[bytes | None] = []

    def work(txn: Txn) -> int:
        runs.append(txn.get(b"n"))
        txn.put(b"n", b"%d" % (int(txn.get(b"n") or b"") + 1))
        return len(runs)

    assert await store.write([work, work]) == [Done(2), Done(4)]
    assert runs == [b"0", b"0", b"1", b"1"]


async def test_a_function_that_depends_on_its_first_run_is_found_out() -> None:
    store = MemoryRecords()
    cache: set[bytes] = set()

    def careless(txn: Txn) -> None:
        if b"a" not in cache:
            cache.add(b"a")
            txn.put(b"a", b"1")

    await store.write([careless])
    assert await store.read(lambda view: view.get(b"a")) is None


async def test_commits_fail_when_told_to_and_leave_nothing() -> None:
    store = MemoryRecords(rows={b"old": b"1"})
    store.fail_next(StoreError("one"), StoreFull("two"))
    for error in ("one", "two"):
        with pytest.raises(StoreError, match=error):
            await store.write([lambda txn: txn.put(b"a", b""), lambda txn: txn.delete(b"old")])
    assert await store.read(lambda view: view.scan(b"", END)) == [(b"old", b"1")]
    await store.write([lambda txn: txn.put(b"a", b"")])
    assert (store.commits, store.batches) == (1, [1])


async def test_a_full_store_takes_nothing_that_needs_more_room() -> None:
    store = MemoryRecords(rows={b"a": b"12345", b"b": b"1"})
    store.fill()
    with pytest.raises(StoreFull):
        await store.write([lambda txn: txn.put(b"c", b"")])
    assert await store.usage() == Usage(8, 8)
    assert await store.write([lambda txn: txn.put(b"a", b"54321")]) == [Done(None)]
    assert await store.write([lambda txn: txn.delete(b"b")]) == [Done(True)]
    store.capacity += 100
    assert await store.write([lambda txn: txn.put(b"c", b"3")]) == [Done(None)]


async def test_a_paused_store_writes_only_after_it_goes_on() -> None:
    store = MemoryRecords()
    store.pause()
    async with asyncio.TaskGroup() as group:
        write = group.create_task(store.write([lambda txn: txn.put(b"a", b"")]))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not write.done() and store.commits == 0
        store.resume()
    assert write.result() == [Done(None)]


async def test_the_backup_of_one_is_the_beginning_of_another(tmp_path: Path) -> None:
    rows = {b"\x00\xff": b"\x80", b"": b""} | {b"%d" % number: b"v" for number in range(100)}
    await MemoryRecords(rows=rows).backup(tmp_path / "to")
    copy = MemoryRecords.restored(tmp_path / "to")
    assert dict(await copy.read(lambda view: view.scan(b"", END))) == rows


def test_a_store_outlives_an_event_loop() -> None:
    store = MemoryRecords()
    asyncio.run(store.write([lambda txn: txn.put(b"a", b"1")]))
    assert rows_of(store) == {b"a": b"1"}


async def test_a_failing_function_between_others_leaves_their_changes() -> None:
    store = MemoryRecords(rows={b"k": b"0"})

    def bad(txn: Txn) -> None:
        txn.delete(b"k")
        txn.put(b"x", b"")
        raise ValueError

    outcomes = await store.write(
        [lambda txn: txn.put(b"k", b"1"), bad, lambda txn: txn.put(b"y", txn.get(b"k") or b"")]
    )
    assert isinstance(outcomes[1], Failed)
    assert await store.read(lambda view: view.scan(b"", END)) == [(b"k", b"1"), (b"y", b"1")]


def test_rows_count_their_bytes_and_stay_sorted_through_changes_and_back() -> None:
    rows = Rows({b"b": b"22", b"a": b"1"})
    assert (rows.keys, rows.size) == ([b"a", b"b"], 5)
    undo = [(key, rows.set(key, value)) for key, value in [(b"c", b"3"), (b"a", None), (b"b", b""), (b"z", None)]]
    assert (rows.keys, rows.size) == ([b"b", b"c"], 3)
    rows.undo(undo)
    assert (rows.keys, rows.size, rows.values) == ([b"a", b"b"], 5, {b"a": b"1", b"b": b"22"})


@pytest.mark.parametrize("threaded", [False, True])
async def test_functions_run_in_the_callers_thread_or_in_others(threaded: bool) -> None:
    store = MemoryRecords(rows={b"a": b"1"}, threaded=threaded)
    outcomes = await store.write([lambda txn: threading.current_thread()] * 3)
    threads = {outcome.value for outcome in outcomes if isinstance(outcome, Done)}
    threads.add(await store.read(lambda view: threading.current_thread()))
    assert (threads == {threading.current_thread()}) is not threaded
    assert (threading.current_thread() in threads) is not threaded


async def test_a_batch_that_is_paused_and_given_up_never_happens() -> None:
    store = MemoryRecords(threaded=True)
    store.pause()
    async with asyncio.TaskGroup() as group:
        leaving = group.create_task(store.write([lambda txn: txn.put(b"a", b"")]))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        leaving.cancel()
    store.resume()
    await store.write([lambda txn: txn.put(b"b", b"")])
    assert await store.read(lambda view: view.scan(b"", END)) == [(b"b", b"")]

# SPDX-License-Identifier: Apache-2.0
"""The writer: batches, answers, failures, cancelled callers, a bounded queue and an orderly end."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from appliance.contracts.records import (
    Done,
    Failed,
    Outcome,
    OutcomeUnknown,
    RecordStore,
    StoreError,
    StoreFull,
    StoreTaken,
    Txn,
    Work,
)
from appliance.testing.memory_records import MemoryRecords
from appliance.vault.records.writer import Overloaded, Writer

END = b"\xff"


@asynccontextmanager
async def running(store: Any, **options: Any) -> AsyncIterator[Writer]:
    """A writer at work, closed at the end."""
    writer = Writer(store, **options)
    async with asyncio.TaskGroup() as group:
        group.create_task(writer.run())
        await asyncio.sleep(0)
        yield writer
        await writer.close()


@pytest.fixture
def store() -> MemoryRecords:
    return MemoryRecords()


def put(key: bytes, value: bytes = b"") -> Work:
    return lambda txn: txn.put(key, value)


def fail(txn: Txn) -> None:
    txn.put(b"bad", b"")
    raise ValueError("mine")


async def keys(store: RecordStore) -> list[bytes]:
    return [key for key, _ in await store.read(lambda view: view.scan(b"", END))]


async def gather_errors(writer: Writer, works: Sequence[Work]) -> list[Any]:
    return await asyncio.gather(*(writer.commit(work) for work in works), return_exceptions=True)


async def until(condition: Callable[[], object]) -> None:
    """Give the other tasks the turns that they need."""
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never happened")


class Answers:
    """A store that answers each write with the next of the given things; exceptions are raised."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.sizes: list[int] = []

    async def write(self, batch: Sequence[Work]) -> list[Outcome]:
        self.sizes.append(len(batch))
        await asyncio.sleep(0)
        answer = self.answers.pop(0) if self.answers else [Done("later")] * len(batch)
        if isinstance(answer, BaseException):
            raise answer
        return answer


async def test_commit_returns_the_value_once_it_is_written(store: MemoryRecords) -> None:
    def work(txn: Txn) -> str:
        txn.put(b"a", b"1")
        return "value"

    async with running(store) as writer:
        assert await writer.commit(work) == "value"
        assert await keys(store) == [b"a"]


async def test_what_comes_meanwhile_becomes_one_batch(store: MemoryRecords) -> None:
    async with running(store) as writer:
        await asyncio.gather(*(writer.commit(put(b"%02d" % number)) for number in range(20)))
    assert store.batches == [1, 19]
    assert len(await keys(store)) == 20


async def test_callers_that_come_again_stay_in_one_batch(store: MemoryRecords) -> None:
    async def caller(name: int) -> None:
        for number in range(5):
            await writer.commit(put(b"%d-%d" % (name, number)))

    async with running(store) as writer:
        await asyncio.gather(*(caller(name) for name in range(10)))
    assert len(await keys(store)) == 50
    assert store.commits <= 7


async def test_order_is_the_order_of_coming(store: MemoryRecords) -> None:
    def append(number: int) -> Work:
        return lambda txn: txn.put(b"log", (txn.get(b"log") or b"") + b"%d," % number)

    async with running(store, max_batch=3) as writer:
        await asyncio.gather(*(writer.commit(append(number)) for number in range(10)))
    assert await store.read(lambda view: view.get(b"log")) == b"0,1,2,3,4,5,6,7,8,9,"


async def test_no_batch_is_larger_than_allowed(store: MemoryRecords) -> None:
    async with running(store, max_batch=4) as writer:
        await asyncio.gather(*(writer.commit(put(b"%d" % number)) for number in range(10)))
    assert store.batches == [1, 4, 4, 1]


@pytest.mark.parametrize("error", [ValueError("mine"), StopIteration(), KeyError("k")])
async def test_a_functions_own_error_reaches_its_caller_only(store: MemoryRecords, error: Exception) -> None:
    def bad(txn: Txn) -> None:
        raise error

    async with running(store) as writer:
        for works in ([bad], [put(b"a"), bad, put(b"b")]):
            results = await gather_errors(writer, works)
            # A coroutine cannot raise StopIteration: Python makes it a RuntimeError that names it as its cause.
            wrong = [result for result in results if result is not None]
            assert wrong == [error] or wrong[0].__cause__ is error
    assert await keys(store) == [b"a", b"b"]


async def test_after_a_failed_commit_only_the_guilty_fail(store: MemoryRecords) -> None:
    async with running(store) as writer:
        store.pause()
        results = asyncio.gather(
            *(writer.commit(work) for work in (put(b"first"), put(b"a"), fail, put(b"b"))), return_exceptions=True
        )
        await until(lambda: writer.waiting == 3)
        store.fail_next(StoreError("first"), StoreError("batch"), StoreError("a"))
        store.resume()
        first, a, bad, b = await results
        assert [str(first), str(a), str(bad), b] == ["first", "a", "mine", None]
        assert writer.tally.retried == 3
    assert await keys(store) == [b"b"]


async def test_a_full_store_refuses_growth_and_lets_deletes_through(store: MemoryRecords) -> None:
    await store.write([put(b"old", b"x" * 100)])
    store.fill()
    async with running(store) as writer:
        results = await gather_errors(
            writer, [put(b"a"), put(b"b", b"y" * 200), lambda txn: txn.delete(b"old"), put(b"c")]
        )
        assert [type(result) for result in results] == [StoreFull, StoreFull, bool, type(None)]
    assert await keys(store) == [b"c"]


async def test_a_single_failed_commit_is_not_repeated(store: MemoryRecords) -> None:
    async with running(store) as writer:
        store.fail_next(StoreError("once"))
        with pytest.raises(StoreError, match="once"):
            await writer.commit(put(b"a"))
        assert (writer.tally.failed, writer.tally.retried) == (1, 0)
        await writer.commit(put(b"b"))
    assert await keys(store) == [b"b"]


@pytest.mark.parametrize(
    "answer", [OutcomeUnknown("late"), TimeoutError(), RuntimeError("bug"), [Done(1)] * 5, [], [Done(1)]]
)
async def test_when_the_outcome_is_unknown_nothing_is_run_again(answer: Any) -> None:
    store = Answers([Done("alone")], answer)
    async with running(store) as writer:
        results = await gather_errors(writer, [put(b"a"), put(b"b"), put(b"c")])
        assert [type(result) for result in results] == [str, OutcomeUnknown, OutcomeUnknown]
        assert await writer.commit(put(b"d")) == "later"
    assert store.sizes == [1, 2, 1]


async def test_the_outcome_of_a_single_function_may_be_unknown_as_well() -> None:
    async with running(Answers([])) as writer:
        with pytest.raises(OutcomeUnknown, match="0 outcomes for 1"):
            await writer.commit(put(b"a"))
        assert await writer.commit(put(b"b")) == "later"


async def test_nonsense_while_run_alone_stays_with_its_function() -> None:
    store = Answers([Done("alone")], StoreError("batch"), [], [Done("b")])
    async with running(store) as writer:
        results = await gather_errors(writer, [put(b"x"), put(b"a"), put(b"b")])
        assert [type(result) for result in results] == [str, OutcomeUnknown, str]


async def test_a_cancelled_caller_harms_nobody(store: MemoryRecords) -> None:
    async with running(store) as writer, asyncio.TaskGroup() as group:
        store.pause()
        tasks = [group.create_task(writer.commit(put(b"%d" % number))) for number in range(6)]
        await until(lambda: writer.waiting == 5)
        tasks[0].cancel()  # is being written
        tasks[3].cancel()  # waits
        await until(lambda: tasks[0].done() and tasks[3].done())
        store.resume()
    assert tasks[0].cancelled() and tasks[3].cancelled()
    assert [key for key in await keys(store) if key not in (b"0", b"3")] == [b"1", b"2", b"4", b"5"]


async def test_a_batch_whose_callers_have_all_gone_is_nothing(store: MemoryRecords) -> None:
    async with running(store) as writer, asyncio.TaskGroup() as group:
        store.pause()
        tasks = [group.create_task(writer.commit(put(b"%d" % number))) for number in range(3)]
        await until(lambda: writer.waiting == 2)
        for task in tasks[1:]:
            task.cancel()
        await until(lambda: tasks[1].done() and tasks[2].done())
        store.resume()
        await tasks[0]
        await writer.commit(put(b"next"))
    assert await keys(store) == [b"0", b"next"]


async def test_too_many_waiting_are_refused_at_once(store: MemoryRecords) -> None:
    async with running(store, max_waiting=3) as writer, asyncio.TaskGroup() as group:
        store.pause()
        tasks = [group.create_task(writer.commit(put(b"%d" % number))) for number in range(4)]
        await until(lambda: writer.waiting == 3)
        with pytest.raises(Overloaded):
            await writer.commit(put(b"refused"))
        store.resume()
        await asyncio.gather(*tasks)
        await writer.commit(put(b"welcome"))
    assert await keys(store) == [b"0", b"1", b"2", b"3", b"welcome"]


async def test_close_writes_what_waits_and_takes_no_more(store: MemoryRecords) -> None:
    async with asyncio.TaskGroup() as group:
        writer = Writer(store)
        group.create_task(writer.run())
        store.pause()
        tasks = [group.create_task(writer.commit(put(b"%d" % number))) for number in range(4)]
        await until(lambda: writer.waiting == 3)
        closing = group.create_task(writer.close())
        await asyncio.sleep(0)
        with pytest.raises(StoreError, match="closed"):
            await writer.commit(put(b"late"))
        assert not closing.done()
        store.resume()
    assert all(task.done() and task.exception() is None for task in tasks)
    assert await keys(store) == [b"0", b"1", b"2", b"3"]


async def test_close_without_run_leaves_nobody_waiting(store: MemoryRecords) -> None:
    writer = Writer(store)
    async with asyncio.TaskGroup() as group:
        store.pause()
        tasks = [group.create_task(_error_of(writer.commit(put(b"%d" % number)))) for number in range(2)]
        await until(lambda: writer.waiting == 1)
        await writer.close()
        store.resume()
    assert [type(task.result()) for task in tasks] == [type(None), StoreError]


async def _error_of(commit: Awaitable[Any]) -> Any:
    return (await asyncio.gather(commit, return_exceptions=True))[0]


async def test_a_writer_that_is_cancelled_leaves_nobody_waiting(store: MemoryRecords) -> None:
    writer = Writer(store)
    async with asyncio.TaskGroup() as group:
        run = group.create_task(writer.run())
        await asyncio.gather(writer.commit(put(b"0")), writer.commit(put(b"1")))
        store.pause()
        first = group.create_task(_error_of(writer.commit(put(b"first"))))
        await until(lambda: writer._writing)
        rest = [group.create_task(_error_of(writer.commit(put(b"%d" % number)))) for number in range(4)]
        await until(lambda: writer.waiting == 4)
        run.cancel()
        await asyncio.gather(*rest)
        store.resume()
    assert [type(task.result()) for task in rest] == [StoreError] * 4
    assert first.result() is None
    with pytest.raises(StoreError):
        await writer.commit(put(b"late"))


async def test_a_batch_under_way_when_the_writer_is_cancelled_is_unknown() -> None:
    class Hangs(Answers):
        async def write(self, batch: Sequence[Work]) -> list[Outcome]:
            outcomes = await super().write(batch)
            if len(self.sizes) > 1:
                await asyncio.Event().wait()
            return outcomes

    store: Any = Hangs()
    writer = Writer(store)
    async with asyncio.TaskGroup() as group:
        run = group.create_task(writer.run())
        tasks = [group.create_task(_error_of(writer.commit(put(b"%d" % number)))) for number in range(3)]
        await until(lambda: len(store.sizes) == 2)
        run.cancel()
    assert [type(task.result()) for task in tasks] == [str, OutcomeUnknown, OutcomeUnknown]


async def test_the_tally_counts_batches_and_hands_on_size_and_seconds(store: MemoryRecords) -> None:
    ticks = iter(range(100))
    seen: list[tuple[int, float]] = []
    async with running(store, monotonic=lambda: float(next(ticks))) as writer:
        writer.tally.observe = lambda size, seconds: seen.append((size, seconds))
        await gather_errors(writer, [put(b"a"), fail, put(b"b")])
    tally = writer.tally
    assert (tally.batches, tally.functions, tally.failed) == (2, 3, 1)
    assert seen == [(1, 1.0), (2, 1.0)]


async def test_a_failed_outcome_is_raised_even_where_the_store_answers_at_once() -> None:
    async with running(Answers([Failed(ValueError("mine"))])) as writer:
        with pytest.raises(ValueError, match="mine"):
            await writer.commit(put(b"a"))


@pytest.mark.parametrize("together", [1, 3])
async def test_a_store_that_another_vault_took_ends_the_writer(together: int) -> None:
    """Everybody hears why, nothing is run again, and run() raises it, which ends the process."""
    taken = StoreTaken("the other one writes")
    store = Answers(*[taken] * 2)
    writer = Writer(store)  # type: ignore[arg-type]
    ended, errors = await asyncio.gather(
        writer.run(), gather_errors(writer, [put(b"a")] * together), return_exceptions=True
    )
    assert ended is taken and errors == [taken] * together
    with pytest.raises(StoreError, match="closed"):
        await writer.commit(put(b"b"))
    assert sum(store.sizes) == together


async def test_a_writer_that_lost_its_store_takes_no_more(store: MemoryRecords) -> None:
    """Whoever notices it may say so, even while nothing is written."""
    writer = Writer(store)
    with pytest.raises(ExceptionGroup, match="unhandled"):
        async with asyncio.TaskGroup() as group:
            group.create_task(writer.run())
            await asyncio.sleep(0)
            writer.lose(StoreTaken("the other one writes"))
    with pytest.raises(StoreError, match="closed"):
        await writer.commit(put(b"b"))
    assert await keys(store) == []

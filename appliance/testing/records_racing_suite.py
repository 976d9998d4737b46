# SPDX-License-Identifier: Apache-2.0
"""A record store between many who read, write and leave at once; a part of RecordsSuite."""

import asyncio
from typing import Any

import pytest

from appliance.contracts.records import Done, Failed, Outcome, RecordStore, Txn, View, Work
from appliance.testing.records_making import (
    END,
    Gate,
    RecordsMaking,
    all_rows,
    everything,
    get,
    held,
    nothing,
    put,
    scan,
)

WRITERS = 50


def step(txn: Txn) -> int:
    """Count on, at both ends of the store."""
    count = int(txn.get(b"\0count") or b"0") + 1
    txn.put(b"\0count", b"%d" % count)
    txn.put(b"\xffcount", b"%d" % count)
    return count


def ends(view: View) -> tuple[bytes | None, bytes | None]:
    """What step() has left; the same twice, in every state there ever was."""
    return view.get(b"\0count"), view.get(b"\xffcount")


async def values(store: RecordStore, *batch: Work) -> list[Any]:
    """The values of a batch of which no function fails."""
    outcomes = await store.write(batch)
    assert all(isinstance(outcome, Done) for outcome in outcomes), outcomes
    return [outcome.value for outcome in outcomes if isinstance(outcome, Done)]


def naming(name: str) -> Work:
    """A function that counts on and says whose it is."""

    def work(txn: Txn) -> tuple[str, int]:
        txn.put(name.encode(), b"")
        return name, step(txn)

    return work


def _delete_five(txn: Txn) -> None:
    for key, _ in txn.scan(b"0", b"9", limit=5):
        txn.delete(key)


class RecordsRacing(RecordsMaking):
    """Fifty writers, readers of different age, callers who leave."""

    async def test_fifty_writers_lose_nothing(self, store: RecordStore) -> None:
        """Each gets the outcomes of its own functions, and every step counts."""

        async def write(number: int) -> list[int]:
            told: list[int] = []
            for turn in range(3):
                names = [f"{number}/{turn}/{place}" for place in range(number % 3 + 1)]
                found = await values(store, *map(naming, names))
                assert [name for name, _ in found] == names
                told += [count for _, count in found]
            return told

        counts = [count for told in await asyncio.gather(*map(write, range(WRITERS))) for count in told]
        assert sorted(counts) == list(range(1, len(counts) + 1))
        assert await store.read(ends) == (b"%d" % len(counts),) * 2
        assert len(await everything(store)) == len(counts) + 2

    async def test_a_function_that_fails_takes_no_other_writer_along(self, store: RecordStore) -> None:
        """Every third of fifty fails, and its count is given to the next one."""

        def bad(txn: Txn) -> None:
            raise ValueError(step(txn))

        async def write(number: int) -> Outcome:
            (outcome,) = await store.write([bad if number % 3 == 0 else step])
            return outcome

        outcomes = await asyncio.gather(*map(write, range(WRITERS)))
        assert [isinstance(outcome, Failed) for outcome in outcomes] == [n % 3 == 0 for n in range(WRITERS)]
        done = [outcome.value for outcome in outcomes if isinstance(outcome, Done)]
        assert sorted(done) == list(range(1, len(done) + 1))
        assert await store.read(ends) == (b"%d" % len(done),) * 2

    async def test_snapshots_of_different_age_stand_still(self, store: RecordStore) -> None:
        """Three at once, each the state of its time, across many writes and deletes; nobody waits for them."""
        await put(store, {b"%03d" % number: b"first" for number in range(200)})
        first = await all_rows(store)
        async with held(store, self.patience) as oldest:
            await store.write([lambda txn, n=n: txn.delete(b"%03d" % n) for n in range(0, 200, 2)])  # type: ignore[misc]
            second = await all_rows(store)
            async with held(store, self.patience) as older:
                await put(store, {b"%03d" % number: b"third" for number in range(100, 300)})
                third = await all_rows(store)
                async with held(store, self.patience) as old:
                    await asyncio.gather(*(values(store, step, _delete_five) for _ in range(20)))
                    for ask, rows in ((oldest, first), (older, second), (old, third)):
                        assert await ask(lambda view: view.scan(b"", END)) == rows
                        assert await ask(lambda view: view.scan(b"", END, reverse=True)) == rows[::-1]
                        assert await ask(lambda view: view.get(b"000")) == dict(rows).get(b"000")
                        assert await ask(ends) == (None, None)
                    assert await store.read(ends) == (b"20", b"20")

    async def test_readers_see_whole_steps_only(self, store: RecordStore) -> None:
        """Twenty read on and on while others write: never half a function, never backwards."""
        writing = True

        async def read() -> int:
            seen = [0]
            while writing:
                first, last = await store.read(ends)
                assert first == last
                seen.append(int(first or b"0"))
                await asyncio.sleep(0)
            assert seen == sorted(seen)
            return len(seen)

        async with asyncio.TaskGroup() as group:
            readers = [group.create_task(read()) for _ in range(20)]
            for _ in range(30):
                await values(store, step, nothing, step)
            writing = False
        assert all(reader.result() > 1 for reader in readers)
        assert await store.read(ends) == (b"60", b"60")

    async def test_what_was_answered_is_seen_by_the_next_read(self, store: RecordStore) -> None:
        """Whoever reads."""
        for number in range(1, 30):
            await values(store, step)
            assert await store.read(ends) == (b"%d" % number,) * 2

    async def test_a_function_that_blocks_stops_no_reader_and_not_the_loop(self, store: RecordStore) -> None:
        """The loop runs, reads are answered from the state before, and other batches wait for their turn."""
        await put(store, {b"a": b"1"})
        gate = Gate(self.patience)

        def slow(txn: Txn) -> None:
            txn.put(b"a", b"2")
            gate.wait()

        async with asyncio.TaskGroup() as group:
            first = group.create_task(store.write([slow]))
            await gate.begun()
            second = group.create_task(store.write([lambda txn: txn.put(b"a", (txn.get(b"a") or b"") + b"!")]))
            for _ in range(20):
                assert await get(store, b"a") == b"1"
            assert not first.done() and not second.done()
            gate.open()
        assert first.result() == second.result() == [Done(None)]
        assert await get(store, b"a") == b"2!"

    @pytest.mark.parametrize("turns", range(0, 16, 2))
    async def test_a_write_cancelled_at_any_moment_is_all_or_nothing(self, store: RecordStore, turns: int) -> None:
        """The store goes on, and what was answered counts."""
        async with asyncio.TaskGroup() as group:
            leaving = group.create_task(store.write([step, naming("left")]))
            for _ in range(turns):
                await asyncio.sleep(0)
            leaving.cancel()
        (after,) = await values(store, step)
        rows = await everything(store)
        whole = b"left" in rows
        assert whole or leaving.cancelled()
        assert after == (3 if whole else 1)
        assert rows[b"\0count"] == rows[b"\xffcount"] == b"%d" % after

    async def test_a_write_cancelled_while_it_runs_is_all_or_nothing(self, store: RecordStore) -> None:
        """Its function has begun and must not stop those behind it."""
        gate = Gate(self.patience)

        def slow(txn: Txn) -> None:
            txn.put(b"a", b"")
            gate.wait()
            txn.put(b"z", b"")

        async with asyncio.TaskGroup() as group:
            leaving = group.create_task(store.write([slow, lambda txn: txn.put(b"m", b"")]))
            await gate.begun()
            other = group.create_task(store.write([step]))
            leaving.cancel()
            await asyncio.sleep(0)
            gate.open()
        assert other.result() == [Done(1)]
        rows = await everything(store)
        assert len(rows.keys() & {b"a", b"m", b"z"}) in (0, 3)
        assert leaving.cancelled() or b"a" in rows

    async def test_reads_that_are_given_up_leave_nothing_behind(self, store: RecordStore) -> None:
        """A hundred, each at another moment; then all is as before."""
        await put(store, {b"%03d" % number: b"" for number in range(100)})
        for turns in range(100):
            async with asyncio.TaskGroup() as group:
                reading = group.create_task(scan(store))
                for _ in range(turns % 7):
                    await asyncio.sleep(0)
                reading.cancel()
        await self._all_is_well(store)

    async def test_reads_that_fail_leave_nothing_behind(self, store: RecordStore) -> None:
        """Two hundred: more than a store has readers."""

        def work(view: View) -> None:
            view.scan(b"", END)
            raise KeyError("mine")

        await put(store, {b"%03d" % number: b"" for number in range(100)})
        for _ in range(200):
            with pytest.raises(KeyError, match="mine"):
                await store.read(work)
        await self._all_is_well(store)

    async def _all_is_well(self, store: RecordStore) -> None:
        """A hundred rows and nobody in the way."""
        await values(store, step)
        many = await asyncio.gather(*(scan(store, b"0", b"1") for _ in range(20)))
        assert {len(rows) for rows in many} == {100}
        assert await store.read(ends) == (b"1", b"1")
        await store.check()

    async def test_a_function_that_fails_in_one_run_only_has_one_outcome(self, store: RecordStore) -> None:
        """Only the last run counts: what is told and what is kept are of the same run."""
        runs: list[int] = []

        def moody(txn: Txn) -> int:
            runs.append(len(runs) + 1)
            txn.put(b"run", b"%d" % runs[-1])
            if runs[-1] % 2:
                raise ValueError(runs[-1])
            return runs[-1]

        for _ in range(4):
            before = await get(store, b"run")
            (outcome,) = await store.write([moody])
            if isinstance(outcome, Done):
                assert outcome.value == runs[-1]
                assert await get(store, b"run") == b"%d" % runs[-1]
            else:
                assert outcome.error.args == (runs[-1],)
                assert await get(store, b"run") == before

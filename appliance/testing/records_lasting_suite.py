# SPDX-License-Identifier: Apache-2.0
"""What a record store keeps: after reopening, in its backup, and when it is full; a part of RecordsSuite."""

import asyncio
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest

from appliance.contracts.records import MAX_VALUE, Done, Failed, RecordStore, StoreError, StoreFull, Txn, Work
from appliance.testing.clock import FakeClock
from appliance.testing.records_making import END, RecordsMaking, all_rows, everything, get, put

SMALL = 8 << 20
ROWS = 3000


def event(txn: Txn) -> int:
    """Write the next event down, and count it at both ends of the store."""
    number = int(txn.get(b"\0count") or b"0") + 1
    txn.put(b"event %06d" % number, b"%d" % number)
    for key in (b"\0count", b"\xffcount"):
        txn.put(key, b"%d" % number)
    return number


def history(events: int) -> dict[bytes, bytes]:
    """What a store holds after so many events."""
    rows = {b"event %06d" % number: b"%d" % number for number in range(1, events + 1)}
    return rows | {b"\0count": b"%d" % events, b"\xffcount": b"%d" % events}


def filler(number: int, size: int = MAX_VALUE) -> Work:
    """A function that puts one row of this size; its bytes do not shrink."""
    return lambda txn: txn.put(b"%06d" % number, bytes(range(256)) * (size // 256))


async def taken(store: RecordStore, *batch: Work) -> bool:
    """Whether the store had room for the whole batch; without room it says StoreFull, and nothing else."""
    try:
        outcomes = await store.write(batch)
    except StoreFull:
        return False
    errors = [outcome.error for outcome in outcomes if isinstance(outcome, Failed)]
    assert all(isinstance(error, StoreFull) for error in errors), errors
    return not errors


async def fill(store: RecordStore) -> list[bytes]:
    """Put one row after the other until there is no room; the keys that were acknowledged."""
    keys: list[bytes] = []
    for number in count():
        if not await taken(store, filler(number)):
            return keys
        keys.append(b"%06d" % number)
        assert len(keys) <= 2 * SMALL // MAX_VALUE, "it never became full"
    raise AssertionError


class RecordsLasting(RecordsMaking):
    """Reopening, backup, usage, room."""

    @pytest.fixture
    async def small(self, tmp_path: Path, clock: FakeClock) -> AsyncIterator[RecordStore]:
        """An empty store of a few MiB."""
        made = await self.make_small_store(tmp_path / "small", clock, SMALL)
        yield made
        await self.close_store(made)

    async def test_what_was_written_is_there_after_reopening(self, tmp_path: Path, clock: FakeClock) -> None:
        """Rows, overwritten rows and deletes alike, however often."""
        expected: dict[bytes, bytes] = {}
        for turn in range(4):
            store = await self.make_store(tmp_path / "store", clock)
            assert await everything(store) == expected
            changed = {b"a": b"%d" % turn, b"turn %d" % turn: b"", b"\xff\xff": bytes(turn)}
            await put(store, changed)
            await store.write([lambda txn, turn=turn: txn.delete(b"turn %d" % (turn - 1))])
            expected = {**expected, **changed}
            expected.pop(b"turn %d" % (turn - 1), None)
            await self.close_store(store)

    async def test_the_last_answer_before_the_end_is_there_after_it(self, tmp_path: Path, clock: FakeClock) -> None:
        """However many wrote at once."""
        store = await self.make_store(tmp_path / "store", clock)
        outcomes = await asyncio.gather(*(store.write([event]) for _ in range(50)))
        await self.close_store(store)
        again = await self.make_store(tmp_path / "store", clock)
        found = await everything(again)
        await self.close_store(again)
        assert sorted(outcome.value for (outcome,) in outcomes) == list(range(1, 51))
        assert found == history(50)

    # --- backup ---------------------------------------------------------------------------------------------------

    async def test_a_backup_is_one_state_of_the_past(
        self, store: RecordStore, tmp_path: Path, clock: FakeClock
    ) -> None:
        """Taken while fifty write, it is what some number of events had made, to the last row; and a store."""
        await store.write([event] * ROWS)

        async def write() -> None:
            for _ in range(4):
                assert all(isinstance(outcome, Done) for outcome in await store.write([event]))

        async with asyncio.TaskGroup() as group:
            for _ in range(50):
                group.create_task(write())
            group.create_task(store.backup(tmp_path / "backup"))
        copy = await self.make_store(tmp_path / "backup", clock)
        rows = dict(await all_rows(copy))
        events = int(rows[b"\0count"])
        assert ROWS <= events <= ROWS + 200
        assert rows == history(events)
        assert await copy.write([event]) == [Done(events + 1)]
        await self.close_store(copy)
        assert dict(await all_rows(store)) == history(ROWS + 200)

    async def test_a_backup_keeps_every_byte(self, store: RecordStore, tmp_path: Path, clock: FakeClock) -> None:
        """Of keys and values that no text can hold."""
        rows = {
            bytes([first, 0, last]): bytes([last, first]) for first in range(0, 256, 5) for last in (0, 10, 255)
        }
        rows |= {b"\xff" * 499: b"\r\n\\.\n\\N\t", b"\\x41": b"", b"large": b"\0\xff" * (MAX_VALUE // 2)}
        await put(store, rows)
        await store.backup(tmp_path / "backup")
        copy = await self.make_store(tmp_path / "backup", clock)
        assert dict(await all_rows(copy)) == rows
        await self.close_store(copy)

    async def test_a_backup_of_nothing_is_an_empty_store(
        self, store: RecordStore, tmp_path: Path, clock: FakeClock
    ) -> None:
        """It opens."""
        await store.backup(tmp_path / "backup")
        copy = await self.make_store(tmp_path / "backup", clock)
        assert await everything(copy) == {}
        await self.close_store(copy)

    async def test_a_backup_overwrites_nothing(self, store: RecordStore, tmp_path: Path) -> None:
        """A folder that is there already is refused, and what is in it stays."""
        await put(store, {b"a": b"1"})
        (tmp_path / "backup").mkdir()
        (tmp_path / "backup" / "mine").write_text("mine")
        with pytest.raises(StoreError):
            await store.backup(tmp_path / "backup")
        assert [path.name for path in (tmp_path / "backup").iterdir()] == ["mine"]

    async def test_a_backup_that_cannot_be_written_harms_nobody(self, store: RecordStore, tmp_path: Path) -> None:
        """StoreError, and the store goes on."""
        await put(store, {b"a": b"1"})
        with pytest.raises(StoreError):
            await store.backup(tmp_path / "nowhere" / "backup")
        await put(store, {b"a": b"2"})
        await store.backup(tmp_path / "backup")
        assert await get(store, b"a") == b"2"

    # --- room -----------------------------------------------------------------------------------------------------

    async def test_usage_grows_with_the_rows(self, store: RecordStore) -> None:
        """About as much as they hold."""
        before = await store.usage()
        await put(store, {b"%d" % number: bytes(MAX_VALUE) for number in range(10)})
        after = await store.usage()
        assert 10 * MAX_VALUE <= after.used - before.used <= 20 * MAX_VALUE
        assert 0 <= before.ratio < after.ratio <= 1

    async def test_usage_shrinks_with_deletes_and_not_with_failures(self, store: RecordStore) -> None:
        """What is freed counts as free, and what did not happen does not count."""

        def bad(txn: Txn) -> None:
            filler(99)(txn)
            raise ValueError

        await put(store, {b"%06d" % number: bytes(MAX_VALUE) for number in range(10)})
        full = await store.usage()
        await store.write([bad])
        await store.write([bad, filler(0)])
        assert abs((await store.usage()).used - full.used) < MAX_VALUE
        await store.write([lambda txn: [txn.delete(b"%06d" % number) for number in range(10)]])
        assert full.used - (await store.usage()).used >= 10 * MAX_VALUE

    async def test_a_full_store_keeps_what_it_acknowledged_and_takes_no_more(self, small: RecordStore) -> None:
        """It says that it is full, before and after: refusals change nothing, and reads go on."""
        keys = await fill(small)
        usage = await small.usage()
        assert len(keys) * MAX_VALUE > SMALL // 2
        assert 0.8 <= usage.ratio <= 1
        assert not await taken(small, *map(filler, range(900, 940)))
        rows = await all_rows(small, 10)
        assert [key for key, _ in rows if key < b"000900"] == keys
        assert {value for _, value in rows} == {bytes(range(256)) * 256}
        assert (await small.usage()).ratio <= 1

    async def test_a_full_store_can_be_emptied_and_filled_again(self, small: RecordStore) -> None:
        """Deletes need no room, one by one or many at once; then there is about as much of it as before."""
        rounds = []
        for _ in range(3):
            keys = await fill(small)
            half = len(keys) // 2
            for key in keys[:half]:
                assert await small.write([lambda txn, key=key: txn.delete(key)]) == [Done(True)]  # type: ignore[misc]
            assert (await small.usage()).ratio < 0.7
            assert await taken(small, filler(0))
            await small.write([lambda txn, rest=keys[half:]: [txn.delete(key) for key in rest]])  # type: ignore[misc]
            await small.write([lambda txn: txn.delete(b"000000")])
            assert await all_rows(small) == []
            rounds.append(len(keys))
        assert min(rounds) > 0.8 * rounds[0]

    async def test_a_full_store_opens_and_checks(self, tmp_path: Path, clock: FakeClock) -> None:
        """It can be read and emptied after a restart: full is not broken."""
        first = await self.make_small_store(tmp_path / "store", clock, SMALL)
        keys = await fill(first)
        await self.close_store(first)
        second = await self.make_small_store(tmp_path / "store", clock, SMALL)
        await second.check()
        assert (await second.usage()).ratio > 0.8
        assert [key for key, _ in await second.read(lambda view: view.scan(b"", END))] == keys
        assert await second.write([lambda txn: txn.delete(keys[0])]) == [Done(True)]
        await self.close_store(second)

    async def test_check_passes_and_leaves_nothing(self, store: RecordStore) -> None:
        """Twice as well as once, and while others write."""
        await put(store, {b"a": b"1"})
        await store.check()
        async with asyncio.TaskGroup() as group:
            group.create_task(store.check())
            for number in range(10):
                group.create_task(put(store, {b"a": b"%d" % number}))
        await store.check()
        assert list(await everything(store)) == [b"a"]

# SPDX-License-Identifier: Apache-2.0
"""The two rows that keep a vault from starting."""

import pytest

from appliance.contracts.records import LimitExceeded
from appliance.host.refused import StartRefused
from appliance.testing.memory_records import MemoryRecords
from appliance.vault.copying import marks
from appliance.vault.copying.marks import Marks, Moved, Unfinished, marks_of, written

UNFINISHED = Unfinished("id", b"\x00\xff", b"state", "place", b"t/\xff\x00", "blob")
MOVED = Moved("id", "the stores of new.toml", 1_780_966_800_000)


async def test_nothing_is_marked() -> None:
    store = MemoryRecords()
    assert await marks_of(store) == Marks()
    await marks.refuse_marked(store)


async def test_marks_come_back_as_they_were() -> None:
    store = MemoryRecords()
    await written(store, lambda txn: marks.put_unfinished(txn, UNFINISHED))
    await written(store, lambda txn: marks.put_moved(txn, MOVED))
    assert await marks_of(store) == Marks(UNFINISHED, MOVED)


async def test_an_unfinished_copy_is_neither_started_nor_looked_at() -> None:
    store = MemoryRecords()
    await written(store, lambda txn: marks.put_unfinished(txn, UNFINISHED))
    for refuse in (marks.refuse_marked, marks.refuse_unfinished):
        with pytest.raises(StartRefused, match=r"unfinished copy.*still where it was.*`renkei store copy` again"):
            await refuse(store)


async def test_what_was_moved_may_be_looked_at() -> None:
    store = MemoryRecords()
    await written(store, lambda txn: marks.put_moved(txn, MOVED))
    await marks.refuse_unfinished(store)
    with pytest.raises(StartRefused, match=r"to the stores of new.toml on 2026-06-09 10:00.*`renkei store reopen`"):
        await marks.refuse_marked(store)


@pytest.mark.parametrize("raw", [b"", b"{}", b"[1]", b"\xff", b'{"copy": 1, "to": "x", "at": 2}'])
async def test_a_mark_that_cannot_be_read_is_one(raw: bytes) -> None:
    store = MemoryRecords(rows={marks.MOVED: raw})
    with pytest.raises(StartRefused, match="cannot be read"):
        await marks.refuse_marked(store)


async def test_a_mark_of_the_longest_key_fits() -> None:
    store = MemoryRecords()
    longest = Unfinished("id" * 13, b"s" * 32, b"s" * 32, "p" * 64, b"\xff" * 500, "b" * 26)
    await written(store, lambda txn: marks.put_unfinished(txn, longest))
    assert (await marks_of(store)).unfinished == longest


async def test_what_a_function_raises_comes_out() -> None:
    store = MemoryRecords()
    with pytest.raises(LimitExceeded):
        await written(store, lambda txn: txn.put(b"", b""))
    assert await written(store, lambda txn: txn.get(b"x")) is None


@pytest.mark.parametrize(("rows", "empty"), [({}, True), ({b"\0check": b"1"}, True), ({b"t/x": b""}, False)])
async def test_rows_of_the_room_itself_are_nobodys(rows: dict[bytes, bytes], empty: bool) -> None:
    assert await MemoryRecords(rows=rows).read(marks.is_empty) is empty

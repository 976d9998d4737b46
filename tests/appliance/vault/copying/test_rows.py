# SPDX-License-Identifier: Apache-2.0
"""Rows are copied in order and within the limits, go on where they stopped, and every difference is found."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.contracts.records import Failed, LimitExceeded, Outcome, StoreError, Work
from appliance.testing.clock import FakeRandom
from appliance.testing.memory_records import MemoryRecords
from appliance.vault.copying import rows as copying
from appliance.vault.copying.errors import CopyRefused, Different
from appliance.vault.copying.marks import COPY, Unfinished, marks_of
from appliance.vault.copying.progress import Stage, Told
from appliance.vault.copying.rows import compare_rows, copy_rows, count_rows, empty, identity, page_after
from tests.appliance.vault.copying.scene import Scene, rows

MARK = Unfinished("id", b"source", b"state", "place")
Rows = dict[bytes, bytes]


def many(count: int, size: int = 20) -> Rows:
    """Rows with keys of all lengths."""
    chance = FakeRandom("rows")
    return {b"t/%d" % number + chance.bytes(number % 400): chance.bytes(size) for number in range(count)}


def ignore(told: Told) -> None:
    """Nobody looks."""


class Slow(MemoryRecords):
    """A store in which a function that writes more than so many rows takes too long."""

    most = 100

    async def write(self, batch: Sequence[Work]) -> list[Outcome]:
        before = len(self._rows.keys)
        kept = Rows(self._rows.values)
        outcomes = await super().write(batch)
        if len(self._rows.keys) - before > self.most:
            self._rows = type(self._rows)(kept)
            return [Failed(LimitExceeded("a function takes at most 0.5 s"))]
        return outcomes


async def test_every_row_is_copied() -> None:
    kept = many(2345)
    source, target = MemoryRecords(rows=dict(kept)), MemoryRecords()
    told: list[Told] = []
    mark = await copy_rows(source, target, MARK, len(kept), told.append)
    found = await rows(target)
    assert found.pop(COPY) and found == kept
    assert (await marks_of(target)).unfinished == mark and mark.row == max(kept)
    assert [one.done for one in told] == [1000, 2000, 2345] and {one.stage for one in told} == {Stage.RECORDS}
    assert len(target.batches) == 3


async def test_rows_of_the_room_itself_stay_there() -> None:
    source, target = MemoryRecords(rows={b"\0check": b"1", b"\0moved": b"{}", b"t/x": b"1"}), MemoryRecords()
    await copy_rows(source, target, MARK, 1, ignore)
    assert (await rows(target)).keys() == {COPY, b"t/x"}
    await compare_rows(source, target, 1, ignore)


async def test_large_rows_go_in_small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "PAGE_BYTES", 150_000)
    kept = many(30, 64 * 1024)
    target = MemoryRecords()
    await copy_rows(MemoryRecords(rows=dict(kept)), target, MARK, 30, ignore)
    assert len(target.batches) == 15 and (await rows(target)).items() >= kept.items()


async def test_a_row_larger_than_a_page_goes_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "PAGE_BYTES", 10)
    assert len(await MemoryRecords(rows=many(5)).read(lambda view: page_after(view, last=b"\1"))) == 1


async def test_it_goes_on_behind_the_mark() -> None:
    kept = many(2500)
    half = sorted(kept)[:1234]
    target = MemoryRecords(rows={key: kept[key] for key in half})
    mark = Unfinished("id", b"", b"", "", half[-1])
    await copy_rows(MemoryRecords(rows=dict(kept)), target, mark, len(kept), ignore)
    assert len(target.batches) == 2
    assert (await compare_rows(MemoryRecords(rows=kept), target, 0, ignore)).rows == 2500


async def test_what_takes_too_long_is_halved() -> None:
    kept, target = many(1000), Slow()
    await copy_rows(MemoryRecords(rows=dict(kept)), target, MARK, 1000, ignore)
    found = await rows(target)
    assert found.pop(COPY) and found == kept


async def test_one_row_that_takes_too_long_ends_it() -> None:
    target = Slow()
    target.most = 0
    with pytest.raises(LimitExceeded):
        await copy_rows(MemoryRecords(rows=many(10)), target, MARK, 10, ignore)


async def test_a_store_that_breaks_leaves_a_mark_that_is_true() -> None:
    kept, target = many(3000), MemoryRecords()
    target.fail_next(StoreError("no answer"))
    with pytest.raises(StoreError):
        await copy_rows(MemoryRecords(rows=dict(kept)), target, MARK, 3000, ignore)
    await copy_rows(MemoryRecords(rows=dict(kept)), target, MARK, 3000, ignore)
    assert (await compare_rows(MemoryRecords(rows=kept), target, 0, ignore)).rows == 3000


async def test_counting() -> None:
    kept = many(1500)
    counts = await count_rows(MemoryRecords(rows={**kept, b"\0check": b"1"}))
    behind = await count_rows(MemoryRecords(rows=dict(kept)), sorted(kept)[999])
    assert behind.rows == 500
    assert (counts.rows, counts.bytes) == (1500, sum(len(key) + len(value) for key, value in kept.items()))


async def test_emptying_leaves_the_mark() -> None:
    target = MemoryRecords(rows={**many(2500), COPY: b"mark", b"\0check": b"1"})
    await empty(target)
    assert await rows(target) == {COPY: b"mark", b"\0check": b"1"}


KEPT = st.dictionaries(st.binary(min_size=1, max_size=3).map(lambda key: b"t" + key), st.binary(max_size=2))


@given(KEPT, KEPT)
async def test_any_difference_is_found(ours: Rows, theirs: Rows) -> None:
    source, target = MemoryRecords(rows=dict(ours)), MemoryRecords(rows={**theirs, COPY: b"mark"})
    differing = sorted(key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key))
    if not differing:
        assert (await compare_rows(source, target, 0, ignore)).rows == len(ours)
        return
    with pytest.raises(Different) as found:
        await compare_rows(source, target, 0, ignore)
    assert f"the row {differing[0]!r} " in str(found.value)


@pytest.mark.parametrize(
    ("theirs", "said"),
    [
        ({b"t/a": b"1", b"t/c": b"3"}, "the row b't/b' is missing in the copy"),
        ({b"t/a": b"1", b"t/b": b"x", b"t/c": b"3"}, "the row b't/b' is another one in the copy"),
        ({b"t/a": b"1", b"t/b": b"2", b"t/c": b"3", b"t/d": b""}, "the row b't/d' is only in the copy"),
    ],
)
async def test_what_is_said_of_a_difference(theirs: Rows, said: str) -> None:
    source = MemoryRecords(rows={b"t/a": b"1", b"t/b": b"2", b"t/c": b"3"})
    with pytest.raises(Different) as found:
        await compare_rows(source, MemoryRecords(rows=theirs), 0, ignore)
    assert str(found.value) == said


async def test_a_fund_is_known_again_and_its_state_is_another_after_each_entry(scene: Scene) -> None:
    fund, state = await identity(scene.source.store)
    assert await identity(scene.source.store) == (fund, state)
    await scene.source.office(9)
    assert (await identity(scene.source.store))[0] == fund
    assert (await identity(scene.source.store))[1] != state


async def test_without_a_fund_there_is_no_identity() -> None:
    with pytest.raises(CopyRefused, match="there is no fund"):
        await identity(MemoryRecords(rows=many(3)))

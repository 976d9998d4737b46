# SPDX-License-Identifier: Apache-2.0
"""The contract of the record store, kept by the store in memory, and the limits that every store shares."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest

from appliance.contracts.records import (
    MAX_KEY,
    MAX_ROWS,
    MAX_VALUE,
    LimitExceeded,
    Outcome,
    OutcomeUnknown,
    StoreError,
    StoreFull,
    StoreTaken,
    Txn,
    Usage,
    View,
    Work,
    check_limit,
    check_put,
)
from appliance.testing.clock import FakeClock
from appliance.testing.memory_records import MemoryRecords
from appliance.testing.records_making import BEYOND
from tests.contracts.breaking import Bent, BentSuite, BentView, MemorySuite, seeing


class TestMemoryRecords(MemorySuite):
    """With threads."""


class TestMemoryRecordsInTheLoop(MemorySuite):
    """Without threads a function that blocks stops the loop: all the rest is as it should be."""

    threaded = False
    test_a_function_that_blocks_stops_no_reader_and_not_the_loop = None  # type: ignore[assignment]
    test_a_write_cancelled_while_it_runs_is_all_or_nothing = None  # type: ignore[assignment]


# --- stores that are broken on purpose ----------------------------------------------------------------------------

T = TypeVar("T")


class CutsSilently(BentView):
    """What is too long is cut, and what is too much is dropped."""

    def put(self, key: bytes, value: bytes) -> None:
        if key and isinstance(key, bytes):
            try:
                super().put(key[:MAX_KEY], value[:MAX_VALUE])
            except LimitExceeded:
                return

    def scan(self, start: bytes, stop: bytes, *, limit: int = MAX_ROWS, reverse: bool = False) -> Any:
        return super().scan(start, stop, limit=max(0, min(limit, MAX_ROWS)), reverse=reverse)


class LongKeysRaise(BentView):
    """A key that cannot be is an error where it is only asked for."""

    def get(self, key: bytes) -> bytes | None:
        check_put(key, b"")
        return super().get(key)

    def delete(self, key: bytes) -> bool:
        check_put(key, b"")
        return super().delete(key)


class OldestFirst(BentView):
    """Rows come as they were put."""

    def scan(self, start: bytes, stop: bytes, *, limit: int = MAX_ROWS, reverse: bool = False) -> Any:
        return super().scan(start, stop, limit=limit, reverse=not reverse)


class TextIsBytes(BentView):
    """Text is encoded without a word."""

    def put(self, key: Any, value: Any) -> None:
        super().put(*(part.encode() if isinstance(part, str) else part for part in (key, value)))


class NoHurry(Bent):
    """Functions may take as long as they like."""

    def __init__(self, inner: MemoryRecords) -> None:
        inner._clock = FakeClock()
        super().__init__(inner)


class ViewsLiveOn(Bent):
    """A view can be used after its function."""

    async def read(self, work: Callable[[View], T]) -> T:
        rows = await self.inner.read(lambda view: view.scan(b"", BEYOND))
        kept: Any = BentView.__new__(BentView)
        kept.get = dict(rows).get
        return work(kept)


class HidesErrors(Bent):
    """A read that fails says StoreError, whatever it was."""

    async def read(self, work: Callable[[View], T]) -> T:
        try:
            return await super().read(work)
        except KeyError as error:
            raise StoreError(str(error)) from error


class Backwards(Bent):
    """The functions of a batch run in another order than they came."""

    async def write(self, batch: Sequence[Work]) -> list[Outcome]:
        return (await super().write(batch[::-1]))[::-1]


class NothingIsSomething(Bent):
    """A batch of nothing is committed."""

    async def write(self, batch: Sequence[Work]) -> list[Outcome]:
        return await super().write(batch or [lambda txn: None])


class RunsOnAndOn(Bent):
    """Each function happens twice."""

    async def write(self, batch: Sequence[Work]) -> list[Outcome]:
        def again(work: Work) -> Work:
            def run(txn: Txn) -> Any:
                work(txn)
                return work(txn)

            return run

        return await super().write([again(work) for work in batch])


BROKEN: list[tuple[type[Bent], str]] = [
    (seeing(CutsSilently), "rows_beyond_the_limits_fail_their_function_only"),
    (seeing(CutsSilently), "ten_thousand_writes_fit_and_no_more"),
    (seeing(CutsSilently), "a_page_has_at_most_a_thousand_rows"),
    (seeing(LongKeysRaise), "get_of_what_is_not_there_is_none"),
    (seeing(LongKeysRaise), "delete_says_whether_it_was_there"),
    (seeing(OldestFirst), "keys_are_ordered_as_unsigned_bytes"),
    (seeing(OldestFirst), "a_scan_keeps_bounds_order_and_limit"),
    (seeing(TextIsBytes), "nonsense_instead_of_bytes_fails_its_function_only"),
    (NoHurry, "a_function_that_takes_too_long_fails"),
    (ViewsLiveOn, "a_view_kept_after_its_function_is_refused"),
    (HidesErrors, "an_error_in_a_read_is_the_callers"),
    (Backwards, "later_functions_see_what_earlier_ones_did"),
    (NothingIsSomething, "an_empty_batch_is_nothing"),
    (RunsOnAndOn, "later_functions_see_what_earlier_ones_did"),
    (RunsOnAndOn, "running_a_function_twice_is_harmless"),
]


@pytest.mark.parametrize(("bent", "test"), BROKEN)
async def test_what_is_broken_is_noticed(bent: type[Bent], test: str, tmp_path: Path) -> None:
    assert await BentSuite(bent).notices(test, tmp_path)


@pytest.mark.parametrize("test", sorted({test for _, test in BROKEN}))
async def test_what_is_good_is_not(test: str, tmp_path: Path) -> None:
    assert not await BentSuite(Bent).notices(test, tmp_path)


# --- the limits that every store shares ---------------------------------------------------------------------------


@pytest.mark.parametrize("length", [1, MAX_KEY])
def test_keys_within_the_limit_pass(length: int) -> None:
    check_put(bytes(length), bytes(MAX_VALUE))


@pytest.mark.parametrize(
    ("key", "value", "length"), [(0, 0, 0), (MAX_KEY + 1, 0, MAX_KEY + 1), (1, MAX_VALUE + 1, MAX_VALUE + 1)]
)
def test_rows_beyond_the_limit_are_refused_with_their_length(key: int, value: int, length: int) -> None:
    with pytest.raises(LimitExceeded, match=f"not {length}$"):
        check_put(bytes(key), bytes(value))


@pytest.mark.parametrize("limit", [-1, MAX_ROWS + 1])
def test_pages_beyond_the_limit_are_refused(limit: int) -> None:
    with pytest.raises(LimitExceeded, match=f"not {limit}$"):
        check_limit(limit)


@pytest.mark.parametrize("limit", [0, 1, MAX_ROWS])
def test_pages_within_the_limit_pass(limit: int) -> None:
    check_limit(limit)


@pytest.mark.parametrize(("used", "total", "ratio"), [(0, 10, 0.0), (5, 10, 0.5), (0, 0, 1.0)])
def test_usage_is_a_ratio_and_no_room_at_all_is_full(used: int, total: int, ratio: float) -> None:
    assert Usage(used, total).ratio == ratio


@pytest.mark.parametrize("error", [StoreFull, LimitExceeded, OutcomeUnknown, StoreTaken])
def test_every_error_of_a_store_is_a_store_error(error: type[Exception]) -> None:
    assert issubclass(error, StoreError)

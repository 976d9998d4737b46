# SPDX-License-Identifier: Apache-2.0
"""What every record store must do: inherit RecordsSuite in a test file and say how a store is made.

class TestMine(RecordsSuite):
    async def make_store(self, folder, clock): ...
    async def close_store(self, store): ...
"""

from collections.abc import Iterator
from typing import Any

import pytest

from appliance.contracts.records import (
    MAX_KEY,
    MAX_ROWS,
    MAX_VALUE,
    MAX_WRITES,
    Done,
    Failed,
    LimitExceeded,
    RecordStore,
    StoreError,
    Txn,
    View,
)
from appliance.testing.clock import FakeClock
from appliance.testing.records_lasting_suite import RecordsLasting
from appliance.testing.records_making import END, everything, failure, get, nothing, put, scan
from appliance.testing.records_model_suite import RecordsModel
from appliance.testing.records_racing_suite import RecordsRacing

KEYS = [
    b"\x00",
    b"\x00\x00",
    b"\x00\xff",
    b"\x01",
    b"A",
    b"a",
    b"a\x00",
    b"ab",
    b"b",
    b"\x7f",
    b"\x80",
    b"\xff\x00",
]


class RecordsSuite(RecordsModel, RecordsRacing, RecordsLasting):
    """The contract of contracts.records, as tests: one call after the other here, the rest in the other parts."""

    async def test_keys_are_ordered_as_unsigned_bytes(self, store: RecordStore) -> None:
        """Whatever the order in which rows come, a scan gives them in the order of their keys."""
        await put(store, {key: b"v" + key for key in KEYS[::-1]})
        rows = await scan(store)
        assert rows == [(key, b"v" + key) for key in sorted(KEYS)]

    @pytest.mark.parametrize("limit", [0, 1, 2, 3, MAX_ROWS])
    @pytest.mark.parametrize("reverse", [False, True])
    async def test_a_scan_keeps_bounds_order_and_limit(self, store: RecordStore, limit: int, reverse: bool) -> None:
        """start belongs to the page, stop does not, and a bound need not exist."""
        await put(store, dict.fromkeys(KEYS, b""))
        bounds = [b"", b"\x00", b"a", b"a\x00", b"aa", b"b", b"\xff", END, END + b"\xff" * 100]
        for start in bounds:
            for stop in bounds:
                inside = sorted((key for key in KEYS if start <= key < stop), reverse=reverse)
                rows = await scan(store, start, stop, limit=limit, reverse=reverse)
                assert [key for key, _ in rows] == inside[:limit], (start, stop)

    @pytest.mark.parametrize("reverse", [False, True])
    async def test_an_empty_store_has_no_rows(self, store: RecordStore, reverse: bool) -> None:
        """A page of nothing is empty."""
        assert await scan(store, reverse=reverse) == []

    async def test_a_page_has_at_most_a_thousand_rows(self, store: RecordStore) -> None:
        """More must be asked for page by page."""
        await put(store, {b"%06d" % number: b"" for number in range(MAX_ROWS + 1)})
        assert len(await everything(store)) == MAX_ROWS
        for limit in (MAX_ROWS + 1, -1):
            with pytest.raises(LimitExceeded):
                await scan(store, limit=limit)

    async def test_get_of_what_is_not_there_is_none(self, store: RecordStore) -> None:
        """A key that cannot be is not there either; an empty value is not None."""
        await put(store, {b"a": b""})
        for key in (b"", b"b", b"a" * (MAX_KEY + 100)):
            assert await get(store, key) is None
        assert await get(store, b"a") == b""

    async def test_a_function_sees_its_own_changes(self, store: RecordStore) -> None:
        """In get and scan, both ways."""

        def work(txn: Txn) -> object:
            txn.put(b"a", b"1")
            txn.put(b"b", b"2")
            txn.put(b"a", b"3")
            txn.delete(b"b")
            return txn.get(b"a"), txn.get(b"b"), txn.scan(b"", END), txn.scan(b"", END, reverse=True)

        one = [(b"a", b"3")]
        assert await store.write([work]) == [Done((b"3", None, one, one))]

    async def test_delete_says_whether_it_was_there(self, store: RecordStore) -> None:
        """And it is gone at once."""
        await put(store, {b"a": b"1"})
        keys = (b"a", b"a", b"b", b"", b"x" * (MAX_KEY + 100))
        assert await store.write([lambda txn: [txn.delete(key) for key in keys]]) == [
            Done([True, False, False, False, False])
        ]
        assert await everything(store) == {}

    async def test_later_functions_see_what_earlier_ones_did(self, store: RecordStore) -> None:
        """The functions of a batch run in order."""

        def add(txn: Txn) -> int:
            count = int(txn.get(b"count") or b"0") + 1
            txn.put(b"count", b"%d" % count)
            return count

        assert await store.write([add] * 5) == [Done(number) for number in range(1, 6)]
        assert await everything(store) == {b"count": b"5"}

    async def test_a_failing_function_harms_nobody_and_leaves_nothing(self, store: RecordStore) -> None:
        """Puts, overwrites and deletes of a function that raised never happened."""

        def bad(txn: Txn) -> None:
            txn.put(b"bad", b"1")
            txn.put(b"first", b"overwritten")
            txn.delete(b"old")
            raise ValueError("no")

        await put(store, {b"old": b"1"})
        outcomes = await store.write([lambda t: t.put(b"first", b"1"), bad, lambda t: t.put(b"last", b"1")])
        assert isinstance(await failure(store, bad), ValueError)
        assert [type(outcome) for outcome in outcomes] == [Done, Failed, Done]
        assert await everything(store) == {b"first": b"1", b"last": b"1", b"old": b"1"}

    async def test_a_batch_in_which_all_fail_changes_nothing(self, store: RecordStore) -> None:
        """And the batch itself does not fail."""

        def bad(txn: Txn) -> None:
            txn.put(b"bad", b"1")
            raise StopIteration

        outcomes = await store.write([bad, bad])
        assert [type(outcome) for outcome in outcomes] == [Failed, Failed]
        assert await everything(store) == {}

    @pytest.mark.parametrize(
        ("key", "value"),
        [(b"", b""), (b"k" * (MAX_KEY + 1), b""), (b"k", b"v" * (MAX_VALUE + 1))],
        ids=["empty key", "long key", "long value"],
    )
    async def test_rows_beyond_the_limits_fail_their_function_only(
        self, store: RecordStore, key: bytes, value: bytes
    ) -> None:
        """LimitExceeded, and nothing of the function stays."""

        def work(txn: Txn) -> None:
            txn.put(b"before", b"1")
            txn.put(key, value)

        assert isinstance(await failure(store, work), LimitExceeded)
        assert await everything(store) == {}

    async def test_the_largest_row_fits(self, store: RecordStore) -> None:
        """The limits themselves are allowed."""
        row = {b"k" * MAX_KEY: bytes(MAX_VALUE)}
        await put(store, row)
        assert dict(await scan(store, b"", END + END)) == row

    async def test_ten_thousand_writes_fit_and_no_more(self, store: RecordStore) -> None:
        """Puts and deletes count."""

        def work(txn: Txn, count: int) -> None:
            for number in range(count // 2):
                txn.put(b"%d" % number, b"")
                txn.delete(b"%d" % number)
            if count % 2:
                txn.put(b"odd", b"")

        assert isinstance(await failure(store, lambda txn: work(txn, MAX_WRITES + 1)), LimitExceeded)
        assert await store.write([lambda txn: work(txn, MAX_WRITES)]) == [Done(None)]
        assert await everything(store) == {}

    async def test_a_function_that_takes_too_long_fails(self, store: RecordStore, clock: FakeClock) -> None:
        """More than half a second holds up everybody: nothing of it stays."""

        def work(txn: Txn, milliseconds: int) -> None:
            txn.put(b"%d" % milliseconds, b"")
            clock.move(milliseconds)

        assert isinstance(await failure(store, lambda txn: work(txn, 501)), LimitExceeded)
        assert await store.write([lambda txn: work(txn, 500)]) == [Done(None)]
        assert await everything(store) == {b"500": b""}

    async def test_nonsense_instead_of_bytes_fails_its_function_only(self, store: RecordStore) -> None:
        """TypeError, before anything is stored."""
        nonsense: Any = "text"
        assert isinstance(await failure(store, lambda txn: txn.put(nonsense, b"")), TypeError)
        assert isinstance(await failure(store, lambda txn: txn.put(b"k", nonsense)), TypeError)

    async def test_an_empty_batch_is_nothing(self, store: RecordStore) -> None:
        """No functions, no outcomes, no commit."""
        assert await store.write([]) == []

    async def test_outcomes_carry_the_functions_values(self, store: RecordStore) -> None:
        """None and any other value."""
        assert await store.write([nothing, lambda txn: {"a": 1}]) == [Done(None), Done({"a": 1})]

    async def test_running_a_function_twice_is_harmless(self, store: RecordStore) -> None:
        """Only the last run counts, however often a store runs it."""
        runs = []

        def work(txn: Txn) -> int:
            runs.append(1)
            count = int(txn.get(b"count") or b"0") + 1
            txn.put(b"count", b"%d" % count)
            return count

        assert await store.write([work]) == [Done(1)]
        assert runs and await everything(store) == {b"count": b"1"}

    async def test_a_view_kept_after_its_function_is_refused(self, store: RecordStore) -> None:
        """A generator that is returned runs only later: it must not see or change anything."""

        def lazy(txn: Txn) -> Iterator[bytes | None]:
            yield txn.get(b"a")

        await put(store, {b"a": b"1"})
        late: list[Any] = [await store.read(lambda view: lazy(view)), *await store.write([lazy, lazy])]  # type: ignore[arg-type]
        for one in late:
            with pytest.raises(StoreError):
                next(one.value if isinstance(one, Done) else one)
        (kept,) = await store.write([lambda txn: txn])
        assert isinstance(kept, Done)
        with pytest.raises(StoreError):
            kept.value.put(b"b", b"2")
        assert await everything(store) == {b"a": b"1"}

    async def test_an_error_in_a_read_is_the_callers(self, store: RecordStore) -> None:
        """It passes as it is."""

        def work(view: View) -> None:
            raise KeyError("mine")

        with pytest.raises(KeyError, match="mine"):
            await store.read(work)

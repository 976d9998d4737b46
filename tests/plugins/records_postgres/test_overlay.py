# SPDX-License-Identifier: Apache-2.0
"""A function's view: rows below, the batch's changes over them, its own on top; against a plain dictionary."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from renkei_records_postgres.overlay import Change, Overlay, Row, need_bytes

from appliance.contracts.records import MAX_KEY, MAX_ROWS, MAX_WRITES, LimitExceeded, StoreError

# Few different bytes, so that keys are often the same or prefixes of each other.
KEYS = st.binary(max_size=2) | st.text("\x00a\x7f", max_size=3).map(str.encode)
REAL = KEYS.filter(bool)
CHANGES = st.lists(st.tuples(REAL, st.none() | st.binary(max_size=2)), max_size=12)
Rows = dict[bytes, bytes]


class Below:
    """Rows that count how much is asked of them."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.asked = 0

    def get(self, key: bytes) -> bytes | None:
        self.asked += 1
        return self.rows.get(key)

    def page(self, start: bytes, stop: bytes, limit: int, reverse: bool) -> list[Row]:
        self.asked += 1
        assert limit > 0
        return sorted(((k, v) for k, v in self.rows.items() if start <= k < stop), reverse=reverse)[:limit]


def overlay(changes: list[tuple[bytes, bytes | None]]) -> Overlay:
    made = Overlay()
    for key, value in changes:
        made.set(key, value)
    return made


def applied(rows: Rows, changes: list[tuple[bytes, bytes | None]]) -> Rows:
    after = dict(rows)
    for key, value in changes:
        if value is None:
            after.pop(key, None)
        else:
            after[key] = value
    return after


@given(
    rows=st.dictionaries(REAL, st.binary(max_size=2)),
    batch=CHANGES,
    own=CHANGES,
    start=KEYS,
    stop=KEYS,
    limit=st.integers(0, 5) | st.just(MAX_ROWS),
    reverse=st.booleans(),
)
def test_it_is_as_if_all_changes_had_been_made(
    rows: Rows,
    batch: list[tuple[bytes, bytes | None]],
    own: list[tuple[bytes, bytes | None]],
    start: bytes,
    stop: bytes,
    limit: int,
    reverse: bool,
) -> None:
    change = Change(overlay(batch), Below(rows))
    expected = applied(rows, batch)
    for key, value in own:
        if value is None:
            assert change.delete(key) == (key in expected)
        else:
            change.put(key, value)
        expected = applied(expected, [(key, value)])
    inside = sorted(((k, v) for k, v in expected.items() if start <= k < stop), reverse=reverse)
    assert change.scan(start, stop, limit=limit, reverse=reverse) == inside[:limit]
    assert {key: change.get(key) for key in expected} == expected
    assert [change.get(key) for key in rows.keys() - expected.keys()] == [None] * len(rows.keys() - expected.keys())


@given(first=CHANGES, second=CHANGES, start=KEYS, stop=KEYS)
def test_what_is_taken_lies_on_top(first: Any, second: Any, start: bytes, stop: bytes) -> None:
    both = overlay(first)
    both.take(overlay(second))
    assert both.rows == dict(first) | dict(second)
    between = both.between(start, stop)
    assert between == {key: value for key, value in both.rows.items() if start <= key < stop}
    assert list(between) == sorted(between)


def test_what_is_known_is_not_asked_below() -> None:
    below = Below({b"a": b"1"})
    change = Change(overlay([(b"b", b"2"), (b"c", None)]), below)
    change.put(b"d", b"4")
    assert [change.get(key) for key in (b"b", b"c", b"d")] == [b"2", None, b"4"]
    assert [
        change.get(b""),
        change.get(b"x" * (MAX_KEY + 1)),
        change.scan(b"b", b"a"),
        change.scan(b"a", b"z", limit=0),
    ] == [
        None,
        None,
        [],
        [],
    ]
    assert below.asked == 0


def test_a_closed_view_is_of_no_use() -> None:
    below = Below({})
    change = Change(Overlay(), below)
    change.close()
    uses: list[Callable[[], object]] = [
        lambda: change.get(b"a"),
        lambda: change.scan(b"a", b"b"),
        lambda: change.put(b"a", b""),
        lambda: change.delete(b"a"),
    ]
    for use in uses:
        with pytest.raises(StoreError, match="kept"):
            use()
    assert change.own.rows == {} and below.asked == 0


def test_writes_are_counted_whether_they_change_anything_or_not() -> None:
    change = Change(Overlay(), Below({}))
    for _ in range(MAX_WRITES):
        assert change.delete(b"none") is False
    for write in (lambda: change.put(b"over", b""), lambda: change.delete(b"over")):
        with pytest.raises(LimitExceeded):
            write()
    assert change.own.rows == {}


@pytest.mark.parametrize("nonsense", ["text", 1, None, bytearray(b"a"), memoryview(b"a")])
def test_only_bytes_are_bytes(nonsense: Any) -> None:
    need_bytes(b"", b"a")
    change = Change(Overlay(), Below({}))
    uses: list[Callable[[], object]] = [
        lambda: change.get(nonsense),
        lambda: change.delete(nonsense),
        lambda: change.put(nonsense, b""),
        lambda: change.put(b"a", nonsense),
        lambda: change.scan(nonsense, b"b"),
        lambda: change.scan(b"a", nonsense),
        lambda: need_bytes(b"", nonsense),
    ]
    for use in uses:
        with pytest.raises(TypeError, match=type(nonsense).__name__):
            use()

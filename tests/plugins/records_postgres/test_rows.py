# SPDX-License-Identifier: Apache-2.0
"""Rows of the server, a reader's view of them, and what the writer remembers."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from renkei_records_postgres import schema
from renkei_records_postgres.errors import Lost
from renkei_records_postgres.rows import Memory, Remembered, Rows, Snapshot

from appliance.contracts.records import MAX_KEY, MAX_ROWS, LimitExceeded, StoreError
from appliance.testing.clock import FakeClock

Connection = psycopg.Connection[Any]
KEYS = [b"\x00", b"A", b"a", b"a\x00", b"ab", b"\x80", b"\xff"]


@pytest.fixture
def rows(connection: Connection) -> Rows:
    """One row for each key, its value the key twice."""
    schema.bring_up_to_date(connection, schema.steps())
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO renkei_rows VALUES (%b, %b)", [(key, key * 2) for key in KEYS])
    return Rows(connection, FakeClock().monotonic)


@pytest.mark.lab
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("limit", [1, 3, MAX_ROWS])
def test_a_page_is_a_slice_of_the_rows_in_order(rows: Rows, reverse: bool, limit: int) -> None:
    for start in [b"", *KEYS]:
        for stop in [*KEYS, b"\xff\xff"]:
            inside = sorted((key for key in KEYS if start <= key < stop), reverse=reverse)
            assert rows.page(start, stop, limit, reverse) == [(key, key * 2) for key in inside[:limit]]


@pytest.mark.lab
def test_a_page_is_found_by_its_keys_however_stale_the_statistics_are(rows: Rows, connection: Connection) -> None:
    """A plan that reads and sorts the table would hold up everybody once it is large."""
    for name in ("enable_seqscan", "enable_bitmapscan", "enable_sort"):
        connection.execute(f"SET {name} = off".encode())
    question = "EXPLAIN SELECT k, v FROM renkei_rows WHERE k >= 'a' AND k < 'b' ORDER BY k DESC LIMIT 1000"
    plan = str(connection.execute(question.encode()).fetchall())
    assert "Index Scan Backward using renkei_rows_pkey" in plan and "Sort" not in plan


@pytest.mark.lab
def test_after_a_failure_nothing_is_asked_any_more(rows: Rows, connection: Connection) -> None:
    assert rows.get(b"a") == b"aa"
    connection.close()
    for _ in range(2):
        with pytest.raises(Lost) as lost:
            rows.get(b"a")
        assert lost.value is rows.failure


@pytest.mark.lab
def test_waiting_for_the_server_is_counted(rows: Rows, connection: Connection) -> None:
    instants = iter([10.0, 10.5, 20.0, 21.0])
    counted = Rows(connection, lambda: next(instants))
    counted.get(b"a")
    counted.page(b"", b"b", 1, False)
    assert counted.waited == 1.5


class Asked:
    """Rows in a dictionary, and what was asked of them."""

    def __init__(self, rows: dict[bytes, bytes]) -> None:
        self.rows = rows
        self.asked: list[bytes] = []

    def get(self, key: bytes) -> bytes | None:
        self.asked.append(key)
        return self.rows.get(key)

    def page(self, start: bytes, stop: bytes, limit: int, reverse: bool) -> list[tuple[bytes, bytes]]:
        self.asked.append(start)
        return [(start, stop)]


def test_a_view_asks_only_what_can_be() -> None:
    asked: Any = Asked({b"a": b"1"})
    view = Snapshot(asked)
    assert [view.get(b"a"), view.get(b"b"), view.get(b""), view.get(b"x" * (MAX_KEY + 1))] == [
        b"1",
        None,
        None,
        None,
    ]
    assert view.scan(b"b", b"a") == view.scan(b"a", b"b", limit=0) == []
    assert view.scan(b"a", b"b", limit=1) == [(b"a", b"b")]
    assert asked.asked == [b"a", b"b", b"a"]
    for limit in (-1, MAX_ROWS + 1):
        with pytest.raises(LimitExceeded):
            view.scan(b"a", b"b", limit=limit)


def test_a_closed_view_and_nonsense_are_refused() -> None:
    asked: Any = Asked({})
    view, nonsense = Snapshot(asked), "text"
    uses: list[Callable[[Any], object]] = [
        view.get,
        lambda key: view.scan(key, b"z"),
        lambda key: view.scan(b"a", key),
    ]
    for use in uses:
        with pytest.raises(TypeError):
            use(nonsense)
    view.close()
    for use in uses:
        with pytest.raises(StoreError, match="kept"):
            use(b"a")
    assert asked.asked == []


def test_what_is_remembered_is_not_asked_again() -> None:
    asked: Any = Asked({b"a": b"1"})
    memory = Memory()
    for _ in range(3):
        rows = Remembered(asked, memory)
        assert [rows.get(b"a"), rows.get(b"b")] == [b"1", None]
    assert asked.asked == [b"a", b"b"]
    memory.keep(b"a", b"2")
    assert Remembered(asked, memory).get(b"a") == b"2"
    memory.forget()
    assert Remembered(asked, memory).get(b"a") == b"1"
    assert Remembered(asked, memory).page(b"a", b"b", 1, False) == [(b"a", b"b")]


def test_memory_is_bounded_and_true() -> None:
    memory = Memory(most=10_000)
    rows = {b"%04d" % number: bytes(50) for number in range(1000)}
    source: Any = Asked(rows)
    for key in [*rows, *rows]:
        assert Remembered(source, memory).get(key) == rows[key]
        assert sum(len(key) + len(value or b"") for key, value in memory.rows.items()) <= 10_000
    memory.keep(b"large", bytes(20_000))
    assert Remembered(source, memory).get(b"large") == bytes(20_000)

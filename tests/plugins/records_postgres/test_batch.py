# SPDX-License-Identifier: Apache-2.0
"""Functions over changes in memory, and the one commit: what it counts, refuses and sends."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from renkei_records_postgres import batch, schema
from renkei_records_postgres import fence as fences
from renkei_records_postgres.batch import commit, run_all
from renkei_records_postgres.errors import LostInCommit
from renkei_records_postgres.fence import Fence
from renkei_records_postgres.line import Line
from renkei_records_postgres.rows import Rows

from appliance.contracts.records import Done, Failed, LimitExceeded, StoreError, StoreFull, Txn
from appliance.testing.clock import FakeClock

MOST = 1 << 40


class Slow:
    """Rows of a server that takes its time."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.failure: StoreError | None = None
        self.waited = 0.0

    def get(self, key: bytes) -> bytes | None:
        self.clock.move(400)
        self.waited += 0.4
        if key == b"lost":
            self.failure = StoreError("gone")
            raise self.failure
        return None


def run(works: list[Any], clock: FakeClock) -> Any:
    rows: Any = Slow(clock)
    return run_all(works, rows, rows, clock.monotonic)


def test_the_servers_time_is_not_the_functions() -> None:
    clock = FakeClock()

    def asks(txn: Txn, own: int) -> None:
        txn.get(b"a")
        clock.move(own)
        txn.get(b"b")

    outcomes, _ = run([lambda txn: asks(txn, 500), lambda txn: asks(txn, 501)], clock)
    assert outcomes[0] == Done(None)
    assert isinstance(outcomes[1], Failed) and isinstance(outcomes[1].error, LimitExceeded)


def test_what_a_failed_function_did_is_nowhere() -> None:
    def bad(txn: Txn) -> None:
        txn.put(b"a", b"bad")
        txn.put(b"b", b"bad")
        raise ValueError

    outcomes, changes = run([lambda txn: txn.put(b"a", b"1"), bad, lambda txn: txn.get(b"a")], FakeClock())
    assert isinstance(outcomes[1], Failed) and outcomes[2] == Done(b"1")
    assert changes.rows == {b"a": b"1"}


def test_a_lost_server_ends_the_batch_whatever_the_function_makes_of_it() -> None:
    def hides(txn: Txn) -> str:
        try:
            txn.get(b"lost")
        except StoreError:
            return "fine"
        return "?"

    with pytest.raises(StoreError, match="gone"):
        run([hides, lambda txn: pytest.fail("nothing runs after it")], FakeClock())


def test_what_ends_a_process_passes() -> None:
    def leave(txn: Txn) -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        run([leave], FakeClock())


@pytest.fixture
def line(database: str) -> Iterator[Line]:
    """In a change, with rows a and b."""
    made = Line({name: str(value) for name, value in conninfo_to_dict(database).items()})
    schema.bring_up_to_date(made.connection, schema.steps())
    begin = fences.begin_change(made.connection)
    commit(made, begin, {b"a": b"12345", b"b": b""}, MOST, lambda: False)
    yield made
    made.close()


def apply(line: Line, changes: dict[bytes, bytes | None], most: int = MOST) -> Fence:
    return commit(line, fences.begin_change(line.connection), changes, most, lambda: False)


def rows(line: Line) -> dict[bytes, bytes]:
    line.roll_back()
    return dict(Rows(line.connection, FakeClock().monotonic).page(b"", b"\xff", 1000, False))


@pytest.mark.lab
@pytest.mark.parametrize("part", [batch.MOST_AT_ONCE, 1])
def test_bytes_are_exact_and_batches_counted(line: Line, part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many statements it takes."""
    monkeypatch.setattr(batch, "MOST_AT_ONCE", part)
    assert fences.look(line.connection) == Fence(0, 1, 7)
    assert apply(line, {b"a": b"1", b"c": b"123", b"not there": None}) == Fence(0, 2, 7 - 4 + 4)
    assert apply(line, {b"a": None, b"b": None, b"d": b""}) == Fence(0, 3, 5)
    assert rows(line) == {b"c": b"123", b"d": b""}


@pytest.mark.lab
def test_growth_beyond_the_limit_is_refused_and_nothing_else(line: Line) -> None:
    with pytest.raises(StoreFull, match="max_gib"):
        apply(line, {b"c": b"12"}, most=9)
    assert rows(line) == {b"a": b"12345", b"b": b""}
    assert apply(line, {b"c": b"1"}, most=9).bytes == 9
    assert apply(line, {b"c": b"2"}, most=9).bytes == 9
    assert apply(line, {b"c": b"", b"a": b"123456"}, most=9).bytes == 9
    assert apply(line, {b"a": b"1"}, most=2).bytes == 4, "less is always allowed"
    assert apply(line, {b"a": None}, most=2).bytes == 2
    assert rows(line) == {b"b": b"", b"c": b""}


@pytest.mark.lab
@pytest.mark.parametrize("most", [MOST, 8])
def test_nothing_is_committed_for_nobody(line: Line, most: int) -> None:
    with pytest.raises(StoreError, match="did not wait"):
        commit(line, fences.begin_change(line.connection), {b"c": b""}, most, lambda: True)
    assert rows(line) == {b"a": b"12345", b"b": b""}


@pytest.mark.lab
@pytest.mark.parametrize("most", [MOST, 8])
def test_a_line_that_ends_in_the_commit_leaves_it_open_what_happened(line: Line, most: int) -> None:
    begin = fences.begin_change(line.connection)

    def cut() -> bool:
        line.cut()
        return False

    with pytest.raises(LostInCommit):
        commit(line, begin, {b"c": b""}, most, cut)


@pytest.mark.lab
def test_a_commit_with_a_warning_is_not_taken_for_one(line: Line) -> None:
    line.warned = True
    with pytest.raises(LostInCommit, match="replica"):
        apply(line, {b"c": b""})


@pytest.mark.lab
def test_an_error_before_the_commit_is_no_unknown_commit(line: Line) -> None:
    line.connection.execute("ALTER TABLE renkei_rows ADD CHECK (k <> 'bad')")
    with pytest.raises(StoreError, match="23514") as refused:
        apply(line, {b"bad": b"", b"good": b""})
    assert not isinstance(refused.value, LostInCommit)
    assert rows(line) == {b"a": b"12345", b"b": b""}
    assert isinstance(refused.value.__cause__, psycopg.errors.CheckViolation)

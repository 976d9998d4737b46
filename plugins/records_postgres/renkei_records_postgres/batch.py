# SPDX-License-Identifier: Apache-2.0
"""One batch: functions run over changes in memory, and all changes sent with one commit."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import psycopg
from psycopg import sql

from appliance.contracts.records import (
    MAX_SECONDS,
    Done,
    Failed,
    LimitExceeded,
    Outcome,
    StoreError,
    StoreFull,
    Work,
)
from renkei_records_postgres.errors import Lost, LostInCommit, in_our_words
from renkei_records_postgres.fence import Fence
from renkei_records_postgres.line import Line, Seconds
from renkei_records_postgres.overlay import Change, Overlay, Source
from renkei_records_postgres.pipeline import pipeline
from renkei_records_postgres.rows import Rows

# The old sizes are subtracted before the rows change, the new ones added: bytes stays exact.
COUNT = sql.SQL(
    "UPDATE renkei_writer SET batch = batch + %s, bytes = bytes + %s - (SELECT"
    " coalesce(sum(length(k) + length(v)), 0) FROM renkei_rows WHERE k = ANY (%b::bytea[]))"
    " WHERE one RETURNING epoch, batch, bytes"
)
UPSERT = sql.SQL(
    "INSERT INTO renkei_rows (k, v) SELECT * FROM unnest(%b::bytea[], %b::bytea[])"
    " ON CONFLICT (k) DO UPDATE SET v = excluded.v"
)
DELETE = sql.SQL("DELETE FROM renkei_rows WHERE k = ANY (%b::bytea[])")
MOST_AT_ONCE = 16 << 20

Changes = dict[bytes, bytes | None]


def run_all(batch: Sequence[Work], rows: Rows, source: Source, seconds: Seconds) -> tuple[list[Outcome], Overlay]:
    """Run the functions in order; their outcomes, and what those that did not fail have changed.

    Raises what went wrong on the server, if anything did.
    """
    changes = Overlay()
    outcomes = []
    for work in batch:
        change = Change(changes, source)
        outcome = _run(work, change, rows, seconds)
        if rows.failure is not None:
            raise rows.failure
        if isinstance(outcome, Done):
            changes.take(change.own)
        outcomes.append(outcome)
    return outcomes, changes


def _run(work: Work, change: Change, rows: Rows, seconds: Seconds) -> Outcome:
    """One function. The time that the server takes is not the function's."""
    began, waited = seconds(), rows.waited
    try:
        value: Any = work(change)
    except Exception as error:  # noqa: BLE001 - whatever a function raises is its own outcome
        return Failed(error)
    finally:
        change.close()
    if seconds() - began - (rows.waited - waited) > MAX_SECONDS:
        return Failed(LimitExceeded(f"a function takes at most {MAX_SECONDS} s"))
    return Done(value)


def commit(line: Line, fence: Fence, changes: Changes, most: int, given_up: Callable[[], bool]) -> Fence:
    """Send the changes and COMMIT; the fence as it is now.

    Where there is certainly room for them, everything goes in one round trip. Raises StoreFull if they would grow
    the rows beyond most bytes, StoreError if nobody waits any more, LostInCommit if they may have happened.
    """
    added = sum(len(key) + len(value) for key, value in changes.items() if value is not None)
    at_once = fence.bytes + added <= most
    if not at_once:
        after = _send(line, changes, and_commit=False)
        if after.bytes > max(most, fence.bytes):
            raise StoreFull("the record store is full: raise max_gib")
    if given_up():
        raise StoreError("the caller did not wait for the commit")
    try:
        if at_once:
            after = _send(line, changes, and_commit=True)
        else:
            line.connection.execute("COMMIT")
    except psycopg.Error as error:
        raise _in_commit(error) from error
    if line.warned:
        raise LostInCommit("the server committed, but did not wait for its replica")
    return after


def _in_commit(error: psycopg.Error) -> StoreError:
    failure = in_our_words(error)
    return LostInCommit(str(failure)) if isinstance(failure, Lost) else failure


def _send(line: Line, changes: Changes, *, and_commit: bool) -> Fence:
    connection = line.connection
    with pipeline(connection):
        step = 1
        for part in _parts(changes):
            put = {key: value for key, value in part.items() if value is not None}
            gone = [key for key, value in part.items() if value is None]
            added = sum(map(len, put)) + sum(map(len, put.values()))
            counted = connection.execute(COUNT, [step, added, list(part)])
            if put:
                connection.execute(UPSERT, [list(put), list(put.values())])
            if gone:
                connection.execute(DELETE, [gone])
            step = 0
        if and_commit:
            connection.execute("COMMIT")
    row = counted.fetchone()
    assert row is not None, "the row is locked by us"
    return Fence(*row)


def _parts(changes: Changes) -> Iterator[Changes]:
    """The changes in parts that fit well into one statement."""
    part: Changes = {}
    size = 0
    for key, value in changes.items():
        part[key] = value
        size += len(key) + len(value or b"")
        if size >= MOST_AT_ONCE:
            yield part
            part, size = {}, 0
    if part:
        yield part

# SPDX-License-Identifier: Apache-2.0
"""The one row: who takes it, who waits for it, and what becomes of it when it is gone."""

import threading
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from renkei_records_postgres import fence as fences
from renkei_records_postgres import schema
from renkei_records_postgres.fence import Fence, Standing

from appliance.contracts.records import StoreError, StoreTaken

pytestmark = pytest.mark.lab
Connection = psycopg.Connection[Any]


@pytest.fixture
def fenced(connection: Connection) -> Connection:
    """A database with its tables."""
    schema.bring_up_to_date(connection, schema.steps())
    return connection


def test_each_take_is_a_new_epoch_and_changes_nothing_else(fenced: Connection) -> None:
    assert fences.look(fenced) == Fence(0, 0, 0)
    assert [fences.take(fenced) for _ in range(2)] == [Fence(1, 0, 0), Fence(2, 0, 0)]
    assert fences.confirm(fenced) == fences.look(fenced) == Fence(2, 0, 0)
    assert fenced.info.transaction_status is psycopg.pq.TransactionStatus.IDLE


def test_a_snapshot_keeps_the_fence_that_it_began_with(fenced: Connection, database: str) -> None:
    began = fences.begin_snapshot(fenced)
    with psycopg.connect(database, autocommit=True) as other:
        fences.take(other)
    assert fences.look(fenced) == began
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        fences.take(fenced)


@pytest.mark.parametrize("waits", [fences.begin_change, fences.confirm, fences.take])
def test_whoever_comes_waits_for_a_change_and_sees_it(
    fenced: Connection, database: str, waits: Callable[[Connection], Fence]
) -> None:
    fences.begin_change(fenced)
    fenced.execute("UPDATE renkei_writer SET batch = 7")
    found: list[Fence] = []
    with psycopg.connect(database, autocommit=True) as other:
        thread = threading.Thread(target=lambda: found.append(waits(other)))
        thread.start()
        with psycopg.connect(database, autocommit=True) as watcher:
            while not watcher.execute("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'").fetchall():
                assert thread.is_alive()
        assert found == []
        fenced.execute("COMMIT")
        thread.join(30)
    assert [fence.batch for fence in found] == [7]


@pytest.mark.parametrize("use", [fences.look, fences.take, fences.begin_change, fences.begin_snapshot])
def test_a_row_that_is_gone_is_an_error(fenced: Connection, use: Callable[[Connection], Fence]) -> None:
    fenced.execute("DELETE FROM renkei_writer")
    with pytest.raises(StoreError, match="lost its row"):
        use(fenced)


def test_there_is_only_one_row(fenced: Connection) -> None:
    for one in (True, False):
        with pytest.raises(psycopg.errors.IntegrityError):
            fenced.execute("INSERT INTO renkei_writer VALUES (%s, 1, 0, 0, 0)", [one])


def test_what_is_lost_stays_lost() -> None:
    standing = Standing()
    standing.refuse_if_taken()
    assert isinstance(standing.lose("another"), StoreTaken)
    for _ in range(2):
        with pytest.raises(StoreTaken, match="another"):
            standing.refuse_if_taken()

# SPDX-License-Identifier: Apache-2.0
"""The one who writes, by itself: what it remembers between batches, and when it forgets."""

import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from renkei_records_postgres.address import parameters
from renkei_records_postgres.fence import Standing
from renkei_records_postgres.line import Watch
from renkei_records_postgres.writing import Writing

from appliance.contracts.plugin import PluginError
from appliance.contracts.records import Done, Failed, Outcome, StoreError, StoreTaken, Txn, Work
from tests.plugins.records_postgres.conftest import no_secret, patience_of
from tests.servers.postgres import Postgres

pytestmark = pytest.mark.lab


@pytest.fixture
def writing(database: str) -> Iterator[Writing]:
    """Open, with a second of patience."""
    made = writing_on(database)
    made.open(5)
    yield made
    made.close()


def writing_on(database: str) -> Writing:
    found = parameters(database, "", no_secret, False)
    return Writing(found, 1 << 40, Standing(), Watch(time.monotonic), patience_of(1))


def write(writing: Writing, *batch: Work) -> list[Outcome]:
    return writing.write(batch, lambda: False)


def get(key: bytes) -> Work:
    return lambda txn: txn.get(key)


def test_what_was_written_or_read_is_remembered(writing: Writing, connection: psycopg.Connection[Any]) -> None:
    """Changed behind its back, which nobody may do, the row is not asked for again."""
    write(writing, lambda txn: txn.put(b"a", b"1"))
    connection.execute("UPDATE renkei_rows SET v = 'changed'")
    assert write(writing, get(b"a"), get(b"b")) == [Done(b"1"), Done(None)]
    connection.execute("INSERT INTO renkei_rows VALUES ('b', 'behind')")
    assert write(writing, get(b"b")) == [Done(None)]


def test_what_did_not_happen_is_not_remembered(writing: Writing) -> None:
    def bad(txn: Txn) -> None:
        txn.put(b"a", b"bad")
        raise ValueError

    assert isinstance(write(writing, bad)[0], Failed)
    with pytest.raises(StoreError, match="did not wait"):
        writing.write([lambda txn: txn.put(b"a", b"nobody's")], lambda: True)
    assert write(writing, get(b"a")) == [Done(None)]


def test_a_new_connection_remembers_nothing(writing: Writing, connection: psycopg.Connection[Any]) -> None:
    """Another server may have another state, and only the fence says whether it is ours."""
    write(writing, lambda txn: txn.put(b"a", b"1"))
    connection.execute("UPDATE renkei_rows SET v = 'restored'")
    connection.execute(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = 'renkei-vault'"
        " AND datname = current_database()"
    )
    assert write(writing, get(b"a")) == [Done(b"restored")]


def test_a_batch_that_changes_nothing_commits_nothing(
    writing: Writing, connection: psycopg.Connection[Any]
) -> None:
    fence = "SELECT batch, xmin::text FROM renkei_writer"
    before = connection.execute(fence).fetchone()
    assert write(writing, get(b"a"), lambda txn: txn.delete(b"a")) == [Done(None), Done(False)]
    assert connection.execute(fence).fetchone() == before
    write(writing, lambda txn: txn.put(b"a", b""))
    assert connection.execute(fence).fetchone() != before


@pytest.mark.parametrize(
    "change", [b"epoch = epoch + 1", b"batch = batch + 1", b"epoch = epoch - 1", b"batch = batch - 1"]
)
def test_any_other_fence_ends_it_for_good(
    writing: Writing, connection: psycopg.Connection[Any], change: bytes
) -> None:
    write(writing, lambda txn: txn.put(b"a", b"1"))
    connection.execute(b"UPDATE renkei_writer SET " + change)
    with pytest.raises(StoreTaken):
        write(writing, lambda txn: txn.put(b"a", b"2"))
    connection.execute("UPDATE renkei_writer SET epoch = 1, batch = 1")
    with pytest.raises(StoreTaken):
        write(writing, lambda txn: txn.put(b"a", b"2"))
    assert connection.execute("SELECT v FROM renkei_rows").fetchall() == [(b"1",)]


def test_a_server_that_became_weak_is_not_written_to(own_server: Postgres) -> None:
    """As after a fail-over to one that is set up otherwise."""
    writing = writing_on(own_server.conninfo("postgres"))
    writing.open(5)
    own_server.settings["synchronous_commit"] = "off"
    own_server.restart()
    with pytest.raises(StoreError, match="synchronous_commit = off"):
        write(writing, lambda txn: txn.put(b"a", b"1"))
    own_server.settings["synchronous_commit"] = "on"
    own_server.restart()
    assert write(writing, lambda txn: txn.put(b"a", b"1")) == [Done(None)]
    writing.close()


def test_tables_of_somebody_else_are_refused(database: str, connection: psycopg.Connection[Any]) -> None:
    connection.execute("CREATE TABLE renkei_rows (something text)")
    writing = writing_on(database)
    with pytest.raises(PluginError, match="already exists"):
        writing.open(0)
    connection.execute("DROP TABLE renkei_rows")
    writing.open(5)
    writing.close()

# SPDX-License-Identifier: Apache-2.0
"""What only PostgreSQL has: settings of a session, weak servers, the lock and who holds it."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from renkei_records_postgres import server as ours
from renkei_records_postgres.line import Line

from tests.servers.postgres import Postgres

pytestmark = pytest.mark.lab
Connection = psycopg.Connection[Any]


@pytest.fixture
def connect(database: str) -> Iterator[Callable[[], Connection]]:
    """More sessions of the same database."""
    made: list[Connection] = []

    def make() -> Connection:
        made.append(psycopg.connect(database, autocommit=True, application_name="renkei-vault"))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_a_session_gets_our_settings_and_no_unknown_one(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ours.SESSION, "a_setting_of_a_later_version", "on")
    line = Line({name: str(value) for name, value in conninfo_to_dict(database).items()})
    ours.prepare(line)
    names = ["enable_seqscan", "jit", "idle_in_transaction_session_timeout", "client_connection_check_interval"]
    found = [line.connection.execute(f"SHOW {name}".encode()).fetchone() for name in names]
    line.close()
    assert found == [("off",), ("off",), ("30s",), ("5s",)]


def test_our_server_is_not_weak(connection: Connection) -> None:
    assert ours.weakness(connection) is None


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"fsync": "off"}, "fsync = off"),
        ({"full_page_writes": "off"}, "full_page_writes = off"),
        ({"synchronous_commit": "off"}, "synchronous_commit = off"),
        ({"synchronous_commit": "local", "synchronous_standby_names": "replica"}, "synchronous_commit = local"),
        ({"default_transaction_read_only": "on"}, "takes no changes"),
    ],
)
def test_a_server_that_would_lose_changes_is_weak(
    own_server: Postgres, settings: dict[str, str], said: str
) -> None:
    own_server.settings.update(settings)
    own_server.restart()
    with psycopg.connect(own_server.socket_conninfo("postgres"), autocommit=True) as connection:
        assert said in (ours.weakness(connection) or "")


def test_local_commits_are_enough_where_there_is_no_replica(connection: Connection) -> None:
    connection.execute("SET synchronous_commit = local")
    assert ours.weakness(connection) is None


def test_an_old_server_is_weak(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "OLDEST", 999999)
    assert "older" in (ours.weakness(connection) or "")


@pytest.mark.parametrize("seconds", [0, 0.05])
def test_one_session_has_the_lock_and_is_named(connect: Callable[[], Connection], seconds: float) -> None:
    first, second = connect(), connect()
    assert ours.holder(second) is None
    assert ours.lock(first, seconds)
    assert not ours.lock(second, seconds)
    holder = ours.holder(second)
    assert holder is not None and holder.session == ours.who_are_we(first)
    assert "renkei-vault at this machine's socket" in str(holder) and f"process {holder.session.pid}" in str(holder)
    first.close()
    assert ours.lock(second, 10)
    assert second.execute("SHOW lock_timeout").fetchone() == ("0",)


def test_the_lock_is_that_of_one_database(server: Postgres, connect: Callable[[], Connection]) -> None:
    assert ours.lock(connect(), 0)
    with psycopg.connect(server.socket_conninfo(server.database()), autocommit=True) as other:
        assert ours.holder(other) is None
        assert ours.lock(other, 0)


def test_a_session_of_ours_is_ended_and_no_other_with_its_number(connect: Callable[[], Connection]) -> None:
    first, second = connect(), connect()
    session, other = ours.who_are_we(first), ours.who_are_we(second)
    assert session != other
    ours.end_session(second, ours.Session(session.pid, other.since))
    assert first.execute("SELECT 1").fetchone() == (1,)
    ours.end_session(second, session)
    with pytest.raises(psycopg.OperationalError):
        first.execute("SELECT 1")

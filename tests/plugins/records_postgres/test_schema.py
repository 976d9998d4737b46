# SPDX-License-Identifier: Apache-2.0
"""Tables are made once, brought up to date, and left alone when they are newer than we are."""

from typing import Any

import psycopg
import pytest
from renkei_records_postgres import schema

from appliance.contracts.plugin import PluginError

pytestmark = pytest.mark.lab
Connection = psycopg.Connection[Any]
LATER = {
    **schema.steps(),
    2: "ALTER TABLE renkei_rows ADD note int; CREATE TABLE extra (a int)",
    3: "DROP TABLE extra",
}


def version(connection: Connection) -> object:
    return connection.execute("SELECT version, epoch FROM renkei_writer").fetchone()


def test_the_steps_are_numbered_without_a_gap() -> None:
    assert list(schema.steps()) == list(range(1, len(schema.steps()) + 1))


def test_tables_are_made_once(connection: Connection) -> None:
    assert schema.bring_up_to_date(connection, schema.steps())
    connection.execute("INSERT INTO renkei_rows VALUES ('a', 'b')")
    assert not schema.bring_up_to_date(connection, schema.steps())
    assert connection.execute("SELECT * FROM renkei_rows").fetchall() == [(b"a", b"b")]
    assert version(connection) == (max(schema.steps()), 0)


def test_tables_of_an_earlier_version_are_brought_up_to_date(connection: Connection) -> None:
    schema.bring_up_to_date(connection, schema.steps())
    connection.execute("INSERT INTO renkei_rows VALUES ('a', 'b')")
    assert not schema.bring_up_to_date(connection, LATER)
    assert version(connection) == (3, 0)
    assert connection.execute("SELECT k, note FROM renkei_rows").fetchall() == [(b"a", None)]


def test_a_step_that_fails_leaves_the_version_before_it(connection: Connection) -> None:
    with pytest.raises(psycopg.errors.UndefinedTable):
        schema.bring_up_to_date(connection, {**LATER, 3: "CREATE TABLE half (a int); DROP TABLE not_there"})
    assert version(connection) == (2, 0)
    with pytest.raises(psycopg.errors.UndefinedTable):
        connection.execute("SELECT * FROM half")
    schema.bring_up_to_date(connection, LATER)
    assert version(connection) == (3, 0)


def test_later_tables_are_refused(connection: Connection) -> None:
    schema.bring_up_to_date(connection, LATER)
    with pytest.raises(PluginError, match="version 3, this plugin knows 1"):
        schema.bring_up_to_date(connection, schema.steps())


def test_tables_without_their_row_are_refused(connection: Connection) -> None:
    schema.bring_up_to_date(connection, schema.steps())
    connection.execute("DELETE FROM renkei_writer")
    with pytest.raises(PluginError, match="restore"):
        schema.bring_up_to_date(connection, schema.steps())

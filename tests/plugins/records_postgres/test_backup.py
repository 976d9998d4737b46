# SPDX-License-Identifier: Apache-2.0
"""A backup: private files, all rows, and a script that brings them back into an empty database only."""

from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from renkei_records_postgres import backup, schema
from renkei_records_postgres import fence as fences
from renkei_records_postgres.batch import commit
from renkei_records_postgres.line import Line

from appliance.contracts.records import StoreError
from tests.servers.postgres import Postgres

pytestmark = pytest.mark.lab
ROWS: dict[bytes, bytes | None] = {bytes([number]): bytes([number]) * number for number in range(1, 256)}
SAMPLE = "SELECT k, v FROM renkei_rows ORDER BY k"


@pytest.fixture
def filled(connection: psycopg.Connection[Any], database: str) -> psycopg.Connection[Any]:
    """A database with rows of every byte."""
    schema.bring_up_to_date(connection, schema.steps())
    line = Line({name: str(value) for name, value in conninfo_to_dict(database).items()})
    commit(line, fences.begin_change(line.connection), ROWS, 1 << 40, lambda: False)
    line.close()
    return connection


def test_it_comes_back_as_it_was(filled: psycopg.Connection[Any], server: Postgres, tmp_path: Path) -> None:
    backup.copy(filled, tmp_path / "to")
    fresh = server.database()
    server.load(fresh, tmp_path / "to" / backup.SCRIPT)
    assert server.sql(fresh, SAMPLE) == filled.execute(SAMPLE.encode()).fetchall() == list(ROWS.items())
    counted = "SELECT version, bytes FROM renkei_writer"
    assert server.sql(fresh, counted) == filled.execute(counted.encode()).fetchall()


def test_it_is_for_the_owner_alone(filled: psycopg.Connection[Any], tmp_path: Path) -> None:
    backup.copy(filled, tmp_path / "to")
    files = [tmp_path / "to", *(tmp_path / "to").iterdir()]
    assert sorted(file.name for file in files) == ["restore.sql", "rows.copy", "to"]
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)


def test_it_overwrites_no_folder(filled: psycopg.Connection[Any], tmp_path: Path) -> None:
    for bad in (tmp_path, tmp_path / "not" / "there"):
        with pytest.raises(StoreError, match="cannot be written"):
            backup.copy(filled, bad)
    assert list(tmp_path.iterdir()) == []


def test_it_overwrites_no_database(filled: psycopg.Connection[Any], server: Postgres, tmp_path: Path) -> None:
    backup.copy(filled, tmp_path / "to")
    used = server.database()
    server.load(used, tmp_path / "to" / backup.SCRIPT)
    server.sql(used, "UPDATE renkei_writer SET epoch = 7")
    with pytest.raises(AssertionError, match="already exists"):
        server.load(used, tmp_path / "to" / backup.SCRIPT)
    assert server.sql(used, "SELECT epoch, (SELECT count(*) FROM renkei_rows) FROM renkei_writer") == [
        (7, len(ROWS))
    ]

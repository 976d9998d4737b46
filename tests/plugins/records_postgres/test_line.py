# SPDX-License-Identifier: Apache-2.0
"""Lines that are cut under whoever waits, and the watch that does it."""

import threading
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from renkei_records_postgres.line import Line, Watch

from appliance.testing.clock import FakeClock
from tests.servers.postgres import Postgres

pytestmark = pytest.mark.lab


@pytest.fixture
def line(database: str) -> Any:
    made = Line({name: str(value) for name, value in conninfo_to_dict(database).items()})
    yield made
    made.close()


def test_a_cut_ends_what_waits(line: Line) -> None:
    timer = threading.Timer(0.05, line.cut)
    timer.start()
    with pytest.raises(psycopg.OperationalError):
        line.connection.execute("SELECT pg_sleep(60)")
    timer.join()
    line.cut()  # a second time does no harm


def test_a_closed_line_leaves_no_descriptor_open(database: str) -> None:
    parameters = {name: str(value) for name, value in conninfo_to_dict(database).items()}
    Line(parameters).close()  # whatever the library opens once for all
    before = list(Path("/proc/self/fd").iterdir())
    for _ in range(5):
        line = Line(parameters)
        line.cut()
        line.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == len(before)


def test_the_watch_cuts_what_is_overdue_and_nothing_else(line: Line, database: str) -> None:
    clock = FakeClock()
    watch = Watch(clock.monotonic)
    with watch.until(clock.monotonic() + 10, line):
        clock.move(9_999)
        watch.cut_overdue()
        line.connection.execute("SELECT 1")
        clock.move(1)
        watch.cut_overdue()
        with pytest.raises(psycopg.OperationalError):
            line.connection.execute("SELECT 1")


def test_nothing_is_cut_after_its_block(line: Line) -> None:
    clock = FakeClock()
    watch = Watch(clock.monotonic)
    with watch.until(clock.monotonic() + 10, line):
        pass
    clock.move(60_000)
    watch.cut_overdue()
    line.connection.execute("SELECT 1")


def test_the_watch_looks_by_itself_until_it_is_stopped(line: Line) -> None:
    watch = Watch(time.monotonic, interval=0.01)
    watch.start()
    with watch.until(time.monotonic() + 0.05, line), pytest.raises(psycopg.OperationalError):
        line.connection.execute("SELECT pg_sleep(60)")
    watch.stop()
    assert not any(thread.name == "records-watch" and thread.is_alive() for thread in [watch._thread])


def test_a_roll_back_ends_a_transaction_and_harms_nothing_else(line: Line) -> None:
    line.roll_back()
    line.connection.execute("BEGIN")
    line.connection.execute("CREATE TABLE gone (a int)")
    line.roll_back()
    with pytest.raises(psycopg.errors.UndefinedTable):
        line.connection.execute("SELECT * FROM gone")
    line.connection.execute("BEGIN")
    with pytest.raises(psycopg.errors.UndefinedTable):
        line.connection.execute("SELECT * FROM gone")
    line.roll_back()
    line.connection.execute("SELECT 1")


def test_a_warning_is_noticed_and_a_notice_is_not(line: Line) -> None:
    line.connection.execute("DROP TABLE IF EXISTS nothing_of_the_kind")
    assert not line.warned
    line.connection.execute("ROLLBACK")  # without a transaction
    assert line.warned


def test_a_server_that_is_not_there_is_an_error(server: Postgres) -> None:
    with pytest.raises(psycopg.OperationalError):
        Line({"host": "127.0.0.1", "port": "1", "dbname": "renkei", "connect_timeout": "5"})

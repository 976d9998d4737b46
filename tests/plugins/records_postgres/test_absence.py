# SPDX-License-Identifier: Apache-2.0
"""What the log says of a server that is away: once that it is, once that it is back."""

import asyncio
import logging
import threading
import time
from dataclasses import replace

import pytest
from renkei_records_postgres import RecordsPostgres, Settings
from renkei_records_postgres.absence import Absence
from renkei_records_postgres.errors import UNREACHED, Again, Lost
from renkei_records_postgres.patience import Patience

from appliance.contracts.records import Done, StoreError
from appliance.testing.clock import FakeClock, FakeRandom
from appliance.testing.services import fake_services
from tests.servers.postgres import Postgres

LOG = logging.getLogger("renkei.plugin.test")


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Everything that anybody logged; none of it with a traceback."""
    assert not any(record.exc_info for record in caplog.records)
    return [record.getMessage() for record in caplog.records]


def test_an_absence_is_told_twice_however_many_notice_it(caplog: pytest.LogCaptureFixture) -> None:
    clock = FakeClock()
    absence = Absence(clock.monotonic, LOG)
    absence.ends()
    for _ in range(3):
        absence.begins(Lost(UNREACHED + "connection refused"))
        clock.move(30_000)
    for _ in range(3):
        absence.ends()
    absence.begins(Lost("it only reads"))
    assert told(caplog) == [
        "the server is away: connection refused",
        "the server is back after 90 s",
        "the server is away: it only reads",
    ]


def test_many_threads_notice_it_at_once(caplog: pytest.LogCaptureFixture) -> None:
    absence, barrier = Absence(FakeClock().monotonic, LOG), threading.Barrier(8)

    def notice() -> None:
        barrier.wait()
        absence.begins(Lost("gone"))
        barrier.wait()
        absence.ends()

    threads = [threading.Thread(target=notice) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told(caplog) == ["the server is away: gone", "the server is back after 0 s"]


@pytest.mark.parametrize(("error", "tries", "is_told"), [(Lost("a"), 1, 0), (Lost("b"), 2, 1), (Again("c"), 9, 0)])
def test_one_connection_that_breaks_is_no_absence(
    caplog: pytest.LogCaptureFixture, error: StoreError, tries: int, is_told: int
) -> None:
    clock = FakeClock()
    absence = Absence(clock.monotonic, LOG)
    trial = Patience(20, clock.monotonic, lambda seconds: None, FakeRandom(), absence).begin()
    for _ in range(tries):
        trial.failed(error)
        trial.wait()
    assert len(caplog.records) == is_told


class TimePasses(FakeClock):
    """A clock by which patience comes to its end."""

    def monotonic(self) -> float:
        return time.monotonic()


@pytest.mark.lab
async def test_a_server_that_dies_and_comes_back_is_two_lines(
    own_server: Postgres, caplog: pytest.LogCaptureFixture
) -> None:
    services = replace(fake_services(), clock=TimePasses())
    plugin = RecordsPostgres(Settings(own_server.conninfo(own_server.database()), patience_seconds=0.5), services)
    (store,) = plugin.register_records()
    await plugin.start()
    assert await store.read(lambda view: view.get(b"a")) is None
    await asyncio.to_thread(own_server.kill9)
    for _ in range(2):
        with pytest.raises(StoreError, match="cannot be reached"):
            await store.write([lambda txn: txn.put(b"a", b"1")])
        with pytest.raises(StoreError, match="cannot be reached"):
            await store.read(lambda view: view.get(b"a"))
    await asyncio.to_thread(own_server.start)
    assert await store.write([lambda txn: txn.put(b"b", b"2")]) == [Done(None)]
    await plugin.stop()
    away, back = told(caplog)
    assert away.startswith("the server is away: ") and "\n" not in away
    assert back.startswith("the server is back after ")

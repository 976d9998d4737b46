# SPDX-License-Identifier: Apache-2.0
"""Those who read: how many at once, what they raise, and what they leave open."""

import asyncio
import threading

import pytest
from renkei_records_postgres.store import Limits

from appliance.contracts.records import StoreError, View
from tests.plugins.records_postgres.conftest import MakeStore
from tests.servers.postgres import Postgres

pytestmark = pytest.mark.lab


async def test_as_many_read_at_once_as_there_are_readers(database: str, make_store: MakeStore) -> None:
    store = await make_store(database, limits=Limits(readers=3, lock_seconds=5))
    meeting = threading.Barrier(3)
    assert sorted(await asyncio.gather(*(store.read(lambda view: meeting.wait(30)) for _ in range(3)))) == [0, 1, 2]


@pytest.mark.parametrize("error", [KeyError("mine"), StopAsyncIteration("mine"), StoreError("mine")])
async def test_what_a_function_raises_is_its_callers(
    database: str, make_store: MakeStore, error: Exception
) -> None:
    store = await make_store(database)

    def work(view: View) -> None:
        view.get(b"a")
        raise error

    with pytest.raises(type(error), match="mine"):
        await store.read(work)
    assert await store.read(lambda view: view.get(b"a")) is None


@pytest.mark.parametrize("end", [StopIteration(), SystemExit(), KeyboardInterrupt(), GeneratorExit()])
async def test_what_nobody_can_await_hangs_nobody(database: str, make_store: MakeStore, end: BaseException) -> None:
    store = await make_store(database, limits=Limits(readers=1, lock_seconds=5))

    def work(view: View) -> None:
        raise end

    with pytest.raises((RuntimeError, StoreError)):
        await asyncio.wait_for(store.read(work), 30)
    assert await store.read(lambda view: view.get(b"a")) is None


async def test_no_transaction_stays_open_after_a_read(server: Postgres, make_store: MakeStore) -> None:
    """It would keep the server from clearing away what was deleted."""
    database = server.database()
    store = await make_store(server.socket_conninfo(database))
    for _ in range(5):
        await store.read(lambda view: view.scan(b"", b"\xff"))
    open_ones = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
    assert server.sql(database, open_ones) == [(0,)]


async def test_readers_refuse_a_server_that_is_behind(server: Postgres, make_store: MakeStore) -> None:
    """What was acknowledged is seen by every later read, or none is answered."""
    database = server.database()
    store = await make_store(server.socket_conninfo(database), patience=0.2)
    await store.write([lambda txn: txn.put(b"a", b"1")])
    server.sql(database, "UPDATE renkei_writer SET batch = 0")
    with pytest.raises(StoreError, match="lacks"):
        await store.read(lambda view: view.get(b"a"))
    server.sql(database, "UPDATE renkei_writer SET batch = 1")
    assert await store.read(lambda view: view.get(b"a")) == b"1"

# SPDX-License-Identifier: Apache-2.0
"""The store as a whole: its threads, callers who leave, functions that end badly, a backup beside the work."""

import asyncio
import threading
from collections.abc import Awaitable
from pathlib import Path

import pytest
from renkei_records_postgres import backup
from renkei_records_postgres.address import parameters
from renkei_records_postgres.line import Connection
from renkei_records_postgres.store import Limits, PostgresStore

from appliance.contracts.plugin import PluginError
from appliance.contracts.records import Done, Failed, StoreError, StoreFull, Txn, View, Work
from appliance.host.services import WorkerThread
from tests.plugins.records_postgres.conftest import MakeStore, no_secret, patience_of
from tests.plugins.records_postgres.counting import Load
from tests.servers.postgres import Postgres

pytestmark = pytest.mark.lab


def put(key: bytes, size: int = 0) -> Work:
    return lambda txn: txn.put(key, bytes(size))


def keys(view: View) -> list[bytes]:
    return [key for key, _ in view.scan(b"", b"\xff")]


async def test_functions_run_in_one_thread_that_is_not_the_callers(database: str, make_store: MakeStore) -> None:
    store = await make_store(database)
    outcomes = [
        outcome
        for _ in range(3)
        for outcome in await store.write([lambda txn: threading.current_thread().name] * 2)
    ]
    assert outcomes == [Done("records")] * 6
    assert (await store.read(lambda view: threading.current_thread().name)).startswith("records-reader")


async def test_a_caller_who_leaves_undoes_his_batch_and_no_other(database: str, make_store: MakeStore) -> None:
    store = await make_store(database)
    begun, go_on = threading.Event(), threading.Event()

    def wait(txn: Txn) -> None:
        begun.set()
        assert go_on.wait(30)
        txn.put(b"left", b"")

    async with asyncio.TaskGroup() as group:
        leaving = group.create_task(store.write([wait]))
        other = group.create_task(store.write([put(b"other")]))
        await asyncio.to_thread(begun.wait, 30)
        leaving.cancel()
        await asyncio.wait([leaving])
        go_on.set()
    assert leaving.cancelled() and other.result() == [Done(None)]
    assert await store.read(keys) == [b"other"]


@pytest.mark.parametrize("end", [SystemExit(), KeyboardInterrupt(), GeneratorExit()])
async def test_nothing_that_a_function_raises_ends_the_thread_that_writes(
    database: str, make_store: MakeStore, end: BaseException
) -> None:
    store = await make_store(database)

    def leave(txn: Txn) -> None:
        txn.put(b"half", b"")
        raise end

    with pytest.raises(StoreError, match=type(end).__name__):
        await store.write([put(b"a"), leave])
    assert await store.write([put(b"b")]) == [Done(None)]
    assert await store.read(keys) == [b"b"]


async def test_what_was_handed_in_is_finished_by_a_close(database: str, make_store: MakeStore) -> None:
    store = await make_store(database)
    async with asyncio.TaskGroup() as group:
        writing = [group.create_task(store.write([put(b"%02d" % number)])) for number in range(20)]
        await asyncio.sleep(0)
        await store.close()
    assert [task.result() for task in writing] == [[Done(None)]] * 20
    assert len(await (await make_store(database)).read(keys)) == 20


async def test_a_full_store_says_so_and_is_found_so_again(database: str, make_store: MakeStore) -> None:
    small = Limits(most=1 << 20, lock_seconds=5)
    store = await make_store(database, limits=small)
    outcome = await store.write([put(b"%02d" % number, 1 << 16) for number in range(15)])
    assert outcome == [Done(None)] * 15
    with pytest.raises(StoreFull):
        await store.write([put(b"more", 1 << 16)])
    assert 0.9 < (await store.usage()).ratio < 1
    await store.check()
    await store.close()
    again = await make_store(database, limits=small)
    with pytest.raises(StoreFull):
        await again.write([put(b"more", 1 << 16)])
    assert await again.write([lambda txn: txn.delete(b"00")]) == [Done(True)]
    assert await again.write([put(b"more", 1 << 15)]) == [Done(None)]


async def test_a_backup_is_taken_while_others_write(
    database: str, make_store: MakeStore, server: Postgres, tmp_path: Path
) -> None:
    store = await make_store(database)
    load = Load(store, callers=10)

    async def back_up() -> None:
        await load.more(50)
        async with asyncio.TaskGroup() as group:
            group.create_task(store.backup(tmp_path / "to"))
            group.create_task(load.more(200))

    await load.run_while(back_up)
    fresh = server.database()
    server.load(fresh, tmp_path / "to" / "restore.sql")
    copy = await make_store(server.socket_conninfo(fresh))
    total, rows = await copy.read(lambda view: (int(view.get(b"total") or b"0"), view.scan(b"row", b"rox")))
    assert 50 <= total <= load.total and len(rows) == min(total, 1000)
    await copy.check()


async def test_a_store_that_cannot_open_leaves_nothing_running(server: Postgres, make_store: MakeStore) -> None:
    before = set(threading.enumerate())
    with pytest.raises(PluginError, match="does not exist"):
        await make_store(server.socket_conninfo("no_such_database"))
    assert [thread for thread in set(threading.enumerate()) - before if thread.name.startswith("records")] == []


async def test_a_check_of_a_server_that_has_gone_is_a_plugin_error(
    own_server: Postgres, make_store: MakeStore
) -> None:
    store = await make_store(own_server.conninfo("postgres"), patience=0.2)
    own_server.kill9()
    with pytest.raises(PluginError, match="cannot be used"):
        await store.check()
    with pytest.raises(StoreError):
        await store.backup(Path("not-made"))
    (outcome,) = await asyncio.gather(store.write([put(b"a")]), return_exceptions=True)
    assert isinstance(outcome, StoreError) and not isinstance(outcome, Failed)


async def test_neither_a_check_nor_the_end_waits_for_a_backup(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the host, a plugin has one thread; a backup may take hours."""
    begun = threading.Event()

    def copy_for_hours(connection: Connection, to: Path) -> None:
        begun.set()
        connection.execute("SELECT pg_sleep(3600)")

    monkeypatch.setattr(backup, "copy", copy_for_hours)
    thread = WorkerThread("plugin-records_postgres")
    store = PostgresStore(Limits(lock_seconds=5), patience_of(20), thread)
    await thread(store.open, parameters(database, "", no_secret, False))
    async with asyncio.TaskGroup() as group:
        copying = group.create_task(_refused(store.backup(tmp_path / "to")))
        assert await asyncio.to_thread(begun.wait, 30)
        await store.check()
        await store.close()
    assert "cannot be reached" in copying.result()
    thread.close()


async def _refused(call: Awaitable[None]) -> str:
    """What a call that must fail says."""
    with pytest.raises(StoreError) as refused:
        await call
    return str(refused.value)

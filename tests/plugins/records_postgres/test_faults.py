# SPDX-License-Identifier: Apache-2.0
"""What the store survives: servers that die, wires that are cut, and a commit whose answer is lost."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from renkei_records_postgres.store import PostgresStore

from appliance.contracts.records import Done, OutcomeUnknown, StoreError, StoreTaken, Txn, View, Work
from tests.plugins.records_postgres.conftest import MakeStore
from tests.plugins.records_postgres.counting import Load, step
from tests.servers.postgres import Postgres
from tests.servers.wire import Wire, wire

pytestmark = pytest.mark.lab
OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
Cut = Callable[[Wire, Callable[[bytes], bool]], None]


@pytest.fixture
def line(server: Postgres) -> Iterator[Wire]:
    """A wire before the server."""
    with wire(server.port) as made:
        yield made


def through(line: Wire, database: str) -> str:
    """The connection string of a database, by way of the wire."""
    return f"host=127.0.0.1 port={line.port} user=postgres dbname={database}"


def put(key: bytes, value: bytes = b"") -> Work:
    return lambda txn: txn.put(key, value)


def add(txn: Txn) -> int:
    count = int(txn.get(b"count") or b"0") + 1
    txn.put(b"count", b"%d" % count)
    return count


def count(view: View) -> bytes | None:
    return view.get(b"count")


async def test_a_server_that_is_killed_under_load_loses_nothing(
    own_server: Postgres, make_store: MakeStore
) -> None:
    store = await make_store(own_server.conninfo(own_server.database()))
    load = Load(store)

    async def kill_three_times() -> None:
        for _ in range(3):
            await load.more(300)
            await asyncio.to_thread(own_server.kill9)
            await asyncio.to_thread(own_server.start)
        await load.more(300)

    await load.run_while(kill_three_times)
    await store.read(load.prove)
    assert load.refused == 0 and not load.unknown, load.last_error
    assert load.total >= 1200


async def test_a_wire_that_is_cut_again_and_again_loses_nothing(
    server: Postgres, line: Wire, make_store: MakeStore
) -> None:
    store = await make_store(through(line, server.database()))
    load = Load(store)

    async def cut_often() -> None:
        for number in range(20):
            await load.more(40)
            (line.cut_before, line.cut_after)[number % 2](lambda piece: b"row-caller" in piece)
            await load.more(40)
            await asyncio.to_thread(line.cut)

    await load.run_while(cut_often)
    await store.read(load.prove)
    assert line.cuts >= 10
    assert load.refused == 0 and not load.unknown, load.last_error


@pytest.mark.parametrize("cut", [Wire.cut_before, Wire.cut_after])
async def test_a_cut_in_the_commit_is_found_out(
    server: Postgres, line: Wire, make_store: MakeStore, cut: Cut
) -> None:
    store = await make_store(through(line, server.database()))
    await store.write([add])
    runs = []

    def work(txn: Txn) -> int:
        runs.append(1)
        return add(txn)

    cut(line, lambda piece: b"count" in piece and b"2" in piece and len(runs) == 1)
    assert await store.write([work]) == [Done(2)]
    assert line.cuts == 1
    assert len(runs) == (2 if cut is Wire.cut_before else 1), "what had happened is not done again"
    assert await store.write([add]) == [Done(3)]
    assert await store.read(count) == b"3"


@pytest.mark.parametrize("cut", [Wire.cut_before, Wire.cut_after])
async def test_a_commit_that_cannot_be_found_out_is_unknown(
    server: Postgres, line: Wire, make_store: MakeStore, cut: Cut
) -> None:
    store = await make_store(through(line, server.database()), patience=0.5)
    await store.write([add])

    def and_no_way_back(piece: bytes) -> bool:
        found = b"count" in piece
        line._refusing = line._refusing or found
        return found

    cut(line, and_no_way_back)
    with pytest.raises(OutcomeUnknown):
        await store.write([add])
    with pytest.raises(StoreError) as refused:
        await store.write([add])
    assert not isinstance(refused.value, OutcomeUnknown | StoreTaken), "this one surely did not happen"
    line.heal()
    happened = 2 if cut is Wire.cut_after else 1
    assert await store.write([add]) == [Done(happened + 1)]


async def test_a_cut_before_the_commit_runs_the_batch_again(
    server: Postgres, line: Wire, make_store: MakeStore
) -> None:
    store = await make_store(through(line, server.database()))
    runs = []

    def work(txn: Txn) -> int:
        runs.append(1)
        if len(runs) == 1:
            line.cut()
        txn.get(b"asked of the server %d" % len(runs))
        return add(txn)

    assert await store.write([put(b"a"), work, put(b"b")]) == [Done(None), Done(1), Done(None)]
    assert len(runs) == 2
    assert await store.read(lambda view: [key for key, _ in view.scan(b"", b"\xff")]) == [b"a", b"b", b"count"]


async def test_a_function_that_hides_a_lost_server_does_not_commit_half(
    server: Postgres, line: Wire, make_store: MakeStore
) -> None:
    store = await make_store(through(line, server.database()))
    runs = []

    def work(txn: Txn) -> int:
        runs.append(1)
        txn.put(b"a", b"")
        if len(runs) == 1:
            line.cut()
        try:
            txn.get(b"asked of the server %d" % len(runs))
        except StoreError:
            return -1
        return 1

    assert await store.write([work]) == [Done(1)]


async def test_a_server_that_stalls_is_given_up(server: Postgres, line: Wire, make_store: MakeStore) -> None:
    """Neither reads nor writes hang for longer than their patience, and all goes on when it answers again."""
    store = await make_store(through(line, server.database()), patience=1)
    await store.write([add])
    await store.read(count)
    line.stall()
    with pytest.raises(StoreError):
        await store.read(count)
    with pytest.raises(StoreError):
        await store.write([add])
    line.heal()
    (outcome,) = await store.write([add])
    assert outcome == Done(2)
    assert await store.read(count) == b"2"


async def test_a_server_that_is_slow_is_only_slow(server: Postgres, line: Wire, make_store: MakeStore) -> None:
    """The time that the server takes is not counted as the function's."""
    store = await make_store(through(line, server.database()))
    line.slow(0.15)

    def asks(txn: Txn) -> list[object]:
        return [txn.get(b"%d" % number) for number in range(3)]

    assert await store.write([asks, add]) == [Done([None] * 3), Done(1)]
    assert await store.read(count) == b"1"


async def test_readers_go_on_after_a_cut(server: Postgres, line: Wire, make_store: MakeStore) -> None:
    store = await make_store(through(line, server.database()))
    await store.write([add])
    runs = []

    def work(view: View) -> bytes | None:
        runs.append(1)
        first = view.get(b"count")
        if len(runs) == 1:
            line.cut()
        assert view.get(b"count") == first
        return first

    assert await asyncio.gather(*(store.read(count) for _ in range(20))) == [b"1"] * 20
    assert await store.read(work) == b"1"
    assert len(runs) == 2


async def test_a_caller_that_leaves_ends_the_retrying(server: Postgres, line: Wire, make_store: MakeStore) -> None:
    store = await make_store(through(line, server.database()), patience=600)
    line.refuse()
    async with asyncio.TaskGroup() as group:
        leaving = group.create_task(store.write([add]))
        await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.wait([leaving])
    line.heal()
    assert await store.write([add]) == [Done(1)]


async def test_a_stolen_lock_ends_the_first(server: Postgres, make_store: MakeStore) -> None:
    database = server.database()
    first = await make_store(server.socket_conninfo(database))
    await first.write([add])
    end_sessions(server, database)
    second = await make_store(server.socket_conninfo(database))
    assert await second.write([add]) == [Done(2)]
    for _ in range(2):
        with pytest.raises(StoreTaken):
            await first.write([add])
    for read in (first.usage, lambda: first.read(count)):
        with pytest.raises(StoreTaken):
            await read()
    assert await second.write([add]) == [Done(3)]


async def test_a_lock_that_locks_nothing_ends_the_first_all_the_same(
    server: Postgres, make_store: MakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind a pooler, an advisory lock may be anybody's: the fence does not need it."""
    monkeypatch.setattr("renkei_records_postgres.server.lock", lambda connection, seconds: True)
    database = server.socket_conninfo(server.database())
    first = await make_store(database)
    await first.write([add])
    second = await make_store(database)
    with pytest.raises(StoreTaken, match="another vault"):
        await first.write([add])
    assert await second.write([add]) == [Done(2)]


async def test_an_idle_first_notices_by_its_usage(server: Postgres, make_store: MakeStore) -> None:
    database = server.database()
    first = await make_store(server.socket_conninfo(database))
    end_sessions(server, database)
    await make_store(server.socket_conninfo(database))
    with pytest.raises(StoreTaken):
        await first.usage()


async def test_a_server_that_lacks_acknowledged_changes_is_refused(server: Postgres, make_store: MakeStore) -> None:
    """As after the promotion of a replica that lagged."""
    database = server.database()
    store = await make_store(server.socket_conninfo(database), patience=0.3)
    for _ in range(3):
        await store.write([add])
    server.sql(database, "UPDATE renkei_writer SET batch = batch - 1")
    with pytest.raises(StoreError, match="acknowledged"):
        await store.read(count)
    with pytest.raises(StoreTaken, match="acknowledged"):
        await store.write([add])


async def test_a_deadlock_is_run_again(server: Postgres, make_store: MakeStore) -> None:
    """So is whatever an administrator cancels."""
    database = server.database()
    store = await make_store(server.socket_conninfo(database))
    waiting = (
        "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'renkei-vault'"
    )
    with psycopg.connect(server.socket_conninfo(database)) as other:
        other.execute("SELECT 1 FROM renkei_writer FOR UPDATE")
        async with asyncio.TaskGroup() as group:
            writing = group.create_task(store.write([add]))
            pid = await asyncio.to_thread(until, lambda: server.sql(database, waiting))
            server.sql(database, f"SELECT pg_cancel_backend({pid})")
            await asyncio.to_thread(until, lambda: server.sql(database, waiting))
            other.rollback()
        assert writing.result() == [Done(1)]


def until(look: Callable[[], list[tuple[Any, ...]]]) -> Any:
    """The first value that look() finds."""
    while not (found := look()):
        continue
    return found[0][0]


def end_sessions(server: Postgres, database: str) -> None:
    """As an administrator who takes over."""
    server.sql(database, f"SELECT pg_terminate_backend(pid, 10000) {OTHERS}")


async def test_nothing_stays_open_after_a_close(server: Postgres, make_store: MakeStore) -> None:
    database = server.database()
    store: PostgresStore = await make_store(server.socket_conninfo(database))
    await asyncio.gather(*(store.write([step(b"a")]) for _ in range(5)), *(store.read(count) for _ in range(5)))
    await store.close()
    nobody = f"SELECT 1 WHERE NOT EXISTS (SELECT {OTHERS})"
    await asyncio.to_thread(until, lambda: server.sql(database, nobody))

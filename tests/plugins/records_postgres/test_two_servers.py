# SPDX-License-Identifier: Apache-2.0
"""A primary and its synchronous replica: the replica takes over, and nothing that was acknowledged is lost."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from renkei_records_postgres.store import Limits

from appliance.contracts.plugin import PluginError
from appliance.contracts.records import Done, OutcomeUnknown
from tests.plugins.records_postgres.conftest import MakeStore
from tests.plugins.records_postgres.counting import Load, step
from tests.servers.postgres import Postgres, postgres, replica

pytestmark = pytest.mark.lab
Two = tuple[Postgres, Postgres]


@pytest.fixture
def two(cluster: Path) -> Iterator[Two]:
    """The primary, and a replica without which it acknowledges nothing."""
    with postgres(cluster) as primary, replica(primary) as second:
        primary.sql("postgres", "ALTER SYSTEM SET synchronous_standby_names = 'replica'")
        primary.sql("postgres", "SELECT pg_reload_conf()")
        wait_for(primary, "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'")
        yield primary, second


def wait_for(server: Postgres, question: str) -> Any:
    """The first value of an answer, once there is one."""
    while not (found := server.sql("postgres", question)):
        continue
    return found[0][0]


def both(two: Two, database: str) -> str:
    """How a fail-over is configured: both servers, and the one that takes changes."""
    ports = ",".join(str(server.port) for server in two)
    return f"host=127.0.0.1,127.0.0.1 port={ports} user=postgres dbname={database}"


async def test_the_replica_takes_over_under_load_and_nothing_is_lost(two: Two, make_store: MakeStore) -> None:
    primary, second = two
    store = await make_store(both(two, primary.database()))
    load = Load(store)

    async def lose_the_primary() -> None:
        await load.more(500)
        await asyncio.to_thread(primary.kill9)
        await asyncio.to_thread(second.promote)
        await load.more(500)

    await load.run_while(lose_the_primary)
    await store.read(load.prove)
    assert load.refused == 0 and not load.unknown, load.last_error
    await store.check()


async def test_a_commit_waits_for_the_replica_and_then_goes_on(two: Two, make_store: MakeStore) -> None:
    """While the replica is away nothing is acknowledged; a commit that waits is not shown as one that happened."""
    primary, second = two
    store = await make_store(both(two, primary.database()), patience=2)
    assert await store.write([step(b"a")]) == [Done(1)]
    await asyncio.to_thread(second.kill9)
    with pytest.raises(OutcomeUnknown):
        await store.write([step(b"a")])
    assert await store.read(lambda view: view.get(b"a")) == b"1"
    await asyncio.to_thread(second.start)
    await asyncio.to_thread(wait_for, primary, "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'")
    assert await store.write([step(b"a")]) == [Done(3)], "the one that waited did happen"


async def test_a_commit_that_an_administrator_releases_is_not_acknowledged(two: Two, make_store: MakeStore) -> None:
    """The server says COMMIT with a warning: the replica has nothing. It counts only once the replica has it."""
    primary, second = two
    store = await make_store(both(two, primary.database()), patience=20)
    await asyncio.to_thread(second.kill9)
    async with asyncio.TaskGroup() as group:
        writing = group.create_task(store.write([step(b"a")]))
        question = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
        pid = await asyncio.to_thread(wait_for, primary, question)
        primary.sql("postgres", f"SELECT pg_cancel_backend({pid})")
        again = f"{question} AND pid <> {pid}"
        await asyncio.to_thread(wait_for, primary, again)
        assert not writing.done()
        await asyncio.to_thread(second.start)
    assert writing.result() == [Done(1)]


async def test_a_start_without_the_replica_says_what_it_waited_for(two: Two, make_store: MakeStore) -> None:
    primary, second = two
    name = primary.database()
    second.kill9()
    with pytest.raises(
        PluginError, match=r"did not finish .* synchronous_standby_names, start the replica or take"
    ):
        await make_store(primary.conninfo(name), limits=Limits(lock_seconds=0), patience=0.5)


async def test_a_standby_alone_is_refused(two: Two, make_store: MakeStore) -> None:
    primary, second = two
    await (await make_store(primary.conninfo(primary.database()))).close()
    with pytest.raises(PluginError, match="read-only"):
        await make_store(second.conninfo("postgres"))
    with pytest.raises(PluginError, match="standby"):
        await make_store(second.conninfo("postgres") + " target_session_attrs=any")

# SPDX-License-Identifier: Apache-2.0
"""Keys that are copied, sessions that pretend to be one, servers that refuse or hang, disks that are full."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from renkei_records_lmdb.store import LmdbStore

from appliance.contracts.records import RecordStore, StoreFull
from appliance.model.time import MINUTE, SECOND
from appliance.model.tunnels import Cause, SessionState
from appliance.testing.services import fake_services
from tests.plugins.tunnel_wireguard.real import listening
from tests.servers.netns import need_lab
from tests.story.vpn_keeping import Disk, Kept, kept, kept_at
from tests.story.vpn_sides import SoftEtherPc, SoftEtherSide, WireGuardSide, side
from tests.story.vpn_stage import ENGINES

pytestmark = pytest.mark.lab
MAP_BYTES = 1 << 30
LARGE = bytes(64 << 10)


@pytest.fixture
async def softether(tmp_path: Path) -> AsyncIterator[Kept]:
    """With the real server."""
    need_lab()
    async with kept(SoftEtherSide.name, tmp_path) as made:
        yield made


@pytest.fixture
async def wireguard(tmp_path: Path) -> AsyncIterator[Kept]:
    """With the real program."""
    need_lab()
    async with kept(WireGuardSide.name, tmp_path) as made:
        yield made


async def test_of_three_sessions_of_one_seat_the_newest_passes(softether: Kept) -> None:
    """All claim one UniqueId, so that the server counts them as one (L2); the vault does not."""
    pc = await softether.pc(await softether.bonded())
    assert isinstance(pc, SoftEtherPc)
    async with softether.keeper():
        before = [await softether.connected(pc)]
        for nic in ("b", "c"):
            assert await pc.connects(nic)
            await softether.ended(before[-1])
            before.append(await softether.let_through())
        assert len({row.address for row in before}) == 3
        causes = [(await softether.again(row)).cause for row in before]
        assert causes == [Cause.REPLACED, Cause.REPLACED, None]
        await softether.is_at_rest()
        await softether.revoke()
        await softether.is_cut()
        await softether.ended(before[-1])
        await softether.is_at_rest()


async def test_a_copied_key_at_two_places_has_the_time_of_one(wireguard: Kept) -> None:
    """The endpoint goes to and fro; it is one session with one deadline, and its end is that of both."""
    bond = await wireguard.bonded()
    first, second = await wireguard.pc(bond), await wireguard.pc(bond)
    assert isinstance(wireguard.side, WireGuardSide)
    async with wireguard.keeper():
        row = await wireguard.connected(first)
        for minutes in (30, 30):
            wireguard.clock.move(minutes * MINUTE)
            assert await wireguard.tried(second.connects) and await wireguard.tried(first.connects)
            await wireguard.is_at_rest()
            assert len(wireguard.passing()) == 1
            assert [one.began_at for one in await wireguard.rows(SessionState.OPEN)] == [row.began_at]
        counted = wireguard.side.there.metrics.counted
        await wireguard.until(lambda: counted["copied_keys"] >= 1, "it is noticed")
        wireguard.clock.move(30 * MINUTE)
        await wireguard.is_cut()
        await wireguard.is_at_rest()
        await wireguard.revoke()
        await wireguard.until(lambda: not wireguard.world.core.tunnels.held, "nobody is there")
        assert not await first.connects() and not await second.connects()


async def test_a_server_that_refuses_us_lets_nobody_in_and_keeps_nobody(softether: Kept) -> None:
    """Somebody gave it another password: 401. Who is in stays so for his time, and is cut by the kernel."""
    pc, other = [await softether.pc(await softether.bonded(number, str(number)), str(number)) for number in (1, 2)]
    assert isinstance(softether.side, SoftEtherSide)
    async with softether.keeper():
        row = await softether.connected(pc)
        await softether.side.call(softether.inside, "SetServerPassword", PlainTextPassword_str="of somebody else")
        await softether.until(lambda: softether.trouble() != "", "the engine is away")
        await softether.is_at_rest()
        assert softether.passing(), "for its time"
        await other.connects()
        assert list(softether.passing()) == [row.address], "nobody new"
        async with listening(pc.machine) as ear:
            assert await ear.more(1.0)
            await softether.revoke()
            await softether.is_cut()
            assert not await ear.more(0.3)
        await asyncio.to_thread(softether.side.kill)
        await asyncio.to_thread(softether.side.there.lay_out)
        await asyncio.to_thread(softether.side.revive)
        assert (await softether.ended(row)).cause is Cause.SEAT
        await softether.connected(other)
        await softether.is_at_rest()


async def test_a_server_that_hangs_across_the_end_of_the_minutes(softether: Kept) -> None:
    """It takes what it is told, and answers nothing: the kernel is shut in time."""
    pc = await softether.pc(await softether.bonded())
    assert isinstance(softether.side, SoftEtherSide)
    async with softether.keeper():
        row = await softether.connected(pc)
        softether.side.there.server.pause()
        await softether.until(lambda: softether.trouble() != "", "the engine is away")
        softether.clock.move(90 * MINUTE)
        await softether.is_cut()
        assert (await softether.again(row)).cause is Cause.LIMIT
        softether.side.there.server.resume()
        await softether.ended(row)
        await softether.is_at_rest()


async def test_the_servers_disk_is_full(softether: Kept) -> None:
    """Who is revoked is cut; who may, comes in; and what it wrote over with nothing is not believed afterwards."""
    pc, other = [await softether.pc(await softether.bonded(number, str(number)), str(number)) for number in (1, 2)]
    assert isinstance(softether.side, SoftEtherSide)
    async with softether.keeper():
        row = await softether.connected(pc)
        softether.side.there.fill_disk()
        await softether.revoke()
        await softether.is_cut()
        assert (await softether.ended(row)).cause is Cause.SEAT
        assert not await pc.connects() and not softether.passing()
        await softether.is_at_rest()
        softether.side.there.empty_disk()
        await softether.connected(other)
        await softether.is_at_rest()


@asynccontextmanager
async def on_a_small_disk(engine: str, folder: Path) -> AsyncIterator[tuple[Kept, Disk, LmdbStore]]:
    """The vault's records are on one."""
    with side(engine) as made:
        disk = Disk(made.machine)
        store = LmdbStore(disk.seen_from_here / "records", MAP_BYTES, lambda: 0.0, fake_services().in_thread)
        store.open()
        try:
            async with kept_at(made, folder, store) as fund:
                yield fund, disk, store
        finally:
            await store.close()


async def stuff(store: RecordStore) -> None:
    """Write until there is no room for the least."""
    for size in (len(LARGE), 4096, 1):
        with pytest.raises(StoreFull):
            for number in range(10_000):
                key, value = b"\xfe%06d%06d" % (size, number), LARGE[:size]
                await store.write([lambda txn, key=key, value=value: txn.put(key, value)])  # type: ignore[misc]


@pytest.mark.parametrize("engine", ENGINES)
async def test_the_vaults_disk_is_full(tmp_path: Path, engine: str) -> None:
    """Nobody stays longer for it, be it that the end cannot be written; with room again it is."""
    need_lab()
    async with on_a_small_disk(engine, tmp_path) as (fund, disk, store):
        pc = await fund.pc(await fund.bonded())
        async with fund.keeper():
            row = await fund.connected(pc)
            fund.clock.move(row.ends_at - fund.clock.now() - 5 * SECOND)
            await fund.until(lambda: max(fund.passing().values()) <= 5, "the kernel knows what is left")
            await asyncio.to_thread(disk.fill)
            await stuff(store)
            await fund.until(lambda: not fund.passing(), "it is cut", 8)
            assert fund.clock.now() < row.ends_at + 2 * SECOND
            await pc.connects()
            await fund.holds()
            await asyncio.to_thread(disk.empty)
            assert (await fund.ended(row)).cause is Cause.LIMIT
            await fund.connected(pc)
            await fund.is_at_rest()

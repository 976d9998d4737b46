# SPDX-License-Identifier: Apache-2.0
"""No session of a real engine lives past its deadline by more than a tick, whatever happens; the figures say so."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from appliance.model.time import HOUR, MINUTE, SECOND
from appliance.model.tunnels import Cause, SessionState
from tests.plugins.tunnel_wireguard.real import listening
from tests.servers.netns import need_lab
from tests.story.vpn_keeping import Kept, kept
from tests.story.vpn_sides import SoftEtherSide
from tests.story.vpn_stage import ENGINES

pytestmark = pytest.mark.lab
# Beside the moment in which a session begins.
NINETY = 90 * MINUTE - 20 * SECOND


@pytest.fixture(params=ENGINES)
async def fund(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Kept]:
    """With each engine."""
    need_lab()
    async with kept(request.param, tmp_path) as made:
        yield made


@pytest.mark.parametrize("step", [-HOUR, HOUR])
async def test_a_clock_that_is_set_gives_nobody_time(fund: Kept, step: int) -> None:
    """The vault's, while it runs and while it is away; the engine goes by its own."""
    pc = await fund.pc(await fund.bonded())
    async with fund.keeper():
        row = await fund.connected(pc)
        [before] = fund.passing().values()
        fund.clock.step(step)
        await fund.is_at_rest()
    await fund.world.restart()
    async with fund.keeper():
        await fund.until(lambda: bool(fund.world.core.tunnels.held), "the vault knows its sessions again")
        await fund.is_at_rest()
        [after] = fund.passing().values()
        assert after <= before
        async with listening(pc.machine) as ear:
            assert await ear.more(1.0)
            fund.clock.move(NINETY if fund.passing() else 0)
            await fund.is_at_rest()
            fund.clock.move(20 * SECOND)
            await fund.is_cut()
            assert not await ear.more(0.5)
        await fund.is_at_rest()
        assert (await fund.ended(row)).cause is Cause.LIMIT


async def test_the_kernel_alone_ends_it(fund: Kept) -> None:
    """Gate and vault are dead, the engine goes on."""
    pc = await fund.pc(await fund.bonded())
    async with fund.keeper():
        row = await fund.connected(pc)
        fund.clock.move(row.ends_at - fund.clock.now() - 6 * SECOND)
        await fund.until(lambda: max(fund.passing().values()) <= 6, "the kernel knows what is left")
    await fund.gate_dies()
    async with listening(pc.machine) as ear:
        assert await ear.more(1.0)
        await fund.until(lambda: not fund.passing(), "nothing passes", 8)
        assert not await ear.more(0.3)
    assert fund.clock.now() < row.ends_at + 2 * SECOND
    await fund.gate_starts()
    async with fund.keeper():
        assert (await fund.ended(row)).cause is Cause.LIMIT
        await fund.is_at_rest()


async def test_closing_time_is_closing_time(fund: Kept) -> None:
    """And the next morning it may come again."""
    pc = await fund.pc(await fund.bonded())
    async with fund.keeper():
        fund.clock.move(9 * HOUR + 30 * MINUTE)
        row = await fund.connected(pc)
        assert max(fund.passing().values()) <= 40 * 60, "until 20:10 at the latest"
        fund.clock.move(row.ends_at - fund.clock.now())
        await fund.is_cut()
        assert (await fund.ended(row)).cause is Cause.CLOSED
        assert not await pc.connects() and not fund.passing()
        await fund.is_at_rest()
        fund.clock.move(12 * HOUR)
        assert (await fund.connected(pc)).id != row.id


async def test_an_engine_that_says_that_it_did_is_not_believed(fund: Kept) -> None:
    """The kernel is shut; and drift is 1 for as long as the engine shows what it was told to end."""
    pc = await fund.pc(await fund.bonded())
    async with fund.keeper():
        row = await fund.connected(pc)
        fund.engine.lies = True
        async with listening(pc.machine) as ear:
            assert await ear.more(1.0)
            await fund.revoke()
            await fund.is_cut()
            assert not await ear.more(0.5)
        await fund.until(lambda: fund.figures == {"drift": 1}, "drift says so, and nothing passes")
        assert (await fund.again(row)).state is SessionState.ENDING
        fund.engine.lies = False
        assert (await fund.ended(row)).cause is Cause.SEAT
        await fund.is_at_rest()


async def test_who_is_revoked_while_there_is_no_gate_is_cut_by_the_next_one(fund: Kept) -> None:
    """Until then it passes, for its time; drift and overrun say nothing of what nobody sees."""
    pc = await fund.pc(await fund.bonded())
    async with fund.keeper():
        row = await fund.connected(pc)
        await fund.gate_dies()
        await fund.revoke()
        assert fund.passing() and not fund.figures
        async with listening(pc.machine) as ear:
            assert await ear.more(1.0)
            await fund.gate_starts()
            await fund.is_cut()
            assert not await ear.more(0.3)
        assert (await fund.ended(row)).cause is Cause.SEAT
        assert not await pc.connects()
        await fund.is_at_rest()


async def test_who_tries_again_and_again_after_a_kick_never_passes(fund: Kept) -> None:
    """Barred by the vault; each try meets it anew."""
    pc = await fund.pc(await fund.bonded())
    async with fund.keeper():
        row = await fund.connected(pc)
        await fund.revoke()
        assert (await fund.ended(row)).cause is Cause.SEAT
        for _ in range(5):
            assert not await pc.connects() and not fund.passing()
        await fund.is_at_rest()


async def test_an_engine_that_comes_and_goes_gives_nobody_time(fund: Kept) -> None:
    """Killed and started anew while the minutes run, and across their end."""
    pc = await fund.pc(await fund.bonded())
    async with fund.keeper():
        row = await fund.connected(pc)
        began = row.began_at
        for minutes in (40, 40):
            fund.clock.move(minutes * MINUTE)
            await asyncio.to_thread(fund.side.kill)
            await asyncio.to_thread(fund.side.revive)
            row = await fund.connected(pc)
            assert row.began_at == began, "within the minutes of return it goes on"
            await fund.is_at_rest()
        await asyncio.to_thread(fund.side.kill)
        fund.clock.move(10 * MINUTE)
        await fund.is_cut()
        await asyncio.to_thread(fund.side.revive)
        await fund.is_at_rest()
        assert not fund.passing() and await fund.rows(SessionState.OPEN) == []


async def test_a_hub_that_is_switched_off_and_on(tmp_path: Path) -> None:
    """Its PC comes back with the clock of before; and an end that comes while it is off is one."""
    need_lab()
    async with kept(SoftEtherSide.name, tmp_path) as fund:
        assert isinstance(fund.side, SoftEtherSide)
        pc = await fund.pc(await fund.bonded())
        async with fund.keeper():
            row = await fund.connected(pc)
            for minutes in (60, 30):
                fund.clock.move(minutes * MINUTE - 20 * SECOND)
                await fund.is_at_rest()
                await fund.side.call(fund.inside, "SetHubOnline", HubName_str="RENKEI", Online_bool=False)
                fund.clock.move(20 * SECOND)
                await fund.until(lambda: not fund.passing(), "who was there is not, or late")
                await fund.is_at_rest()
                if minutes == 60:
                    assert (await fund.connected(pc)).began_at == row.began_at

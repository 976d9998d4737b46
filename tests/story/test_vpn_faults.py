# SPDX-License-Identifier: Apache-2.0
"""What breaks while a PC is connected by a real engine: nobody is let in by it, and nobody stays in for it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.journeys.installation import Process
from tests.servers.netns import need_lab
from tests.story.onboarding import Onboarding
from tests.story.people import FOUNDERS, OFFICE, People
from tests.story.vpn import VpnStory
from tests.story.vpn_stage import ENGINES, SOFTETHER, tier_by_tier
from tests.story.vpn_world import World, world

pytestmark = pytest.mark.lab
CONTRACT = FOUNDERS[OFFICE].contract
REVOKED = ("seats", "revoke", "--contract", CONTRACT, "--seat", "1", "--reason", "紛失の電話")
# From the connect of a session; the demo begins at 10:00.
NINETY_MINUTES = 5400


class Office(VpnStory):
    """A PC that may connect, and what runs at the fund."""

    tiers: dict[str, Process]

    @property
    def world(self) -> World:
        """The machines."""
        return self.stage.there

    async def is_in(self) -> bool:
        """Whether the PC reaches the portal."""
        return await self.portal_answers()

    async def is_cut(self) -> None:
        """The portal answers no more, and nothing is open in the kernel."""
        await self.until(lambda: not self.world.open_places(), "the kernel lets nothing through any more")
        assert not await self.portal_answers()

    async def kills(self, tier: str) -> None:
        """As a power cut does."""
        await asyncio.to_thread(self.tiers[tier].kill)

    async def starts(self, tier: str) -> None:
        """Again."""
        await asyncio.to_thread(self.tiers[tier].start)

    async def clock(self, step: str) -> None:
        """The demo's clock goes on."""
        await self.stage.renkei("demo", "clock", step)

    async def refused(self) -> None:
        """The PC tries, and does not get in; its Internet stays."""
        await self.kit("disconnect")
        code, said = await self.kit_tries("connect", "--agree")
        assert code != 0, said
        assert not await self.portal_answers() and self.world.open_places() == {}
        assert self.world.has_internet()


@pytest.fixture
def there() -> Iterator[World]:
    """The machines."""
    need_lab()
    with world() as made:
        yield made


@asynccontextmanager
async def office(there: World, root: Path, engine: str = SOFTETHER) -> AsyncIterator[Office]:
    """An office whose first PC is active; each tier is a process of its own."""
    said: list[str] = []
    async with tier_by_tier(there, root, engine) as (stage, tiers):
        made = Office(stage, said.append)
        made.tiers = tiers
        people = People(stage, made.done)
        async with stage.visitor("console") as clerk, stage.visitor("console") as desk:
            await made.told.staff_signs_in(clerk)
            await people.desk_comes_in(desk)
            await made.pc_becomes_active(Onboarding(stage, made.done, clerk, desk, FOUNDERS[OFFICE]))
            yield made


@pytest.mark.parametrize("engine", ENGINES)
async def test_whatever_breaks_while_a_pc_is_connected(there: World, tmp_path: Path, engine: str) -> None:
    """One day of one PC; an office takes longer to be set up than all of it."""
    async with office(there, tmp_path, engine) as it:
        await processes_of_ours_are_killed(it)
        if engine == SOFTETHER:
            await the_engine_is_killed(it)
        await the_minutes_are_over(it)
        await it.clock("+504m")
        await it.kit("disconnect")
        await the_office_closes(it)
        await (it_is_revoked_while_the_engine_hangs if engine == SOFTETHER else it_is_revoked_without_a_gate)(it)


async def processes_of_ours_are_killed(it: Office) -> None:
    """Nothing changes for who is in."""
    await it.kit("connect", "--agree")
    [before] = it.world.open_places()
    for tier in ("gate", "vault"):
        await it.kills(tier)
        assert [*it.world.open_places()] == [before], "the kernel holds it by itself"
        await it.starts(tier)
        assert await it.is_in(), f"{tier} takes over what it finds"
    left = it.world.open_places()[before]
    assert NINETY_MINUTES - 120 < left <= NINETY_MINUTES, "its minutes are those from its connect"


async def the_engine_is_killed(it: Office) -> None:
    """It is prepared again by itself, and the PC comes in again."""
    assert it.stage.server is not None
    await asyncio.to_thread(it.stage.server.kill9)
    await it.internet_is_back("after the engine was killed")
    await asyncio.to_thread(it.stage.server.start)
    await it.is_cut()
    await it.kit("disconnect")
    await it.kit("connect", "--agree")
    assert await it.is_in(), "it is prepared again by itself"


async def the_minutes_are_over(it: Office) -> None:
    """Ninety, and the kernel knows of it before."""
    await it.clock("+85m")
    await it.until(lambda: max(it.world.open_places().values()) <= 300, "the kernel knows what is left")
    assert await it.is_in()
    await it.clock("+6m")
    await it.is_cut()


async def the_office_closes(it: Office) -> None:
    """At 20:10 for who was there; the next morning he may come again."""
    await it.kit("connect", "--agree")
    await it.until(lambda: max(it.world.open_places().values()) <= 900, "until 20:10 at the latest")
    await it.clock("+20m")
    await it.is_cut()
    await it.kit("disconnect")
    await it.clock("+12h")
    await it.kit("connect", "--agree")
    assert await it.is_in(), "the next morning it may come again"


async def it_is_revoked_while_the_engine_hangs(it: Office) -> None:
    """The kernel alone is enough."""
    assert it.stage.server is not None
    it.stage.server.pause()
    await it.stage.renkei(*REVOKED)
    await it.is_cut()
    it.stage.server.resume()
    await it.refused()


async def it_is_revoked_without_a_gate(it: Office) -> None:
    """The next gate hears of it first of all."""
    await it.kills("gate")
    await it.stage.renkei(*REVOKED)
    await it.starts("gate")
    await it.is_cut()
    await it.refused()

# SPDX-License-Identifier: Apache-2.0
"""Answers at the door come at a beat, whoever they are about and whatever they say."""

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.words import Site
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.door.evened import BEAT, evened
from tests.appliance.vault.world import Person, World

Work = Callable[[], Awaitable[str]]


@evened
async def handled(core: Core, caller: Caller, work: Work) -> str:
    return await work()


class Drawn:
    """Always a quarter."""

    def bytes(self, count: int) -> bytes:
        return b"\x40".ljust(count, b"\0")


async def rest_after(world: World, caller: Caller, seconds: float, *, refused: bool = False) -> float:
    """How long is rested after work of so many seconds, but for what is drawn."""
    world.pauses.clear()
    world.core.random = Drawn()

    async def work() -> str:
        world.clock.move(round(seconds * 1000))
        if refused:
            raise Refused(Why.WRONG_SECRET)
        return "done"

    if refused:
        with pytest.raises(Refused):
            await handled(world.core, caller, work)
    else:
        assert await handled(world.core, caller, work) == "done"
    [rest] = world.pauses
    return rest - BEAT / 4


@pytest.fixture
def caller() -> Caller:
    """Nobody looks at it."""
    return None  # type: ignore[return-value]


@pytest.mark.parametrize("refused", [False, True])
async def test_what_takes_longer_rests_shorter(world: World, caller: Caller, refused: bool) -> None:
    for seconds in (0.0, 0.001, 0.037, 0.099, 0.1, 0.163, 1.234):
        whole = (seconds + await rest_after(world, caller, seconds, refused=refused)) / BEAT
        assert whole == pytest.approx(round(whole)) and round(whole) == int(seconds / BEAT + 1e-9) + 1


async def test_who_came_together_does_not_leave_together(world: World, caller: Caller) -> None:
    async def work() -> str:
        return "done"

    for _ in range(100):
        await handled(world.core, caller, work)
    assert len(set(world.pauses)) > 90 and all(BEAT <= rest < 2 * BEAT for rest in world.pauses)
    assert max(world.pauses) - min(world.pauses) > BEAT / 2


async def test_who_hangs_up_waits_for_nothing(world: World, caller: Caller) -> None:
    async def work() -> str:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await handled(world.core, caller, work)
    assert world.pauses == []


async def test_each_step_that_looks_at_a_secret_or_sends_one_is_at_the_beat(
    world: World, user: Person, clerk: Person
) -> None:
    nobody = dataclasses.replace(user, login="Nobody001", account="")
    for person in (user, nobody):
        arrived = await person.arrive()
        steps = (
            (Site.PUBLIC, m.RequestCode(person.contract, person.login)),
            (Site.PORTAL, m.GiveCode(arrived.arrival, "0")),
            (Site.PORTAL, m.GivePassword(arrived.arrival, "wrong")),
            (Site.CONSOLE, m.ArriveStaff(person.login, "wrong")),
            (Site.CONSOLE, m.ArriveStaff(clerk.login, clerk.password)),
        )
        for site, message in steps:
            world.pauses.clear()
            await world.outcome(site, message)
            assert len(world.pauses) == 1 and 0 < world.pauses[0] < 2 * BEAT, message

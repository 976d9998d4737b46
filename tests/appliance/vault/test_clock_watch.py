# SPDX-License-Identifier: Apache-2.0
"""A clock that has gone back: nobody comes in, nothing lasts longer, and it heals by itself."""

from dataclasses import replace

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.time import HOUR, MINUTE
from appliance.model.words import Site
from appliance.testing.clock import FakeClock
from appliance.vault.clock_back import mind_the_clock
from appliance.vault.clock_watch import TOLERANCE, ClockWatch
from tests.appliance.vault.world import Person, World


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def watch(clock: FakeClock) -> ClockWatch:
    made = ClockWatch(clock)
    made.wrote(clock.now())
    return made


def test_where_nothing_was_written_any_clock_is_right(clock: FakeClock) -> None:
    clock.step(-clock.now())
    ClockWatch(clock).need_right()


@pytest.mark.parametrize(("step", "jumps"), [(0, 0), (2_000, 0), (-2_000, 0), (2_001, 1), (-2_001, 1), (HOUR, 1)])
def test_a_clock_that_was_set_has_jumped_once(clock: FakeClock, watch: ClockWatch, step: int, jumps: int) -> None:
    clock.move(HOUR)
    watch.look()
    clock.step(step)
    clock.move(10_000)
    watch.look()
    watch.look()
    assert watch.jumps == jumps


def test_how_far_it_is_behind_is_told(clock: FakeClock, watch: ClockWatch) -> None:
    clock.step(-30_000)
    assert watch.behind_seconds == 30
    clock.move(HOUR)
    assert watch.behind_seconds == 0


@pytest.mark.parametrize(
    ("back", "is_behind"), [(0, False), (TOLERANCE, False), (TOLERANCE + 1, True), (HOUR, True)]
)
def test_a_minute_is_borne(clock: FakeClock, watch: ClockWatch, back: int, is_behind: bool) -> None:
    clock.step(-back)
    assert watch.is_behind() is is_behind
    if is_behind:
        with pytest.raises(Refused) as caught:
            watch.need_right()
        assert (caught.value.why, caught.value.text) == (Why.BROKEN, "refused.clock")
    else:
        watch.need_right()


def test_while_it_is_behind_time_goes_on_from_the_newest(clock: FakeClock, watch: ClockWatch) -> None:
    before = clock.now()
    clock.move(5 * MINUTE)
    clock.step(-HOUR)
    assert watch.now() == before + 5 * MINUTE
    clock.move(MINUTE)
    assert watch.now() == before + 6 * MINUTE
    watch.wrote(watch.now())
    clock.move(MINUTE)
    assert watch.now() == before + 7 * MINUTE


def test_an_older_entry_changes_nothing(clock: FakeClock, watch: ClockWatch) -> None:
    newest = watch.newest
    clock.move(MINUTE)
    watch.wrote(newest - HOUR)
    clock.step(-HOUR)
    assert (watch.newest, watch.now()) == (newest, newest + MINUTE)


def test_a_clock_that_is_right_is_believed(clock: FakeClock, watch: ClockWatch) -> None:
    assert watch.now() == clock.now()
    clock.step(10 * HOUR)
    assert watch.now() == clock.now()
    clock.step(-10 * HOUR - TOLERANCE)
    assert watch.now() == clock.now()


async def test_nobody_comes_in_while_the_clock_is_behind(world: World, user: Person) -> None:
    world.clock.step(-TOLERANCE - 1)
    before = await world.secret(user)
    for message in (user.sign_in_message, user.typing("wrong"), replace(user, login="Nobody00").typing("x")):
        refused = await world.refused(Why.BROKEN, Site.PORTAL, message)
        assert refused.text == "refused.clock"
    assert await world.secret(user) == before
    await user.ask(m.OpenMenu())
    world.clock.move(TOLERANCE + 2)
    await mind_the_clock(world.core)
    await user.sign_in()


async def test_what_is_written_meanwhile_is_in_order(world: World, user: Person) -> None:
    world.clock.step(-HOUR)
    world.clock.move(MINUTE)
    await user.ask(m.OpenMenu())
    times = [entry.at for entry in await world.journal()]
    assert times == sorted(times)


async def test_a_lock_ends_when_it_would_have(world: World, user: Person) -> None:
    for _ in range(6):
        await world.outcome(Site.PORTAL, user.typing("wrong"))
    world.clock.step(-3 * HOUR)
    world.clock.move(HOUR)
    world.clock.step(3 * HOUR)
    await user.sign_in()

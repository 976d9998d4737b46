# SPDX-License-Identifier: Apache-2.0
"""The machine's clock is set while the vault runs, by an hour or a day, forward or back.

Nothing lasts longer for it, the journal stays in order, what was under way goes on, and all heals by itself.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind
from appliance.model.time import DAY, HOUR, MINUTE, SECOND
from appliance.model.words import Site
from appliance.testing.clock import FakeClock
from appliance.testing.memory_mail import MemoryMail
from appliance.vault import letters
from appliance.vault.clock_back import mind_the_clock
from appliance.vault.clock_watch import TOLERANCE, ClockWatch
from appliance.vault.housekeeping import sweep_uploads
from appliance.vault.letters import LetterKind
from tests.appliance.vault.door.conftest import newcomer
from tests.appliance.vault.door.steps import give_code
from tests.appliance.vault.letters.post_office import PostOffice
from tests.appliance.vault.world import Person, World

__all__ = ["newcomer"]
BACK, FORWARD = (-HOUR, -DAY), (HOUR, DAY)
VISIT = 90 * MINUTE


@pytest.mark.parametrize("step", BACK)
async def test_a_visit_lasts_no_longer_for_a_clock_that_was_set_back(world: World, user: Person, step: int) -> None:
    world.clock.step(step)
    for _ in range(VISIT // MINUTE - 1):
        world.clock.move(MINUTE)
        await user.ask(m.OpenMenu())
    world.clock.move(MINUTE)
    await user.refused(Why.NOT_SIGNED_IN, m.OpenMenu())


async def test_when_the_clock_has_caught_up_everything_of_before_ends_and_people_come_in_again(
    world: World, user: Person, newcomer: Person
) -> None:
    code = await newcomer.request_code()
    world.clock.step(-HOUR)
    await mind_the_clock(world.core)
    world.clock.move(HOUR)
    await mind_the_clock(world.core)
    await user.ask(m.OpenMenu())
    await world.refused(Why.BROKEN, Site.PORTAL, user.arrive_message)
    world.clock.move(1)
    await mind_the_clock(world.core)
    ends = await world.journal(Kind.LINK_CUT)
    assert [entry.thing for entry in ends] == ["public", "portal", "console"]
    assert {entry.reason.partition(":")[0] for entry in ends} == {"the clock was set back"}
    await user.refused(Why.NOT_SIGNED_IN, m.OpenMenu())
    arrived = await newcomer.arrive()
    await world.refused(Why.WRONG_SECRET, Site.PORTAL, m.GiveCode(arrived.arrival, code))
    await user.sign_in()
    await mind_the_clock(world.core)
    await user.ask(m.OpenMenu())


async def test_when_the_clock_is_set_right_nothing_ends(world: World, user: Person) -> None:
    world.clock.step(-HOUR)
    world.clock.move(MINUTE)
    await user.ask(m.OpenMenu())
    world.clock.step(HOUR)
    await mind_the_clock(world.core)
    await user.ask(m.OpenMenu())
    assert await world.journal(Kind.LINK_CUT) == []


async def test_whatever_is_written_meanwhile_the_clock_catches_up(world: World, user: Person) -> None:
    newest = world.core.clock_watch.newest
    world.clock.step(-HOUR)
    for _ in range(60):
        world.clock.move(MINUTE)
        await world.refused(Why.NOT_SIGNED_IN, Site.PORTAL, m.OpenMenu(), token="x" * 43)
        entry = world.core.own_entry(Kind.VAULT_STOPPED)
        await world.core.commit(lambda txn, entry=entry: txn.journal(entry))  # type: ignore[misc]
        await world.core.refusals.flush()
    assert world.core.clock_watch.newest == newest
    world.clock.move(1)
    await mind_the_clock(world.core)
    await user.sign_in()


@pytest.mark.parametrize("step", FORWARD)
async def test_a_clock_that_was_set_forward_ends_what_would_have_ended_by_then(
    world: World, user: Person, step: int
) -> None:
    world.clock.step(step)
    if step < VISIT:
        await user.ask(m.OpenMenu())
        world.clock.move(VISIT - step)
    await user.refused(Why.NOT_SIGNED_IN, m.OpenMenu())
    await user.sign_in()
    await user.ask(m.OpenMenu())


@pytest.mark.parametrize("step", [*BACK, *FORWARD])
async def test_a_code_is_worth_no_more_than_its_hour(world: World, newcomer: Person, step: int) -> None:
    code = await newcomer.request_code()
    world.clock.step(step)
    world.clock.move(HOUR)
    await mind_the_clock(world.core)
    world.clock.step(-step)
    world.clock.move(0 if step < 0 else MINUTE)
    arrived = await newcomer.arrive()
    await world.refused(Why.WRONG_SECRET, Site.PORTAL, m.GiveCode(arrived.arrival, code))


async def test_a_code_that_was_asked_for_before_is_good_when_the_clock_is_right_again(
    world: World, newcomer: Person
) -> None:
    code = await newcomer.request_code()
    world.clock.step(-DAY)
    world.clock.move(MINUTE)
    await world.refused(Why.BROKEN, Site.PORTAL, newcomer.arrive_message)
    world.clock.step(DAY)
    assert (await give_code(world, await newcomer.arrive(), code)).arrival


@pytest.mark.parametrize("step", FORWARD)
async def test_after_a_clock_that_was_wrong_for_a_while_nobody_comes_in_until_it_has_caught_up(
    world: World, user: Person, step: int
) -> None:
    world.clock.step(step)
    await world.refused(Why.NOT_SIGNED_IN, Site.PORTAL, m.GivePassword("a" * 252, user.password))
    world.clock.step(-step)
    await world.refused(Why.BROKEN, Site.PORTAL, user.arrive_message)
    assert world.core.clock_watch.behind_seconds == step / SECOND
    world.clock.move(step + 1)
    await mind_the_clock(world.core)
    await user.sign_in()


@pytest.mark.parametrize("step", BACK)
async def test_letters_leave_while_the_clock_is_behind(world: World, user: Person, step: int) -> None:
    mail = MemoryMail()
    world.plugins.add("notifier", mail, "mail")
    post = PostOffice(world, mail, user)
    world.clock.step(step)
    world.clock.move(MINUTE)
    account, now = user.account, world.core.clock.now()
    await world.core.commit(lambda txn: letters.write(txn, LetterKind.PASSWORD_CHANGED, account, "a" * 26, {}, now))
    assert len(await post.send()) == 1


@pytest.mark.parametrize("step", BACK)
async def test_what_the_vault_does_by_itself_is_written_in_order(world: World, user: Person, step: int) -> None:
    world.clock.step(step)
    world.clock.move(MINUTE)
    await user.ask(m.OpenMenu())
    await world.refused(Why.NOT_SIGNED_IN, Site.PORTAL, m.OpenMenu(), token="x" * 43)
    own = world.core.own_entry(Kind.VAULT_STOPPED)
    await world.core.commit(lambda txn: txn.journal(own))
    await world.core.refusals.close()
    await sweep_uploads(world.core)
    times = [entry.at for entry in await world.journal()]
    assert times == sorted(times) and len(times) > 3


MOVES = some.lists(
    some.tuples(some.sampled_from([0, -HOUR, -DAY, HOUR, DAY, -MINUTE, 30 * SECOND]), some.integers(0, 2 * HOUR)),
    min_size=1,
    max_size=12,
)


@given(moves=MOVES)
def test_however_the_clock_is_set_what_is_written_is_in_order_within_a_minute(moves: list[tuple[int, int]]) -> None:
    clock = FakeClock()
    watch, newest = ClockWatch(clock), 0
    for step, passed in moves:
        clock.step(step)
        clock.move(passed)
        told, latest = watch.now(), watch.latest()
        at = told if latest is None else min(told, latest)
        assert at >= newest - TOLERANCE
        newest = max(newest, at)
        watch.wrote(at)
        if watch.has_caught_up():
            watch.begin_anew()
            assert not watch.is_behind() and watch.now() == clock.now()


@given(moves=MOVES)
def test_without_a_new_beginning_time_that_is_told_never_goes_back_by_more_than_a_minute(
    moves: list[tuple[int, int]],
) -> None:
    clock = FakeClock()
    watch = ClockWatch(clock)
    before = clock.now()
    for step, passed in moves:
        watch.wrote(min(before, watch.latest() or before))
        clock.step(step)
        assert watch.now() >= before - TOLERANCE
        clock.move(passed)
        before = max(before, watch.now())

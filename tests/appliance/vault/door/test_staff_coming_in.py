# SPDX-License-Identifier: Apache-2.0
"""Staff at the console: a second factor always; and apps of office users."""

import asyncio
from dataclasses import replace

import msgspec
import pytest

from appliance.config.settings import Door
from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind
from appliance.model.time import HOUR
from appliance.model.words import Site, Step
from appliance.vault.door.arrival import Arrivals
from appliance.vault.letters import LetterKind
from appliance.vault.records.tables import factors
from tests.appliance.vault.door.steps import give_code
from tests.appliance.vault.world import PEPPER, Person, World


async def test_staff_enrol_an_app_the_first_time_and_need_it_ever_after(world: World) -> None:
    clerk = await world.staff()
    arrived = await world.ask(Site.CONSOLE, m.ArriveStaff(clerk.login, clerk.password))
    assert arrived.step is Step.ENROL and arrived.shown["secret"] and not arrived.token
    done = await give_code(world, arrived, await clerk.app_code(), Site.CONSOLE)
    assert done.step is Step.IN
    (entry,) = await world.journal(Kind.FACTOR_ENROLLED)
    assert (entry.actor, entry.thing) == (clerk.account, clerk.account)
    arrived = await world.ask(Site.CONSOLE, m.ArriveStaff(clerk.login, clerk.password))
    assert (arrived.step, arrived.shown) == (Step.CODE, {})
    await give_code(world, arrived, await clerk.app_code(), Site.CONSOLE)
    assert len(await world.journal(Kind.FACTOR_ENROLLED)) == 1


async def test_an_enrolment_that_was_not_finished_begins_anew(world: World) -> None:
    clerk = await world.staff()
    first = await world.ask(Site.CONSOLE, m.ArriveStaff(clerk.login, clerk.password))
    old = await clerk.app_code()
    second = await world.ask(Site.CONSOLE, m.ArriveStaff(clerk.login, clerk.password))
    assert second.shown["secret"] != first.shown["secret"]
    await world.refused(Why.WRONG_SECRET, Site.CONSOLE, m.GiveCode(second.arrival, old))
    await give_code(world, second, await clerk.app_code(), Site.CONSOLE)


async def test_an_answer_of_the_app_is_good_once(world: World, clerk: Person) -> None:
    arrived = await world.ask(Site.CONSOLE, m.ArriveStaff(clerk.login, clerk.password))
    code = await clerk.app_code()
    both = [world.outcome(Site.CONSOLE, m.GiveCode(arrived.arrival, code)) for _ in "12"]
    assert sorted(answer is Why.WRONG_SECRET for answer in await asyncio.gather(*both)) == [False, True]
    await world.refused(Why.WRONG_SECRET, Site.CONSOLE, m.GiveCode(arrived.arrival, code))


async def test_after_five_wrong_answers_an_app_rests_for_an_hour(world: World, clerk: Person) -> None:
    arrived = await world.ask(Site.CONSOLE, m.ArriveStaff(clerk.login, clerk.password))
    answers = [await world.outcome(Site.CONSOLE, m.GiveCode(arrived.arrival, "0")) for _ in range(5)]
    assert answers == [Why.WRONG_SECRET] * 4 + [Why.LOCKED]
    message = m.GiveCode(arrived.arrival, await clerk.app_code())
    assert (await world.refused(Why.LOCKED, Site.CONSOLE, message)).text == "door.code_rests"
    world.clock.move(HOUR)
    await clerk.sign_in()


async def test_an_enrolment_anew_gives_no_fresh_tries(world: World) -> None:
    clerk = await world.staff()
    for _ in range(5):
        arrived = await world.ask(Site.CONSOLE, m.ArriveStaff(clerk.login, clerk.password))
        await world.outcome(Site.CONSOLE, m.GiveCode(arrived.arrival, "0"))
    arrived = await world.ask(Site.CONSOLE, m.ArriveStaff(clerk.login, clerk.password))
    await world.refused(Why.LOCKED, Site.CONSOLE, m.GiveCode(arrived.arrival, await clerk.app_code()))


@pytest.mark.parametrize("broken", [True, False])
async def test_without_a_second_factor_staff_do_not_come_in(world: World, broken: bool) -> None:
    clerk = await world.staff()
    if broken:
        world.app.broken = "it is broken"
    else:
        world.plugins.given["factor"] = []
    message = m.ArriveStaff(clerk.login, clerk.password)
    assert (await world.refused(Why.NOT_ALLOWED, Site.CONSOLE, message)).text == "door.no_factor"
    assert "second factor otp_totp" in (await world.last()).reason


async def test_a_code_at_the_console_needs_the_password_before_it(world: World, clerk: Person) -> None:
    sealed = (await world.ask(Site.CONSOLE, m.ArriveStaff(clerk.login, clerk.password))).arrival
    arrivals, now = Arrivals(PEPPER, world.random), world.clock.now()
    opened_one = arrivals.open(Site.CONSOLE, sealed, now)
    without = arrivals.seal(Site.CONSOLE, msgspec.structs.replace(opened_one, password_at=0))
    await world.refused(Why.NOT_SIGNED_IN, Site.CONSOLE, m.GiveCode(without, await clerk.app_code()))
    assert (await world.last()).reason == "no password was given"


async def test_where_the_fund_mails_codes_to_its_staff_one_is_sent_with_the_password(world: World) -> None:
    world.core.settings = replace(world.core.settings, door=Door(staff_factor="otp_email"))
    clerk = await world.staff()
    await world.refused(Why.WRONG_SECRET, Site.CONSOLE, m.ArriveStaff(clerk.login, "wrong"))
    assert await world.letters(clerk.account, LetterKind.ONE_TIME_CODE) == []
    arrived = await world.ask(Site.CONSOLE, m.ArriveStaff(clerk.login, clerk.password))
    assert arrived.step is Step.CODE
    (letter,) = await world.letters(clerk.account, LetterKind.ONE_TIME_CODE)
    assert (await give_code(world, arrived, letter.fields["code"], Site.CONSOLE)).step is Step.IN


async def test_an_office_user_with_an_app_gives_its_answer_where_the_fund_allows_it(
    world: World, newcomer: Person
) -> None:
    world.core.settings = replace(world.core.settings, door=Door(app_factor="otp_totp"))
    staff = await world.clerk()
    row = replace(await world.factor(staff, "otp_totp"), account=newcomer.account)
    await world.core.commit(lambda txn: factors.put(txn, row))
    arrived = await newcomer.arrive()
    assert await newcomer.request_code() == "", "no code is mailed to who has an app"
    proven = await give_code(world, arrived, await newcomer.app_code())
    assert proven.step is Step.PASSWORD
    assert (await world.account(newcomer)).mail_confirmed_at == 0, "an app tells nothing of the address"

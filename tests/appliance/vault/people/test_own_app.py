# SPDX-License-Identifier: Apache-2.0
"""An office user's app for codes, where the fund offers it."""

from dataclasses import replace

import pytest

from appliance.contracts.factor import EnrolRequest
from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind, Result
from appliance.model.words import Role, Site, Step
from appliance.vault.letters import LetterKind
from appliance.vault.people.own_app import PURPOSE
from tests.appliance.vault.people.folk import OWN, a_minute_later, registered_self, staff_of, user_of
from tests.appliance.vault.world import Person, World


@pytest.fixture(autouse=True)
async def offered(world: World, admin: Person) -> None:
    """The fund offers the app."""
    door = replace(world.settings.door, app_factor="otp_totp")
    world.core.settings = replace(world.settings, door=door)
    for number in range(10):  # so that no code of the app is one of those by mail as well
        await world.app.enrol(EnrolRequest(f"{number}", "", "", world.clock.now()))
    a_minute_later(world)


async def shown_code(world: World, person: Person) -> str:
    """What the app shows once it has the secret."""
    return world.app.answer((await world.factor(person, "otp_totp", PURPOSE)).state)


async def with_app(world: World, person: Person) -> Person:
    """Somebody enrols the app."""
    assert (await person.ask(m.BeginApp(OWN))).shown["secret"]
    await person.ask(m.ConfirmApp(await shown_code(world, person)))
    return person


async def test_it_is_in_force_after_its_first_right_code(world: World, admin: Person) -> None:
    own = await admin.ask(m.ReadOwn())
    assert own.may_have_app and not own.has_app
    await admin.ask(m.BeginApp(OWN))
    assert not (await admin.ask(m.ReadOwn())).has_app
    await admin.refused(Why.WRONG_SECRET, m.ConfirmApp("00000000"))
    await admin.ask(m.ConfirmApp(await shown_code(world, admin)))
    assert (await admin.ask(m.ReadOwn())).has_app
    done = [e.reason for e in await world.journal(Kind.FACTOR_ENROLLED) if e.result is Result.DONE]
    assert done[-2:] == ["begun", "in force"]


async def test_whoever_is_initialised_has_lost_the_app_too(world: World, admin: Person) -> None:
    await with_app(world, admin)
    desk = await staff_of(world, "madoguchi", Role.FUND_DESK)
    admin.password = (await desk.ask(m.Initialise(admin.account, "電話をなくした"))).password
    a_minute_later(world)
    arrived = await admin.arrive()
    assert arrived.step is Step.CODE
    mailed = await admin.request_code()
    given = await world.ask(Site.PORTAL, m.GiveCode(arrived.arrival, mailed))
    assert (await world.ask(Site.PORTAL, m.GivePassword(given.arrival, admin.password))).step is Step.IN


async def test_the_next_code_is_of_the_app(world: World, admin: Person) -> None:
    await with_app(world, admin)
    world.clock.move(91 * 86_400_000)
    arrived = await admin.arrive()
    assert arrived.step is Step.CODE
    mailed = await admin.request_code()
    await world.refused(Why.WRONG_SECRET, Site.PORTAL, m.GiveCode(arrived.arrival, mailed))
    given = await world.ask(Site.PORTAL, m.GiveCode(arrived.arrival, await admin.app_code()))
    await world.ask(Site.PORTAL, m.GivePassword(given.arrival, OWN))


async def test_the_code_that_enrolled_it_proves_nothing_more(world: World, admin: Person) -> None:
    await admin.ask(m.BeginApp(OWN))
    code = await shown_code(world, admin)
    await admin.ask(m.ConfirmApp(code))
    assert (await admin.refused(Why.CONFLICT, m.ConfirmApp(code))).text == "app.not_begun"
    world.clock.move(91 * 86_400_000)
    arrived = await admin.arrive()
    await world.refused(Why.WRONG_SECRET, Site.PORTAL, m.GiveCode(arrived.arrival, code))


async def test_another_one_is_kept_aside_until_it_proves(world: World, admin: Person) -> None:
    await with_app(world, admin)
    before = await world.factor(admin, "otp_totp")
    await admin.ask(m.BeginApp(OWN))
    assert await world.factor(admin, "otp_totp") == before
    await admin.ask(m.ConfirmApp(await shown_code(world, admin)))
    assert (await world.factor(admin, "otp_totp")).state != before.state


async def test_nobody_enrols_or_drops_it_without_the_password(world: World, admin: Person) -> None:
    await admin.refused(Why.WRONG_SECRET, m.BeginApp("wrong"))
    await with_app(world, admin)
    await admin.refused(Why.WRONG_SECRET, m.DropApp("wrong"))
    assert (await admin.ask(m.ReadOwn())).has_app


async def test_dropped_it_is_mail_again(world: World, admin: Person) -> None:
    await with_app(world, admin)
    await admin.ask(m.DropApp(OWN))
    assert not (await admin.ask(m.ReadOwn())).has_app
    assert len(await world.journal(Kind.FACTOR_DROPPED)) == 1
    world.clock.move(91 * 86_400_000)
    await admin.sign_in()


async def test_a_reset_drops_it(world: World, admin: Person) -> None:
    user = await with_app(world, await user_of(admin))
    user.password = (await admin.ask(m.ResetPassword(user.account))).password
    a_minute_later(world)
    await registered_self(await user.sign_in())
    assert not (await user.ask(m.ReadOwn())).has_app
    assert await world.letters(user.account, LetterKind.ONE_TIME_CODE)


async def test_where_it_is_not_offered_there_is_none(world: World, admin: Person) -> None:
    world.core.settings = replace(world.settings, door=replace(world.settings.door, app_factor=""))
    for message in (m.BeginApp(OWN), m.ConfirmApp("00000000"), m.DropApp(OWN)):
        assert (await admin.refused(Why.NOT_ALLOWED, message)).text == "app.not_offered"
    assert not (await admin.ask(m.ReadOwn())).may_have_app


async def test_the_secret_is_in_no_log(world: World, admin: Person) -> None:
    shown = await admin.ask(m.BeginApp(OWN))
    assert shown.shown["secret"] not in repr(shown)
    entries = await world.journal(Kind.FACTOR_ENROLLED)
    assert all(shown.shown["secret"] not in repr(entry) for entry in entries)


async def test_a_factor_that_is_broken_enrols_nobody(world: World, admin: Person) -> None:
    world.app.broken = "out of order"
    assert (await admin.refused(Why.NOT_ALLOWED, m.BeginApp(OWN))).text == "door.no_factor"

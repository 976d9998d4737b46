# SPDX-License-Identifier: Apache-2.0
"""A hundred guesses at once at everything that looks at a secret: only its budget of them is looked at (L5)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from appliance.contracts.factor import EnrolRequest
from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.words import Role, Site
from appliance.vault.door.tries import CODE_BUDGET
from appliance.vault.workflow.door import BUDGET
from tests.appliance.vault.people.folk import a_minute_later, admin_of, staff_of
from tests.appliance.vault.world import Person, World

AT_ONCE = 100
MOST_OF_SOURCE = 16
Guess = Callable[[str], Awaitable[object]]


class Looks:
    """How often a secret was looked at."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        for holder, name in (
            (world.core.passwords, "matches"),
            (world.mailed, "verify"),
            (world.app, "verify"),
        ):
            monkeypatch.setattr(holder, name, self._counted(getattr(holder, name)))

    def _counted(self, method: Any) -> Any:
        async def call(*given: object) -> Any:
            self.count += 1
            await asyncio.sleep(0)  # so that all of them are under way together
            return await method(*given)

        return call


async def guessed(guess: Guess, looks: Looks) -> tuple[int, list[object]]:
    """How many of a hundred guesses were looked at, and what was said of them."""
    looks.count = 0
    said = await asyncio.gather(*(guess(f"{number:08}") for number in range(AT_ONCE)))
    return looks.count, list(said)


@pytest.fixture
async def admin(world: World) -> Person:
    """An admin whose fund offers the app, signed in and registered."""
    world.core.settings = replace(world.settings, door=replace(world.settings.door, app_factor="otp_totp"))
    for number in range(10):  # so that no code of the app is one of those by mail as well
        await world.app.enrol(EnrolRequest(f"{number}", "", "", world.clock.now()))
    found = await admin_of(world)
    a_minute_later(world)
    return found


@pytest.fixture
def looks(world: World, admin: Person, monkeypatch: pytest.MonkeyPatch) -> Looks:
    """Counts from here on."""
    return Looks(world, monkeypatch)


async def as_visitor(world: World, person: Person, message: object, number: int) -> object:
    """One guess of somebody who is in, from an address of its own."""
    return await world.outcome(person.site, message, token=person.token, source=f"198.51.{number % 50}.1")


@pytest.mark.parametrize("verifier", ["sign in", "change", "begin app", "drop app", "zip"])
async def test_of_a_password_six_guesses_are_looked_at(
    world: World, admin: Person, looks: Looks, verifier: str
) -> None:
    arrived = await admin.arrive()

    async def guess(text: str) -> object:
        number = int(text)
        if verifier == "sign in":
            source = f"198.51.{number % 50}.1"
            return await world.outcome(Site.PORTAL, m.GivePassword(arrived.arrival, text), source=source)
        message = {
            "change": m.ChangePassword(text, "Quite-Another-1"),
            "begin app": m.BeginApp(text),
            "drop app": m.DropApp(text),
            "zip": m.ShowZipPassword(text, "00000000"),
        }[verifier]
        return await as_visitor(world, admin, message, number)

    looked, said = await guessed(guess, looks)
    assert looked == BUDGET
    assert set(said) == {Why.WRONG_SECRET, Why.LOCKED} and said.count(Why.WRONG_SECRET) == BUDGET - 1
    assert await world.outcome(Site.PORTAL, m.GivePassword(arrived.arrival, admin.password)) is Why.LOCKED


@pytest.mark.parametrize("verifier", ["mail", "app"])
async def test_of_a_code_within_a_visit_five_guesses_are_looked_at(
    world: World, admin: Person, looks: Looks, verifier: str
) -> None:
    if verifier == "mail":
        await admin.ask(m.ChangeMail("other@example.jp"))
    else:
        await admin.ask(m.BeginApp(admin.password))

    async def guess(text: str) -> object:
        message = m.ConfirmMail(text) if verifier == "mail" else m.ConfirmApp(text)
        return await as_visitor(world, admin, message, int(text))

    looked, said = await guessed(guess, looks)
    assert looked == CODE_BUDGET
    assert said.count(Why.WRONG_SECRET) == CODE_BUDGET - 1 and set(said) == {Why.WRONG_SECRET, Why.LOCKED}


async def test_of_the_code_for_the_zip_password_five_are_looked_at_and_each_costs_a_right_password(
    world: World, admin: Person, looks: Looks
) -> None:
    await admin.ask(m.AskZipPassword())

    async def guess(text: str) -> object:
        return await as_visitor(world, admin, m.ShowZipPassword(admin.password, text), int(text))

    looked = []
    for number in range(10):
        looks.count = 0
        await guess(f"{number:08}")
        looked.append(looks.count)
    assert looked == [2] * CODE_BUDGET + [1] * 5


async def test_of_a_staff_members_app_five_guesses_are_looked_at(world: World, admin: Person, looks: Looks) -> None:
    clerk = await staff_of(world, "kubo", Role.FUND_CLERK)
    arrived = await world.ask(Site.CONSOLE, m.ArriveStaff(clerk.login, clerk.password))

    async def guess(text: str) -> object:
        return await world.outcome(Site.CONSOLE, m.GiveCode(arrived.arrival, text))

    looked, said = await guessed(guess, looks)
    assert looked == CODE_BUDGET and said.count(Why.WRONG_SECRET) == CODE_BUDGET - 1
    right = m.GiveCode(arrived.arrival, await clerk.app_code())
    assert await world.outcome(Site.CONSOLE, right) is Why.LOCKED


async def test_one_address_has_so_many_passwords_looked_at_together_and_loses_no_try(
    world: World, admin: Person, looks: Looks
) -> None:
    arrived = await admin.arrive()
    looked, said = await guessed(
        lambda text: world.outcome(Site.PORTAL, m.GivePassword(arrived.arrival, text)), looks
    )
    assert looked == BUDGET and said.count(Why.BUSY) <= AT_ONCE - MOST_OF_SOURCE

# SPDX-License-Identifier: Apache-2.0
"""Whoever goes from name to name, to lock people out or to try one password on all, is stopped (L7)."""

import dataclasses

from appliance.config.settings import Door
from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind, Result
from appliance.model.time import HOUR, MINUTE
from appliance.model.words import Role, Site
from tests.appliance.vault.world import Person, World

MOST = Door().names_of_source


async def wrong(world: World, person: Person, source: str = "192.0.2.66") -> object:
    return await world.outcome(Site.PORTAL, person.typing("wrong"), source=source)


async def fail_at_all(world: World, like: Person, count: int = MOST) -> None:
    """Somebody at one address fails at so many names, which nobody has."""
    for number in range(count):
        nobody = dataclasses.replace(like, login=f"Wanted{number:04}", account="")
        assert await wrong(world, nobody) is Why.WRONG_SECRET


async def test_no_source_locks_out_a_whole_fund(world: World, office: str, user: Person) -> None:
    await fail_at_all(world, user)
    for _ in range(6):
        assert await wrong(world, user) is Why.NOT_ALLOWED
    secret = await world.secret(user)
    assert secret.lock.failures == 0, "nothing was taken from the budget"
    assert (await world.ask(Site.PORTAL, user.sign_in_message)).token, "from elsewhere everything is as ever"
    refused = await world.refused(Why.NOT_ALLOWED, Site.PORTAL, user.sign_in_message, source="192.0.2.66")
    assert refused.text == "door.many_names"
    world.clock.move(HOUR)
    assert (await world.ask(Site.PORTAL, user.sign_in_message, source="192.0.2.66")).token


async def test_names_that_there_are_and_others_count_alike(world: World, office: str, user: Person) -> None:
    await fail_at_all(world, user, MOST - 1)
    assert await wrong(world, user) is Why.WRONG_SECRET
    assert await wrong(world, dataclasses.replace(user, login="Another01", account="")) is Why.NOT_ALLOWED
    assert await wrong(world, user) is Why.WRONG_SECRET, "this one's own budget goes on"


async def test_the_journal_tells_of_it(world: World, user: Person) -> None:
    await fail_at_all(world, user)
    await wrong(world, user)
    world.clock.move(MINUTE)
    await world.core.refusals.flush()
    entry = (await world.journal(Kind.SIGN_IN))[-1]
    assert (entry.result, entry.personal["source"]) == (Result.REFUSED, "192.0.2.66")
    assert "wrong secrets of too many names" in entry.reason


async def test_codes_and_the_console_count_too(world: World, office: str, user: Person, clerk: Person) -> None:
    await fail_at_all(world, user, MOST - 1)
    other = await world.user(office, "Other0001", Role.OFFICE_STAFF)
    arrived = await other.arrive("192.0.2.66")
    wrong_code = m.GiveCode(arrived.arrival, "0")
    assert await world.outcome(Site.PORTAL, wrong_code, source="192.0.2.66") is Why.WRONG_SECRET
    staff = m.ArriveStaff(clerk.login, clerk.password)
    assert await world.outcome(Site.CONSOLE, staff, source="192.0.2.66") is Why.NOT_ALLOWED
    assert (await world.ask(Site.CONSOLE, staff)).arrival


async def test_who_is_in_is_not_concerned(world: World, user: Person) -> None:
    await fail_at_all(world, user)
    change = m.ChangePassword(user.password, "Another-Passw0rd")
    await user.ask(change, source="192.0.2.66")


async def test_a_right_password_never_counts(world: World, office: str) -> None:
    people = [await world.user(office, f"Yamada{number:03}") for number in range(MOST + 5)]
    for person in people:
        assert (await world.ask(Site.PORTAL, person.sign_in_message)).token

# SPDX-License-Identifier: Apache-2.0
"""Delegations as they are read, and the offices that numbers mean."""

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.delegations import DelegationState
from appliance.model.time import MINUTE
from appliance.model.words import AccountState
from tests.appliance.vault.grouping.hand import REASON, clerk_of, delegated
from tests.appliance.vault.world import Person, World


@pytest.fixture
async def firm(world: World) -> Person:
    """A 社労士, signed in at the own office."""
    return await world.visitor(await world.office(9), "Sharo009")


@pytest.fixture
async def admin(world: World) -> Person:
    """The admin of an office that is served."""
    return await world.visitor(await world.office(2), "Admin002")


async def test_each_side_sees_it_from_its_side(world: World, firm: Person, admin: Person) -> None:
    [id] = await delegated(world, firm, admin.office)
    [given] = (await admin.ask(m.ListDelegations())).rows
    [taken] = (await firm.ask(m.ListDelegations())).rows
    assert (given.id, given.is_given, taken.is_given) == (id, True, False)
    assert (given.person, given.managing_number, given.office_number) == ("利用者Sharo009", 9, 2)
    assert (given.reason, given.state) == (REASON, DelegationState.IN_FORCE)


async def test_the_fund_sees_all_or_those_of_an_office(world: World, firm: Person, admin: Person) -> None:
    third = await world.office(3)
    await delegated(world, firm, admin.office, third)
    clerk = await clerk_of(world)
    assert len((await clerk.ask(m.ListDelegations())).rows) == 2
    assert len((await clerk.ask(m.ListDelegations(third))).rows) == 1
    assert len((await clerk.ask(m.ListDelegations(firm.office))).rows) == 2
    await clerk.refused(Why.NOT_FOUND, m.ListDelegations("a" * 26))


async def test_page_by_page_each_comes_once(world: World, firm: Person, admin: Person) -> None:
    """Given and taken are merged; those of one paper are of one instant."""
    offices = [await world.office(number) for number in range(20, 25)]
    await delegated(world, admin, *offices)
    world.clock.move(MINUTE)
    await delegated(world, firm, admin.office, offices[0])
    seen: list[str] = []
    page: m.DelegationPage = await admin.ask(m.ListDelegations(limit=2))
    while True:
        seen += [row.id for row in page.rows]
        if not page.after:
            break
        page = await admin.ask(m.ListDelegations(limit=2, after=page.after))
    assert len(seen) == len(set(seen)) == 6


async def test_only_one_and_only_whom_it_concerns(world: World, firm: Person, admin: Person) -> None:
    [id] = await delegated(world, firm, admin.office)
    stranger = await world.visitor(await world.office(3), "Admin003")
    for person in (firm, admin, await clerk_of(world)):
        assert [row.id for row in (await person.ask(m.ListDelegations(only=id))).rows] == [id]
    for forged in (id, "x", "a" * 26):
        await stranger.refused(Why.NOT_FOUND, m.ListDelegations(only=forged))
        await stranger.refused(Why.NOT_FOUND, m.ListDelegations(after=forged))
    assert (await stranger.ask(m.ListDelegations())).rows == ()


async def test_whoever_was_removed_is_said_to_be(world: World, firm: Person, admin: Person) -> None:
    await delegated(world, firm, admin.office)
    await world.set_state(firm, AccountState.REMOVED)
    [row] = (await admin.ask(m.ListDelegations())).rows
    assert row.is_person_gone and row.person == "利用者Sharo009"


async def test_numbers_from_paper(world: World, admin: Person) -> None:
    clerk, third = await clerk_of(world), await world.office(3)
    found: m.OfficesFound = await clerk.ask(m.FindOffices((3, 77, 2, 0, -1, 10**12)))
    assert [(row.number, row.id) for row in found.rows] == [(3, third), (2, admin.office)]
    await clerk.refused(Why.TOO_LARGE, m.FindOffices(tuple(range(101))))

# SPDX-License-Identifier: Apache-2.0
"""Whom somebody serves, as rows say it: nothing but a delegation in force, of this very person, opens anything."""

import dataclasses
from collections.abc import Callable
from typing import TypeVar

import pytest

from appliance.model.delegations import Delegation
from appliance.model.things import Visit
from appliance.model.time import DAY, HOUR
from appliance.model.words import THE_FUND, Permission, Role, Site
from appliance.vault.grouping.serving import (
    delegation_of,
    goes_on,
    has_served,
    in_force_to,
    named_at,
    permissions_at,
    served_by,
    serves_any,
    serving,
)
from appliance.vault.records.grouping_tables import delegations
from appliance.vault.records.tables import accounts, visits
from appliance.vault.records.transaction import Snapshot
from tests.appliance.vault.world import Person, World

T = TypeVar("T")


@pytest.fixture
async def firm(world: World) -> Person:
    """A 社労士 of an office of the own."""
    return await world.user(await world.office(9), "Sharo009")


@pytest.fixture
async def client(world: World) -> str:
    """An office that is served."""
    return await world.office(2)


async def put(world: World, firm: Person, client: str, **changed: object) -> Delegation:
    now = world.clock.now()
    one = Delegation(
        id=world.core.new_id(),
        account=firm.account,
        managing=firm.office,
        office=client,
        role=Role.SHAROSHI,
        permissions=frozenset({Permission.UPLOAD}),
        since=now,
        until=now + DAY,
        reason="届出",
        entered_at=now,
        entered_by="clerk",
    )
    one = dataclasses.replace(one, **changed)  # type: ignore[arg-type]
    await world.core.commit(lambda txn: delegations.put(txn, one))
    return one


async def seen(world: World, look: Callable[[Snapshot], T]) -> T:
    return await world.core.read(look)


def visit_of(world: World, one: Delegation, **changed: str) -> Visit:
    now = world.clock.now()
    visit = Visit(b"h" * 32, one.account, one.office, Site.PORTAL, now, now + HOUR, delegation=one.id)
    return dataclasses.replace(visit, **changed)  # type: ignore[arg-type]


async def test_in_force_is_from_the_first_instant_to_before_the_last(
    world: World, firm: Person, client: str
) -> None:
    now = world.clock.now()
    one = await put(world, firm, client)
    for at, opens in ((now - 1, False), (now, True), (now + DAY - 1, True), (now + DAY, False)):
        found = await seen(world, lambda snapshot, at=at: in_force_to(snapshot, firm.account, client, at))  # type: ignore[misc]
        assert (found == one) is opens


async def test_a_visit_rests_on_its_own_delegation(world: World, firm: Person, client: str) -> None:
    one = await put(world, firm, client)
    other = await world.office(3)
    now = world.clock.now()
    right = visit_of(world, one)
    assert await seen(world, lambda snapshot: delegation_of(snapshot, right, now)) == one
    for changed in ({"office": other}, {"account": "a" * 26}, {"delegation": "b" * 26}, {"delegation": ""}):
        wrong = visit_of(world, one, **changed)
        assert await seen(world, lambda snapshot, wrong=wrong: delegation_of(snapshot, wrong, now)) is None  # type: ignore[misc]


async def test_what_has_begun_goes_on_while_both_stand(world: World, firm: Person, client: str) -> None:
    one, now = await put(world, firm, client), world.clock.now()
    visit = visit_of(world, one)
    assert not await seen(world, lambda snapshot: goes_on(snapshot, visit, now))
    await world.core.commit(lambda txn: visits.put(txn, visit))
    assert await seen(world, lambda snapshot: goes_on(snapshot, visit, now))
    assert not await seen(world, lambda snapshot: goes_on(snapshot, visit, now + DAY))
    await put(world, firm, client, id=one.id, ended_at=now)
    assert not await seen(world, lambda snapshot: goes_on(snapshot, visit, now))


async def test_lists_hold_what_is_in_force(world: World, firm: Person, client: str) -> None:
    now, third = world.clock.now(), await world.office(3)
    one = await put(world, firm, client)
    await put(world, firm, third, since=now + HOUR)
    assert await seen(world, lambda snapshot: served_by(snapshot, firm.account, now)) == [one]
    assert [two for _, two in await seen(world, lambda snapshot: list(serving(snapshot, client, now)))] == [one]
    assert await seen(world, lambda snapshot: list(serving(snapshot, third, now))) == []
    await put(world, firm, client, id=one.id, ended_at=now)
    assert await seen(world, lambda snapshot: serves_any(snapshot, firm.account)), "one is coming"
    assert not await seen(world, lambda snapshot: serves_any(snapshot, "a" * 26))
    assert await seen(world, lambda snapshot: has_served(snapshot, firm.account, client)), "and it was so"
    assert not await seen(world, lambda snapshot: has_served(snapshot, "a" * 26, client))


async def test_who_is_called_what_and_may_what(world: World, firm: Person, client: str) -> None:
    await put(world, firm, client)
    clerk, now = await world.staff(), world.clock.now()

    async def named(person: Person, office: str) -> tuple[str, frozenset[Permission]]:
        def look(snapshot: Snapshot) -> tuple[str, frozenset[Permission]]:
            account = accounts.get(snapshot, person.account)
            assert account is not None
            return named_at(snapshot, account, office), permissions_at(snapshot, account, office, now)

        return await seen(world, look)

    assert await named(firm, client) == ("利用者Sharo009（事業所9）", frozenset({Permission.UPLOAD}))
    name, permissions = await named(firm, firm.office)
    assert name == "利用者Sharo009" and Permission.APPROVE in permissions
    assert (await named(clerk, client))[0] == THE_FUND
    assert (await named(firm, await world.office(3)))[1] == frozenset()

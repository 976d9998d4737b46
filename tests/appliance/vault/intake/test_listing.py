# SPDX-License-Identifier: Apache-2.0
"""Registrations as the console shows them: in order, page by page, journaled."""

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.intake import SERVICE_DAYS, IntakeState
from appliance.model.journal import Kind
from appliance.model.time import DAY
from tests.appliance.vault.intake.forms import confirm, listed, read, took
from tests.appliance.vault.world import Person, World


async def some(world: World, clerk: Person, count: int) -> list[str]:
    """So many, one after another."""
    ids = []
    for number in range(1, count + 1):
        ids.append(await took(clerk, number))
        world.clock.move(1)
    return ids


async def test_those_that_wait_come_from_the_oldest_on(world: World, clerk: Person) -> None:
    ids = await some(world, clerk, 3)
    rows = await listed(clerk)
    assert [row.id for row in rows] == ids
    assert rows[0].due_at == rows[0].received_at + SERVICE_DAYS * DAY


async def test_those_that_are_settled_come_from_the_newest(world: World, clerk: Person) -> None:
    ids = await some(world, clerk, 3)
    for id in ids:
        await confirm(clerk, id)
        world.clock.move(1)
    assert [row.id for row in await listed(clerk, state=IntakeState.REGISTERED)] == ids[::-1]
    assert await listed(clerk) == []


async def test_pages_go_on_where_the_last_one_ended(world: World, clerk: Person) -> None:
    ids = await some(world, clerk, 5)
    first = await clerk.ask(m.ListRegistrations(limit=2))
    second = await clerk.ask(m.ListRegistrations(limit=2, after=first.next))
    last = await clerk.ask(m.ListRegistrations(limit=2, after=second.next))
    assert [row.id for page in (first, second, last) for row in page.rows] == ids
    assert (first.next, second.next, last.next) == (ids[1], ids[3], "")


async def test_a_cursor_that_was_settled_meanwhile_begins_anew(world: World, clerk: Person) -> None:
    ids = await some(world, clerk, 3)
    await confirm(clerk, ids[0])
    assert [row.id for row in await listed(clerk, after=ids[0])] == ids[1:]


async def test_looking_is_journaled(world: World, clerk: Person) -> None:
    registration = await took(clerk)
    await listed(clerk)
    await listed(clerk)
    await read(clerk, registration)
    kinds = [entry.kind for entry in await world.journal(Kind.REGISTRATION_LIST_READ, Kind.REGISTRATION_READ)]
    assert kinds == [Kind.REGISTRATION_LIST_READ, Kind.REGISTRATION_READ]


@pytest.mark.parametrize("id", ["", "nothing", "a" * 26])
async def test_one_that_there_is_not_is_not_found(clerk: Person, id: str) -> None:
    await clerk.refused(Why.NOT_FOUND, m.ReadRegistration(id))

# SPDX-License-Identifier: Apache-2.0
"""One's own visits, seen and ended."""

from dataclasses import replace

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind
from appliance.model.things import Visit
from appliance.model.words import Site
from appliance.vault.people.visit_list import name_of
from appliance.vault.records.tables import visits
from tests.appliance.vault.people.folk import admin_of
from tests.appliance.vault.world import Person, World


async def another_visit(world: World, person: Person, site: Site = Site.CONSOLE, earlier: int = 1000) -> Visit:
    """A second visit of somebody, begun before the present one."""
    [own] = await world.core.read(lambda snapshot: visits.scan(snapshot, "account", (person.account,)))
    made = replace(own, token_hash=bytes(32), site=site, started_at=own.started_at - earlier)
    await world.core.commit(lambda txn: visits.put(txn, made))
    return made


async def test_all_of_ones_own_and_no_others(world: World, admin: Person) -> None:
    await admin_of(world, number=2, contract_number="123456-0000002")
    other = await another_visit(world, admin)
    rows = (await admin.ask(m.ListVisits())).rows
    assert [(row.site, row.is_this) for row in rows] == [(Site.PORTAL, True), (Site.CONSOLE, False)]
    assert rows[1].visit == name_of(other)
    [entry] = await world.journal(Kind.VISIT_LIST_READ)
    assert entry.actor == admin.account


async def test_another_one_is_ended(world: World, admin: Person) -> None:
    other = await another_visit(world, admin)
    await admin.ask(m.EndVisit(name_of(other)))
    assert [row.is_this for row in (await admin.ask(m.ListVisits())).rows] == [True]
    await admin.refused(Why.NOT_FOUND, m.EndVisit(name_of(other)))


async def test_this_one_is_ended_too(admin: Person) -> None:
    [row] = (await admin.ask(m.ListVisits())).rows
    await admin.ask(m.EndVisit(row.visit))
    await admin.refused(Why.NOT_SIGNED_IN, m.OpenMenu())


async def test_somebody_elses_cannot_be_ended(world: World, admin: Person) -> None:
    other = await admin_of(world, number=2, contract_number="123456-0000002")
    [row] = (await other.ask(m.ListVisits())).rows
    await admin.refused(Why.NOT_FOUND, m.EndVisit(row.visit))
    await other.ask(m.OpenMenu())


async def test_what_is_over_is_not_shown(world: World, admin: Person) -> None:
    other = await another_visit(world, admin)
    over = replace(other, ends_at=world.clock.now())
    await world.core.commit(lambda txn: visits.put(txn, over))
    assert len((await admin.ask(m.ListVisits())).rows) == 1


async def test_the_name_of_a_visit_is_no_token_and_no_hash(world: World, admin: Person) -> None:
    [row] = (await admin.ask(m.ListVisits())).rows
    [visit] = await world.core.read(lambda snapshot: visits.scan(snapshot, "account", (admin.account,)))
    assert visit.token_hash.hex() not in repr(row) and admin.token not in repr(row)
    await admin.refused(Why.NOT_SIGNED_IN, m.OpenMenu(), token=row.visit)

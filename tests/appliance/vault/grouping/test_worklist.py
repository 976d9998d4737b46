# SPDX-License-Identifier: Apache-2.0
"""What waits at the offices of one hand, and in which order."""

import pytest

from appliance.link import messages as m
from appliance.model.words import AccountState, FilingState, Permission
from appliance.vault.grouping import worklist
from tests.appliance.vault.filings.sending import put_filing
from tests.appliance.vault.grouping.hand import delegated, switched
from tests.appliance.vault.world import Person, World


@pytest.fixture
async def firm(world: World) -> Person:
    """A 社労士, signed in at the own office."""
    return await world.visitor(await world.office(9), "Sharo009")


async def rows_of(person: Person, **how: bool) -> list[m.ServedRow]:
    page: m.ServedPage = await person.ask(m.ListServed(**how))
    return list(page.rows)


async def test_everything_that_waits_is_counted(world: World, firm: Person) -> None:
    client = await world.office(2)
    admin = await world.user(client, "Admin002")
    for state, due in (
        (FilingState.UPLOADED, "2026-06-20"),
        (FilingState.APPROVED, "2026-06-15"),
        (FilingState.RETURNED, "2026-06-12"),
        (FilingState.DELIVERED, "2026-06-01"),
        (FilingState.DONE, "2026-06-02"),
    ):
        await put_filing(world, client, state, due_on=due)
    await (await world.clerk()).deliver(client)
    await delegated(world, firm, client)
    own, row = await rows_of(firm)
    assert (own.unread, own.to_approve, own.to_deliver, own.returned, own.due_on) == (0, 0, 0, 0, "")
    assert (row.unread, row.to_approve, row.to_deliver, row.returned) == (1, 1, 1, 1)
    assert (row.due_on, row.due_type) == ("2026-06-12", "acquisition")
    assert row.has_admin and row.permissions >= {Permission.UPLOAD}
    await world.set_state(admin, AccountState.SUSPENDED)
    assert not (await rows_of(firm))[1].has_admin


async def test_what_was_sent_anew_is_due_no_more(world: World, firm: Person) -> None:
    client = await world.office(2)
    fresh = await put_filing(world, client, FilingState.DELIVERED)
    await put_filing(world, client, FilingState.RETURNED, due_on="2026-06-10", followed_by=fresh)
    await put_filing(world, client, FilingState.RETURNED, due_on="2026-06-30")
    await delegated(world, firm, client)
    assert (await rows_of(firm))[1].due_on == "2026-06-30"


async def test_the_own_office_comes_first_and_then_the_order(world: World, firm: Person) -> None:
    offices = {number: await world.office(number) for number in (4, 3, 2)}
    await delegated(world, firm, *offices.values())
    await put_filing(world, offices[4], FilingState.UPLOADED, due_on="2026-06-10")
    await put_filing(world, offices[2], FilingState.UPLOADED, due_on="2026-06-12")
    assert [row.number for row in await rows_of(firm)] == [9, 2, 3, 4]
    assert [row.number for row in await rows_of(firm, by_deadline=True)] == [9, 4, 2, 3]


async def test_it_is_the_same_list_wherever_the_visit_is(world: World, firm: Person) -> None:
    client = await world.office(2)
    await delegated(world, firm, client)
    at_home = await rows_of(firm)
    away = await rows_of(await switched(firm, client))
    assert [row.number for row in away] == [9, 2]
    assert [(row.is_own, row.is_chosen) for row in at_home] == [(True, True), (False, False)]
    assert [(row.is_own, row.is_chosen) for row in away] == [(True, False), (False, True)]
    assert away[0].permissions == at_home[0].permissions, "of the own office those of the account"


async def test_where_the_fund_takes_no_filings(world: World, firm: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    client = await world.office(2)
    await put_filing(world, client, FilingState.UPLOADED, due_on="2026-06-10")
    await delegated(world, firm, client)
    monkeypatch.setattr(worklist, "count_office", None)
    exchange = world.settings.exchange
    object.__setattr__(world.settings, "exchange", type(exchange)(filings_enabled=False))
    try:
        row = (await rows_of(firm))[1]
    finally:
        object.__setattr__(world.settings, "exchange", exchange)
    assert (row.to_approve, row.due_on) == (0, "")


@pytest.mark.parametrize(("after", "limit", "count"), [(0, 0, 1), (0, -5, 1), (-3, 2, 2), (99, 5, 0)])
async def test_strange_cursors_do_no_harm(world: World, firm: Person, after: int, limit: int, count: int) -> None:
    await delegated(world, firm, await world.office(2))
    page: m.ServedPage = await firm.ask(m.ListServed(after=after, limit=limit))
    assert len(page.rows) == count

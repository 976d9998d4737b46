# SPDX-License-Identifier: Apache-2.0
"""Entering, narrowing and ending delegations, and what nobody gets by it."""

from typing import Any

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind, Result
from appliance.model.time import DAY
from appliance.model.words import ALL_PERMISSIONS, AccountState, Permission, Role
from appliance.vault.grouping import delegating
from appliance.vault.grouping.serving import delegation_to
from appliance.vault.letters import LetterKind
from appliance.vault.records.grouping_tables import delegations
from appliance.vault.records.tables import visits
from tests.appliance.vault.grouping.hand import clerk_of, delegated, entry, switched
from tests.appliance.vault.world import Person, World


@pytest.fixture
async def firm(world: World) -> Person:
    """A 社労士, signed in at the own office."""
    return await world.visitor(await world.office(9), "Sharo009")


@pytest.fixture
async def admin(world: World) -> Person:
    """The admin of an office that is to be served."""
    return await world.visitor(await world.office(2), "Admin002")


async def test_a_paper_for_two_offices(world: World, firm: Person, admin: Person) -> None:
    third, clerk = await world.office(3), await clerk_of(world)
    done: m.DelegationsAdded = await clerk.ask(entry(firm.account, admin.office, third, command="c" * 16))
    assert len(set(done.delegations)) == 2
    again: m.DelegationsAdded = await clerk.ask(entry(firm.account, admin.office, third, command="c" * 16))
    assert again == done
    entries = await world.journal(Kind.DELEGATION_ADDED)
    assert [one.office for one in entries] == [admin.office, firm.office, third, firm.office]
    assert len({one.salt for one in entries}) == 4
    assert entries[0].reason == "cancel download mail_notice request_receive upload"
    kept = await world.core.read(lambda snapshot: delegations.get(snapshot, done.delegations[0]))
    assert kept is not None
    assert (kept.account, kept.managing, kept.office) == (firm.account, firm.office, admin.office)
    assert (kept.until - kept.since) // DAY == 304


async def test_both_sides_are_told_by_mail(world: World, firm: Person, admin: Person) -> None:
    third = await world.office(3)
    await delegated(world, firm, admin.office, third)
    [letter] = await world.letters(admin.account, LetterKind.DELEGATION_BEGUN)
    assert letter.fields["client"] == "事業所2"
    assert letter.fields["person"] == "利用者Sharo009"
    assert letter.fields["last"] == "令和9年3月31日"
    [letter] = await world.letters(firm.account, LetterKind.DELEGATION_BEGUN)
    assert letter.fields["client"] == "事業所2 ほか 1 事業所"


async def test_whoever_is_signed_in_finds_the_list_at_once(world: World, firm: Person, admin: Person) -> None:
    await delegated(world, firm, admin.office)
    [visit] = await world.core.read(lambda snapshot: visits.scan(snapshot, "account", (firm.account,)))
    assert visit.serves


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"role": Role.OFFICE_ADMIN}, "role.user"),
        ({"role": Role.FUND_CLERK}, "role.user"),
        ({"permissions": frozenset[Permission]()}, "permission.none"),
        ({"until": "2026-05-31"}, "until.order"),
        ({"since": "2026-01-01", "until": "2026-06-08"}, "until.past"),
        ({"until": "2036-06-01"}, "until.far"),
        ({"until": ""}, "until.date"),
        ({"until": "2026-02-30"}, "until.date"),
        ({"since": "昨日"}, "since.date"),
        ({"since": "9" * 500}, "since.date"),
        ({"reason": ""}, "reason.length"),
        ({"reason": "x" * 301}, "reason.length"),
    ],
)
async def test_what_no_paper_can_say(
    world: World, firm: Person, admin: Person, changed: dict[str, Any], text: str
) -> None:
    clerk = await clerk_of(world)
    refused = await clerk.refused(Why.INVALID, entry(firm.account, admin.office, **changed))
    assert refused.text == text
    assert await world.core.read(lambda snapshot: delegations.count(snapshot, 9)) == 0


async def test_nobody_is_delegated_to_the_own_office(world: World, firm: Person) -> None:
    clerk = await clerk_of(world)
    assert (await clerk.refused(Why.INVALID, entry(firm.account, firm.office))).text == "clients.own"
    assert (await clerk.refused(Why.INVALID, entry(firm.account))).text == "clients.count"


async def test_nobody_of_the_fund_and_nobody_who_is_gone(world: World, firm: Person, admin: Person) -> None:
    clerk = await clerk_of(world)
    for account in (clerk.account, "", "x", "a" * 26):
        await clerk.refused(Why.NOT_FOUND, entry(account, admin.office))
    await world.set_state(firm, AccountState.REMOVED)
    await clerk.refused(Why.NOT_FOUND, entry(firm.account, admin.office))


async def test_all_of_them_or_none(world: World, firm: Person, admin: Person) -> None:
    clerk = await clerk_of(world)
    await clerk.refused(Why.NOT_FOUND, entry(firm.account, admin.office, "b" * 26))
    assert await world.core.read(lambda snapshot: delegations.count(snapshot, 9)) == 0


async def test_twice_is_once_too_often_and_after_the_end_there_is_room(
    world: World, firm: Person, admin: Person
) -> None:
    [first] = await delegated(world, firm, admin.office, until="2026-06-30")
    clerk = await clerk_of(world)
    refused = await clerk.refused(Why.INVALID, entry(firm.account, admin.office))
    assert (refused.text, refused.values["name"]) == ("clients.twice", "事業所2")
    world.clock.move(30 * DAY)
    [second] = await delegated(world, firm, admin.office)
    found = await world.core.read(lambda snapshot: delegation_to(snapshot, firm.account, admin.office))
    assert found is not None
    assert found.id == second != first


async def test_there_are_not_too_many(
    world: World, firm: Person, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delegating, "MOST_SERVED", 1)
    monkeypatch.setattr(delegating, "MOST_AT_ONCE", 2)
    clerk, more = await clerk_of(world), [await world.office(3), await world.office(4)]
    assert (await clerk.refused(Why.INVALID, entry(firm.account, admin.office, *more))).text == "clients.count"
    assert (await clerk.refused(Why.INVALID, entry(firm.account, *more))).text == "clients.most"
    await clerk.ask(entry(firm.account, admin.office))


async def test_those_that_are_over_take_no_place(
    world: World, firm: Person, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delegating, "MOST_SERVED", 1)
    await delegated(world, firm, admin.office, until="2026-06-30")
    world.clock.move(30 * DAY)
    other = await world.office(3)
    await delegated(world, firm, other)
    clerk = await clerk_of(world)
    assert (await clerk.refused(Why.INVALID, entry(firm.account, admin.office))).text == "clients.most"


# --- ending -------------------------------------------------------------------------------------------------------


async def test_the_client_ends_it_at_once_and_all_are_told(world: World, firm: Person, admin: Person) -> None:
    [id] = await delegated(world, firm, admin.office)
    await admin.ask(m.EndDelegation(id))
    await firm.refused(Why.NOT_FOUND, m.SwitchOffice(admin.office))
    entries = await world.journal(Kind.DELEGATION_ENDED)
    assert [(one.office, one.actor) for one in entries] == [
        (admin.office, admin.account),
        (firm.office, admin.account),
    ]
    for person in (firm, admin):
        assert len(await world.letters(person.account, LetterKind.DELEGATION_ENDED)) == 1
    assert (await admin.refused(Why.CONFLICT, m.EndDelegation(id))).text == "delegation.over"


async def test_the_firm_and_the_fund_end_it_as_well(world: World, firm: Person, admin: Person) -> None:
    [id] = await delegated(world, firm, admin.office)
    await firm.ask(m.EndDelegation(id))
    [id] = await delegated(world, firm, admin.office)
    await (await clerk_of(world)).ask(m.EndDelegation(id))


async def test_nobody_else_ends_or_narrows_it(world: World, firm: Person, admin: Person) -> None:
    [id] = await delegated(world, firm, admin.office)
    stranger = await world.visitor(await world.office(3), "Admin003")
    colleague = await world.visitor(admin.office, "Staff002", Role.OFFICE_STAFF)
    narrow = m.NarrowDelegation(id, frozenset({Permission.DOWNLOAD}))
    for message in (m.EndDelegation(id), narrow):
        await stranger.refused(Why.NOT_FOUND, message)
        assert (await colleague.refused(Why.NOT_ALLOWED, message)).text == "user.admin_only"
    await firm.refused(Why.NOT_FOUND, narrow)
    await switched(firm, admin.office)
    for message in (m.EndDelegation(id), narrow):
        assert (await firm.refused(Why.NOT_ALLOWED, message)).text == "grouping.own_only"
    for forged in ("", "x", "c" * 26):
        await admin.refused(Why.NOT_FOUND, m.EndDelegation(forged))


async def test_one_that_is_over_is_over(world: World, firm: Person, admin: Person) -> None:
    [id] = await delegated(world, firm, admin.office, until="2026-06-10")
    world.clock.move(3 * DAY)
    await admin.sign_in()
    assert (await admin.refused(Why.CONFLICT, m.EndDelegation(id))).text == "delegation.over"
    narrow = m.NarrowDelegation(id, frozenset({Permission.DOWNLOAD}))
    assert (await admin.refused(Why.CONFLICT, narrow)).text == "delegation.over"


# --- narrowing ----------------------------------------------------------------------------------------------------


async def test_the_client_takes_permissions_away_and_gives_none(world: World, firm: Person, admin: Person) -> None:
    [id] = await delegated(world, firm, admin.office)
    await admin.ask(m.NarrowDelegation(id, frozenset({Permission.DOWNLOAD})))
    kept = await world.core.read(lambda snapshot: delegations.get(snapshot, id))
    assert kept is not None
    assert kept.permissions == {Permission.DOWNLOAD}
    for wider, text in ((ALL_PERMISSIONS, "permission.more"), (frozenset[Permission](), "permission.none")):
        assert (await admin.refused(Why.INVALID, m.NarrowDelegation(id, wider))).text == text
    one, other, *refused = await world.journal(Kind.DELEGATION_CHANGED)
    assert [entry.result for entry in refused] == [Result.REFUSED] * 2
    assert (one.reason, one.office, other.office) == ("download", admin.office, firm.office)


async def test_two_at_once_do_not_widen_what_the_other_narrowed(world: World, firm: Person, admin: Person) -> None:
    [id] = await delegated(world, firm, admin.office)
    await admin.ask(m.NarrowDelegation(id, frozenset({Permission.UPLOAD})))
    refused = await admin.refused(Why.INVALID, m.NarrowDelegation(id, frozenset({Permission.DOWNLOAD})))
    assert refused.text == "permission.more"

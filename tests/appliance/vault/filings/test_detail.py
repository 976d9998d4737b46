# SPDX-License-Identifier: Apache-2.0
"""One filing: what each visitor may know of it, and which buttons there are."""

from dataclasses import replace

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind
from appliance.model.things import Part
from appliance.model.words import AccountState, FilingState, Permission
from appliance.vault.filings.detail import CONSOLE, PORTAL
from appliance.vault.records.tables import offices
from appliance.vault.records.transaction import Transaction
from tests.appliance.vault.filings.sending import kept, put_filing
from tests.appliance.vault.world import Person, World

PARTS = (Part("b" * 26, 8, bytes(32)),)
OPEN = "DownloadFiling"
OFFICE_MAY = {
    FilingState.HELD: {"CancelFiling"},
    FilingState.UPLOADED: {"ApproveFiling", "CancelFiling", OPEN},
    FilingState.APPROVED: {"DeliverFiling", "CancelFiling", OPEN},
    FilingState.RETURNED: {"SubmitFiling", OPEN},
}
FUND_MAY = {
    FilingState.DELIVERED: {"ReceiveFiling", OPEN},
    FilingState.RECEIVED: {"AcceptFiling", "ReturnFiling", "CompleteFiling", OPEN},
    FilingState.ACCEPTED: {"ReturnFiling", "CompleteFiling", OPEN},
    FilingState.RETURNED: {OPEN},
    FilingState.DONE: {OPEN},
}


async def put(world: World, office: str, state: FilingState, uploaded_by: str = "") -> str:
    """A filing that may be opened and was approved as it is."""
    return await put_filing(world, office, state, parts=PARTS, approved_sha256=bytes(32), uploaded_by=uploaded_by)


async def may(person: Person, id: str) -> set[str]:
    return set((await person.ask(m.ReadFiling(id))).may)


@pytest.mark.parametrize("state", list(FilingState))
async def test_an_office_is_offered_what_it_could_do_now(world: World, sender: Person, state: FilingState) -> None:
    id = await put(world, sender.office, state)
    assert await may(sender, id) == OFFICE_MAY.get(state, {OPEN})


@pytest.mark.parametrize("state", sorted(FUND_MAY))
async def test_the_fund_is_offered_what_it_could_do_now(
    world: World, sender: Person, clerk: Person, state: FilingState
) -> None:
    assert await may(clerk, await put(world, sender.office, state)) == FUND_MAY[state]


@pytest.mark.parametrize("state", sorted(set(FilingState) - set(FUND_MAY)))
async def test_the_fund_reads_nothing_before_the_delivery(
    world: World, sender: Person, clerk: Person, state: FilingState
) -> None:
    await clerk.refused(Why.NOT_FOUND, m.ReadFiling(await put(world, sender.office, state)))


async def test_a_labour_consultant_is_offered_neither_approval_nor_delivery(
    world: World, sender: Person, consultant: Person
) -> None:
    for state in (FilingState.UPLOADED, FilingState.APPROVED):
        assert await may(consultant, await put(world, sender.office, state)) == {"CancelFiling", OPEN}


async def test_without_the_permission_only_ones_own_is_taken_back(
    world: World, sender: Person, consultant: Person
) -> None:
    await world.take_permission(consultant, Permission.CANCEL)
    own = await put(world, sender.office, FilingState.UPLOADED, consultant.account)
    others = await put(world, sender.office, FilingState.UPLOADED, sender.account)
    assert (await may(consultant, own), await may(consultant, others)) == ({"CancelFiling", OPEN}, {OPEN})


async def test_four_eyes_offer_no_approval_of_ones_own(world: World, sender: Person, colleague: Person) -> None:
    await sender.ask(m.ChangeOfficeRules(True, False, ""))
    id = await put(world, sender.office, FilingState.UPLOADED, sender.account)
    assert "ApproveFiling" not in await may(sender, id)
    assert "ApproveFiling" in await may(colleague, id)


@pytest.mark.parametrize("wanted", [True, False])
async def test_it_is_told_whether_approving_delivers(
    world: World, sender: Person, consultant: Person, wanted: bool
) -> None:
    await sender.ask(m.ChangeOfficeRules(False, wanted, ""))
    id = await put(world, sender.office, FilingState.UPLOADED)
    assert (await sender.ask(m.ReadFiling(id))).delivers is wanted
    assert (await consultant.ask(m.ReadFiling(id))).delivers is False, "who may not approve"
    await world.take_permission(sender, Permission.DELIVER)
    assert (await sender.ask(m.ReadFiling(id))).delivers is False, "who may not deliver"


async def test_what_was_followed_is_not_followed_again(world: World, sender: Person) -> None:
    second = await put(world, sender.office, FilingState.UPLOADED)
    id = await put_filing(world, sender.office, FilingState.RETURNED, followed_by=second)
    assert await may(sender, id) == set()
    assert (await sender.ask(m.ReadFiling(id))).row.followed_by == second
    await sender.ask(m.CancelFiling(second, ""))
    assert await may(sender, id) == {"SubmitFiling"}


@pytest.mark.parametrize(("state", "tells"), [(FilingState.APPROVED, False), (FilingState.DELIVERED, True)])
async def test_the_fund_is_not_told_of_a_follower_before_its_delivery(
    world: World, sender: Person, clerk: Person, state: FilingState, tells: bool
) -> None:
    second = await put(world, sender.office, state)
    id = await put_filing(world, sender.office, FilingState.RETURNED, followed_by=second)
    told = second if tells else ""
    assert (await clerk.ask(m.ReadFiling(id))).row.followed_by == told
    assert {row.followed_by for row in (await clerk.ask(m.ListFilings(limit=50))).rows if row.id == id} == {told}
    assert (await sender.ask(m.ReadFiling(id))).row.followed_by == second


async def test_a_policy_that_denies_takes_the_button_away(world: World, sender: Person) -> None:
    id = await put(world, sender.office, FilingState.UPLOADED)
    world.rights.denied |= {"filing.approve", "filing.open"}
    assert await may(sender, id) == {"CancelFiling"}


def test_every_offer_is_a_message_of_that_site_and_action() -> None:
    for offers, side in ((PORTAL, "portal"), (CONSOLE, "console")):
        for offer in offers:
            row = m.BY_NAME[offer.message]
            assert row.action == offer.action and side in row.sites


async def test_another_offices_filing_is_not_there(world: World, sender: Person, stranger: Person) -> None:
    for id in (await put(world, sender.office, FilingState.DELIVERED), "a" * 26, "", "x" * 5_000, "\0"):
        await stranger.refused(Why.NOT_FOUND, m.ReadFiling(id))


async def test_names_are_for_ones_own_side(world: World, sender: Person, clerk: Person) -> None:
    facts = {"approved_by": sender.account, "delivered_by": sender.account, "uploaded_by": sender.account}
    facts |= {"received_by": clerk.account, "settled_by": clerk.account}
    texts = {"note": "至急", "reason": "記入もれ", "engine": "clamav", "event_on": "2026-06-01", "decision": "d"}
    id = await put_filing(world, sender.office, FilingState.RETURNED, **facts, **texts, follows="f")
    own, funds = await sender.ask(m.ReadFiling(id)), await clerk.ask(m.ReadFiling(id))
    assert (own.approved_by, own.delivered_by, own.row.uploaded_by) == ("利用者Yamada01",) * 3
    assert (own.received_by, own.settled_by) == ("基金", "基金")
    assert (funds.approved_by, funds.delivered_by, funds.row.uploaded_by) == ("", "", "")
    assert (funds.received_by, funds.settled_by) == ("基金clerk", "基金clerk")
    for detail in (own, funds):
        assert {name: getattr(detail, name) for name in texts} == texts
        assert (detail.follows, detail.sha256) == ("f", bytes(32))


async def test_reading_is_journaled_with_what_was_read(world: World, sender: Person, clerk: Person) -> None:
    id = await put(world, sender.office, FilingState.DELIVERED)
    for person in (sender, clerk, clerk):
        await person.ask(m.ReadFiling(id))
    entries = await world.journal(Kind.FILING_READ)
    assert [(entry.actor, entry.thing, entry.office) for entry in entries] == [
        (sender.account, id, sender.office),
        (clerk.account, id, sender.office),
    ]


async def test_somebody_who_has_gone_has_no_name(world: World, sender: Person, colleague: Person) -> None:
    id = await put(world, sender.office, FilingState.UPLOADED, colleague.account)
    await world.remove_account(colleague)
    assert (await sender.ask(m.ReadFiling(id))).row.uploaded_by == ""


async def test_a_plugin_reads_what_the_fund_may_know_and_is_offered_nothing(world: World, sender: Person) -> None:
    grants = frozenset({"filing.list"})
    seen = await put(world, sender.office, FilingState.DELIVERED)
    detail = await world.reception.ask_as_plugin("robot", grants, m.ReadFiling(seen))
    assert (detail.may, detail.row.id) == ((), seen)
    page = await world.reception.ask_as_plugin("robot", grants, m.ListFilings())
    assert [row.id for row in page.rows] == [seen]


async def test_what_the_office_is_called_now(world: World, sender: Person, clerk: Person) -> None:
    id = await put(world, sender.office, FilingState.DELIVERED)

    def rename(txn: Transaction) -> None:
        office = offices.get(txn, sender.office)
        assert office is not None
        offices.put(txn, replace(office, name="新しい名前"))

    await world.core.commit(rename)
    assert (await clerk.ask(m.ReadFiling(id))).row.office_name == "新しい名前"
    assert (await kept(world, id)).office == sender.office


async def test_the_office_reads_who_may_approve_while_it_waits_for_that(
    world: World, sender: Person, colleague: Person, consultant: Person, clerk: Person
) -> None:
    waiting = await put(world, sender.office, FilingState.UPLOADED, colleague.account)
    names = [(await world.account(person)).name for person in (sender, colleague)]
    for reader in (sender, consultant):
        assert sorted((await reader.ask(m.ReadFiling(waiting))).approvers) == sorted(names)
    await world.core.commit(lambda txn: _ask_for_four_eyes(txn, sender.office))
    assert (await consultant.ask(m.ReadFiling(waiting))).approvers == (names[0],)
    await world.set_state(sender, AccountState.SUSPENDED)
    assert (await consultant.ask(m.ReadFiling(waiting))).approvers == ()
    for state in (FilingState.HELD, FilingState.APPROVED):
        filing = await put(world, sender.office, state, colleague.account)
        assert (await consultant.ask(m.ReadFiling(filing))).approvers == ()
    seen = await put(world, sender.office, FilingState.DELIVERED)
    assert (await clerk.ask(m.ReadFiling(seen))).approvers == ()


def _ask_for_four_eyes(txn: Transaction, office: str) -> None:
    found = offices.get(txn, office)
    assert found is not None
    offices.put(txn, replace(found, four_eyes=True))

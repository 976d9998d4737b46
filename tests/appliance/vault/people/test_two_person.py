# SPDX-License-Identifier: Apache-2.0
"""Acts that need two people: proposed, decided, or done alone in an emergency (A46)."""

import asyncio
from dataclasses import replace

import pytest

from appliance.contracts.policy import Decision, PolicyRequest, Verdict
from appliance.link import messages as m
from appliance.link.messages import MESSAGES
from appliance.link.refusals import Refused, Why
from appliance.model.journal import TYPED, Kind
from appliance.model.time import DAY, MINUTE
from appliance.model.words import AccountState, Role, Site
from appliance.vault.letters import LetterKind
from appliance.vault.people.desks import PEOPLE_DESKS
from appliance.vault.people.two_person import LIFE, MAX_WAITING, PLANS, propose
from appliance.vault.records.tables import accounts, proposals
from tests.appliance.vault.people.folk import enter_console, first_staff, staff_of
from tests.appliance.vault.providers import Judge
from tests.appliance.vault.world import Person, World

ADDING = m.AddStaff("hara", "原 次郎", "hara@fund.example.jp", Role.FUND_CLERK, "増員")


async def logins(world: World) -> set[str]:
    """Who works at the fund."""
    found = await world.core.read(lambda snapshot: accounts.scan(snapshot, "office", ("",)))
    return {account.login for account in found}


def test_the_table_says_which_need_two_and_nobody_forgets_one() -> None:
    assert {row.shape for row in MESSAGES if row.two_person} == set(PLANS)
    assert {shape for shape, desk in PEOPLE_DESKS.items() if desk.handler is propose} == set(PLANS)


async def test_one_person_alone_does_nothing(world: World, hayashi: Person) -> None:
    reply = await hayashi.ask(ADDING)
    assert reply.proposal and not reply.account and not reply.password
    assert await logins(world) == {"hayashi"}
    [entry] = await world.journal(Kind.PROPOSAL_MADE)
    assert (entry.actor, entry.thing, entry.reason) == (hayashi.account, reply.proposal, "AddStaff")
    assert entry.personal[TYPED] == "増員"


async def test_whoever_proposed_it_cannot_approve_it(world: World, hayashi: Person) -> None:
    reply = await hayashi.ask(ADDING)
    refused = await hayashi.refused(Why.NOT_ALLOWED, m.Decide(reply.proposal, approve=True))
    assert refused.text == "proposal.same_person"
    assert await logins(world) == {"hayashi"}
    await hayashi.ask(m.Decide(reply.proposal, approve=False))
    assert (await hayashi.ask(m.ListProposals())).rows == ()


async def test_the_entries_name_both(world: World, hayashi: Person, mori: Person) -> None:
    reply = await hayashi.ask(ADDING)
    done = await mori.ask(m.Decide(reply.proposal, approve=True))
    decided = (await world.journal(Kind.PROPOSAL_DECIDED))[0]
    assert decided.actor == mori.account and decided.reason == f"approved, proposed by {hayashi.account}"
    added = (await world.journal(Kind.ACCOUNT_ADDED))[-1]
    assert (added.actor, added.thing) == (mori.account, done.account)
    assert added.reason == f"fund_clerk, proposed by {hayashi.account}"


async def test_the_list_tells_what_it_is_about(world: World, hayashi: Person, mori: Person) -> None:
    await hayashi.ask(ADDING)
    world.clock.move(MINUTE)
    await hayashi.ask(m.RemoveStaff(mori.account, "退職"))
    rows = (await mori.ask(m.ListProposals())).rows
    assert [(row.act, row.reason, row.may_decide, row.proposer_name) for row in rows] == [
        ("AddStaff", "増員", True, "佐倉 花子"),
        ("RemoveStaff", "退職", True, "佐倉 花子"),
    ]
    assert rows[0].fields == {"login": "hara", "name": "原 次郎", "mail": ADDING.mail, "role": "fund_clerk"}
    assert rows[1].fields == {"account": "mori"} and rows[1].ends_at == rows[1].at + DAY
    assert [row.may_decide for row in (await hayashi.ask(m.ListProposals())).rows] == [False, False]


async def test_a_no_ends_it(world: World, hayashi: Person, mori: Person) -> None:
    reply = await hayashi.ask(ADDING)
    assert await mori.ask(m.Decide(reply.proposal, approve=False)) == m.TwoPersonReply()
    assert (await mori.refused(Why.CONFLICT, m.Decide(reply.proposal, approve=True))).text == "proposal.gone"
    assert "hara" not in await logins(world)


@pytest.mark.parametrize("id", ["", "a" * 26, "x" * 10_000])
async def test_what_was_never_proposed(mori: Person, id: str) -> None:
    for approve in (True, False):
        assert (await mori.refused(Why.CONFLICT, m.Decide(id, approve))).text == "proposal.gone"


async def test_it_lasts_a_day(world: World, hayashi: Person, mori: Person) -> None:
    reply = await hayashi.ask(ADDING)
    world.clock.move(LIFE)
    await enter_console(mori)
    await mori.refused(Why.CONFLICT, m.Decide(reply.proposal, approve=True))
    assert (await mori.ask(m.ListProposals())).rows == ()
    await mori.ask(replace(ADDING, login="kubo"))
    assert len(await world.core.read(lambda snapshot: proposals.scan(snapshot, "end"))) == 1


async def test_it_is_done_once(world: World, hayashi: Person, mori: Person) -> None:
    kubo = await staff_of(world, "kubo")
    reply = await hayashi.ask(ADDING)

    async def decide(person: Person) -> object:
        try:
            return await person.ask(m.Decide(reply.proposal, approve=True))
        except Refused as refused:
            return refused.text

    done = await asyncio.gather(decide(mori), decide(kubo), decide(mori))
    assert sorted(isinstance(one, m.TwoPersonReply) for one in done) == [False, False, True]
    assert len([e for e in await world.journal(Kind.ACCOUNT_ADDED) if e.actor != "admin"]) == 1


async def test_a_repeated_yes_gets_the_first_outcome(hayashi: Person, mori: Person) -> None:
    proposing = replace(ADDING, command="p" * 16)
    reply = await hayashi.ask(proposing)
    assert await hayashi.ask(proposing) == reply
    yes = m.Decide(reply.proposal, approve=True, command="d" * 16)
    assert await mori.ask(yes) == await mori.ask(yes)


async def test_of_a_proposer_who_left_nothing_is_done(world: World, hayashi: Person, mori: Person) -> None:
    await staff_of(world, "kubo")
    reply = await hayashi.ask(ADDING)
    leaving = await mori.ask(m.RemoveStaff(hayashi.account, "退職", emergency=True))
    assert leaving.account == hayashi.account
    await mori.refused(Why.CONFLICT, m.Decide(reply.proposal, approve=True))


async def test_both_need_the_right_to_the_act_itself(world: World, hayashi: Person, mori: Person) -> None:
    reply = await hayashi.ask(ADDING)
    asked: list[PolicyRequest] = []

    async def not_hayashi(request: PolicyRequest) -> Verdict:
        asked.append(request)
        is_act = request.action == "staff.change" and request.account == hayashi.account
        return Verdict(Decision.DENY, "has lost it") if is_act else Verdict(Decision.ABSTAIN, "")

    world.plugins.add("policy", Judge(not_hayashi), "newer")
    await mori.refused(Why.NOT_ALLOWED, m.Decide(reply.proposal, approve=True))
    acts = [request.account for request in asked if request.action == "staff.change"]
    assert acts == [mori.account, hayashi.account]
    assert "hara" not in await logins(world)


async def test_who_may_decide_but_not_do_it_cannot_approve(world: World, hayashi: Person, mori: Person) -> None:
    reply = await hayashi.ask(ADDING)
    world.rights.denied.add("staff.change")
    await mori.refused(Why.NOT_ALLOWED, m.Decide(reply.proposal, approve=True))


async def test_an_emergency_is_done_at_once_and_loudly(world: World, hayashi: Person, mori: Person) -> None:
    auditor = await staff_of(world, "kansa", Role.FUND_AUDITOR)
    clerk = await staff_of(world, "kubo", Role.FUND_CLERK)
    reply = await hayashi.ask(replace(ADDING, reason="災害対応", emergency=True))
    assert reply.password and "hara" in await logins(world)
    [entry] = await world.journal(Kind.TWO_PERSON_EMERGENCY)
    assert (entry.actor, entry.thing, entry.reason) == (hayashi.account, reply.account, "AddStaff")
    assert entry.personal[TYPED] == "災害対応"
    told = {
        person.login: len(await world.letters(person.account, LetterKind.TWO_PERSON_EMERGENCY))
        for person in (hayashi, mori, auditor, clerk)
    }
    assert told == {"hayashi": 1, "mori": 1, "kansa": 1, "kubo": 0}


async def test_nobody_silences_an_emergency_by_another_address(world: World, hayashi: Person) -> None:
    auditor = await staff_of(world, "kansa", Role.FUND_AUDITOR)
    address = (await world.account(auditor)).mail
    silencing = m.ChangeStaff(
        auditor.account, "監査 太郎", "evil@example.net", Role.FUND_AUDITOR, "緊急", emergency=True
    )
    await hayashi.ask(silencing)
    [told] = await world.letters(auditor.account, LetterKind.TWO_PERSON_EMERGENCY)
    [noticed] = await world.letters(auditor.account, LetterKind.MAIL_CHANGE_NOTICE)
    assert (told.to, noticed.to) == (address, address)


async def test_who_loses_the_role_in_an_emergency_is_told_and_who_leaves_is_not(
    world: World, hayashi: Person
) -> None:
    people = [await staff_of(world, f"kansa{number}", Role.FUND_AUDITOR) for number in range(3)]
    moved, gone, _ = people
    account = await world.account(moved)
    moving = m.ChangeStaff(moved.account, account.name, account.mail, Role.FUND_CLERK, "緊急", emergency=True)
    await hayashi.ask(moving)
    world.clock.move(MINUTE)
    await hayashi.ask(m.RemoveStaff(gone.account, "緊急", emergency=True))
    told = [len(await world.letters(one.account, LetterKind.TWO_PERSON_EMERGENCY)) for one in people]
    assert told == [1, 1, 2], "of the first; of the first, before leaving; of both"


async def test_a_yes_is_to_a_change_of_what_was_there(world: World, hayashi: Person, mori: Person) -> None:
    clerk = await staff_of(world, "kubo", Role.FUND_CLERK)
    account = await world.account(clerk)
    to_desk = m.ChangeStaff(clerk.account, account.name, account.mail, Role.FUND_DESK, "異動")
    removing = m.RemoveStaff(clerk.account, "退職")
    waiting = [await hayashi.ask(message) for message in (to_desk, removing)]
    newer = replace(account, name="久保 新姓", mail="new@fund.example.jp")
    await world.core.commit(lambda txn: accounts.put(txn, newer))
    for one in waiting:
        refused = await mori.refused(Why.CONFLICT, m.Decide(one.proposal, approve=True))
        assert refused.text == "proposal.gone"
    assert await world.account(clerk) == newer


async def test_to_register_meanwhile_makes_nobody_another(world: World, hayashi: Person, mori: Person) -> None:
    newcomer = await first_staff(world, "kubo", Role.FUND_CLERK)
    account = await world.account(newcomer)
    removing = await hayashi.ask(m.RemoveStaff(newcomer.account, "退職"))
    await world.core.commit(lambda txn: accounts.put(txn, replace(account, state=AccountState.ACTIVE)))
    await staff_of(world, "hara", Role.FUND_CLERK)
    assert (await mori.ask(m.Decide(removing.proposal, approve=True))).account == newcomer.account


async def test_an_emergency_needs_a_reason_too(world: World, hayashi: Person) -> None:
    refused = await hayashi.refused(Why.INVALID, replace(ADDING, reason="", emergency=True))
    assert refused.text == "reason.length"
    assert await world.journal(Kind.TWO_PERSON_EMERGENCY) == []


async def test_an_emergency_keeps_the_other_rules(world: World, hayashi: Person) -> None:
    refused = await hayashi.refused(Why.CONFLICT, m.RemoveStaff(hayashi.account, "退職", emergency=True))
    assert refused.text == "staff.last_holder"
    assert await world.journal(Kind.TWO_PERSON_EMERGENCY) == []


async def test_no_more_wait_than_people_can_look_at(world: World, hayashi: Person) -> None:
    reply = await hayashi.ask(ADDING)
    one = await world.core.read(lambda snapshot: proposals.get(snapshot, reply.proposal))
    assert one is not None
    for number in range(MAX_WAITING - 1):
        await world.core.commit(lambda txn, n=number: proposals.put(txn, replace(one, id=f"{n:026}")))  # type: ignore[misc]
    assert (await hayashi.refused(Why.CONFLICT, ADDING)).text == "proposal.too_many"
    world.clock.move(LIFE)
    await enter_console(hayashi)
    await hayashi.ask(ADDING)


async def test_another_site_has_no_such_thing(world: World, hayashi: Person) -> None:
    assert not any(row.sites - {Site.CONSOLE} for row in MESSAGES if row.two_person)

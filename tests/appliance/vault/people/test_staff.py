# SPDX-License-Identifier: Apache-2.0
"""The fund's staff (A46): what the acts of two do, and what an administrator does at the vault's own host."""

from dataclasses import replace
from typing import Any

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind
from appliance.model.words import AccountState, LockState, Role, Site, Step
from appliance.vault.records.tables import secrets
from tests.appliance.vault.people.folk import (
    admin_of,
    enter_console,
    first_staff,
    registered_self,
    staff_of,
)
from tests.appliance.vault.world import Person, World

WHY = "人事異動"
ADDING = m.AddStaff("hara", "原 次郎", "hara@fund.example.jp", Role.FUND_CLERK, WHY)


async def by_two(one: Person, other: Person, message: object) -> m.TwoPersonReply:
    """One proposes, another approves."""
    proposed = await one.ask(message)
    reply: m.TwoPersonReply = await other.ask(m.Decide(proposed.proposal, approve=True))
    return reply


def change_of(person: Person, **changes: Any) -> m.ChangeStaff:
    """What is sent to change nothing but these."""
    name, mail = "佐倉 花子", f"{person.login}@fund.example.jp"
    return replace(m.ChangeStaff(person.account, name, mail, Role.FUND_SYSTEM, WHY), **changes)


async def test_one_of_the_staff_is_added_and_comes_in(world: World, hayashi: Person, mori: Person) -> None:
    reply = await by_two(hayashi, mori, ADDING)
    hara = Person(world, Site.CONSOLE, "", "hara", reply.account, reply.password)
    await registered_self(await enter_console(hara))
    await hara.ask(m.OpenMenu())
    added = [entry for entry in await world.journal(Kind.ACCOUNT_ADDED) if entry.thing == reply.account]
    assert [(entry.actor, hayashi.account in entry.reason) for entry in added] == [(mori.account, True)]


async def test_without_the_second_factor_nobody_comes_in(world: World) -> None:
    hara = await first_staff(world, "hara", Role.FUND_CLERK)
    arrived = await world.ask(Site.CONSOLE, m.ArriveStaff(hara.login, hara.password))
    assert arrived.step is Step.ENROL and not arrived.token
    await world.refused(Why.WRONG_SECRET, Site.CONSOLE, m.GiveCode(arrived.arrival, "00000000"))


async def test_a_role_changes_and_the_visits_end(world: World, hayashi: Person, mori: Person) -> None:
    await staff_of(world, "kubo")
    await by_two(hayashi, mori, change_of(mori, role=Role.FUND_AUDITOR))
    await mori.refused(Why.NOT_SIGNED_IN, m.ListStaff())
    assert (await world.account(mori)).role is Role.FUND_AUDITOR


async def test_another_address_has_to_be_confirmed(world: World, hayashi: Person, mori: Person) -> None:
    await by_two(hayashi, mori, change_of(hayashi, mail="h@fund.example.jp"))
    account = await world.account(hayashi)
    assert (account.mail, account.mail_confirmed_at) == ("h@fund.example.jp", 0)
    await hayashi.ask(m.ListStaff())


async def test_the_last_holder_of_a_role_stays(world: World, hayashi: Person, mori: Person) -> None:
    clerk = await staff_of(world, "kubo", Role.FUND_CLERK)
    await first_staff(world, "hara", Role.FUND_CLERK)
    for message in (
        m.RemoveStaff(clerk.account, WHY),
        change_of(clerk, role=Role.FUND_DESK),
    ):
        proposed = await hayashi.ask(message)
        refused = await mori.refused(Why.CONFLICT, m.Decide(proposed.proposal, approve=True))
        assert refused.text == "staff.last_holder"
    await by_two(hayashi, mori, change_of(clerk, name="久保 三郎", role=Role.FUND_CLERK))
    assert (await world.account(clerk)).name == "久保 三郎"


async def test_of_two_holders_one_may_go(world: World, hayashi: Person, mori: Person) -> None:
    kubo = await staff_of(world, "kubo")
    await by_two(hayashi, mori, m.RemoveStaff(kubo.account, WHY))
    await kubo.refused(Why.NOT_SIGNED_IN, m.OpenMenu())
    assert (await world.account(kubo)).state is AccountState.REMOVED
    await world.refused(Why.WRONG_SECRET, Site.CONSOLE, m.ArriveStaff("kubo", kubo.password))


async def test_two_removals_at_once_leave_a_holder(world: World, hayashi: Person, mori: Person) -> None:
    first = await hayashi.ask(m.RemoveStaff(mori.account, WHY))
    second = await hayashi.ask(m.RemoveStaff(hayashi.account, WHY))
    await mori.ask(m.Decide(first.proposal, approve=True))
    await mori.refused(Why.NOT_SIGNED_IN, m.Decide(second.proposal, approve=True))
    assert (await world.account(hayashi)).state is AccountState.ACTIVE


async def test_a_reset_makes_password_and_factor_anew(world: World, hayashi: Person, mori: Person) -> None:
    kubo = await staff_of(world, "kubo", Role.FUND_CLERK)
    old = await kubo.app_code()
    reply = await by_two(hayashi, mori, m.ResetStaff(kubo.account, "携帯電話の紛失"))
    await kubo.refused(Why.NOT_SIGNED_IN, m.OpenMenu())
    arrived = await world.ask(Site.CONSOLE, m.ArriveStaff("kubo", reply.password))
    assert arrived.step is Step.ENROL and arrived.shown
    await world.refused(Why.WRONG_SECRET, Site.CONSOLE, m.GiveCode(arrived.arrival, old))


async def test_an_office_user_is_none_of_the_staff(world: World, hayashi: Person) -> None:
    user = await admin_of(world)
    for account in (user.account, "a" * 26, ""):
        await hayashi.refused(Why.NOT_FOUND, change_of(hayashi, account=account))
        await hayashi.refused(Why.NOT_FOUND, m.RemoveStaff(account, WHY))
        await hayashi.refused(Why.NOT_FOUND, m.ResetStaff(account, WHY))


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"login": "a b"}, "login.staff_form"),
        ({"login": "ｈａｒａ"}, "login.half_width"),
        ({"name": ""}, "name.length"),
        ({"mail": "hara"}, "mail.form"),
        ({"role": Role.OFFICE_ADMIN}, "role.staff"),
        ({"reason": " \u3000"}, "reason.length"),
        ({"reason": "理" * 301}, "reason.length"),
    ],
)
async def test_nonsense_is_not_even_proposed(hayashi: Person, changes: dict[str, Any], text: str) -> None:
    refused = await hayashi.refused(Why.INVALID, replace(ADDING, **changes))
    assert refused.text == text
    assert (await hayashi.ask(m.ListProposals())).rows == ()


async def test_the_list_shows_everybody_of_the_fund(world: World, hayashi: Person) -> None:
    await admin_of(world)
    world.clock.move(1000)
    await first_staff(world, "hara", Role.FUND_CLERK)
    rows = (await hayashi.ask(m.ListStaff())).rows
    assert [(row.login, row.state, row.has_factor) for row in rows] == [
        ("hayashi", AccountState.ACTIVE, True),
        ("hara", AccountState.FIRST, False),
    ]
    assert rows[0].lock is LockState.OPEN and rows[0].last_sign_in_at
    assert await world.admin(m.AskStaff()) == await hayashi.ask(m.ListStaff())


# --- at the vault's own host ------------------------------------------------------------------------------------


async def test_the_administrator_admits_the_first_alone(world: World) -> None:
    await first_staff(world, "hara", Role.FUND_CLERK)
    [entry] = await world.journal(Kind.ACCOUNT_ADDED)
    assert (entry.actor, entry.site, entry.reason) == ("admin", "admin", "fund_clerk, by the administrator")
    message = m.AdmitStaff("hara", "原 次郎", "hara@fund.example.jp", Role.FUND_CLERK)
    assert (await world.refused(Why.CONFLICT, Site.ADMIN, message)).text == "login.taken"
    refused = await world.refused(Why.INVALID, Site.ADMIN, replace(message, role=Role.SHAROSHI))
    assert refused.text == "role.staff"


async def test_the_administrator_lets_somebody_in_again(world: World, hayashi: Person) -> None:
    for _ in range(6):
        await world.outcome(Site.CONSOLE, m.ArriveStaff("hayashi", "wrong"))
    first = await world.admin(m.RecoverStaff("hayashi", "携帯電話の紛失"))
    await hayashi.refused(Why.NOT_SIGNED_IN, m.ListStaff())
    arrived = await world.ask(Site.CONSOLE, m.ArriveStaff("hayashi", first.password))
    assert arrived.step is Step.ENROL
    [entry] = await world.journal(Kind.PASSWORD_RESET)
    assert (entry.actor, entry.reason) == ("admin", "携帯電話の紛失")


async def test_a_block_is_recovered_too(world: World, hayashi: Person) -> None:
    secret = await world.secret(hayashi)
    blocked = replace(secret, lock=replace(secret.lock, blocked_at=world.clock.now()))
    await world.core.commit(lambda txn: secrets.put(txn, blocked))
    first = await world.admin(m.RecoverStaff("hayashi", "閉塞の解除"))
    await world.ask(Site.CONSOLE, m.ArriveStaff("hayashi", first.password))


async def test_who_is_not_there_is_not_recovered(world: World) -> None:
    refused = await world.refused(Why.NOT_FOUND, Site.ADMIN, m.RecoverStaff("nobody", WHY))
    assert refused.text == "login.unknown"
    await world.refused(Why.INVALID, Site.ADMIN, m.RecoverStaff("nobody", ""))

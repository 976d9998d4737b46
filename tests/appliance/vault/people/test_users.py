# SPDX-License-Identifier: Apache-2.0
"""The users of an office, as its admin keeps them (R118 to R125, A12, A28, A49)."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Kind, Result
from appliance.model.words import PRESETS, AccountState, LockState, Note, Permission, Role, Site, Step
from appliance.vault.letters import LetterKind
from appliance.vault.records.tables import accounts, secrets
from tests.appliance.vault.people.folk import (
    a_minute_later,
    admin_of,
    first_user,
    new_user,
    registered_self,
    user_of,
)
from tests.appliance.vault.world import Person, World

CONSULTANT = {"role": Role.SHAROSHI, "permissions": PRESETS[Role.SHAROSHI]}


def change_of(user: Person, **changes: Any) -> m.ChangeUser:
    """What the admin sends to change nothing but these."""
    message = m.ChangeUser(
        user.account, "田中 一郎", "タナカ イチロウ", "tanaka@example.jp", Role.OFFICE_STAFF, frozenset(Permission)
    )
    return replace(message, **changes)


async def test_a_user_is_added_and_comes_in(world: World, admin: Person) -> None:
    user = await first_user(admin, "Nomura03", **CONSULTANT)
    account = await world.account(user)
    assert (account.office, account.role, account.state) == (admin.office, Role.SHAROSHI, AccountState.FIRST)
    assert (await user.arrive()).step is Step.CODE
    await registered_self(await user.sign_in())
    await user.ask(m.OpenMenu())
    [entry] = await world.journal(Kind.ACCOUNT_ADDED)
    assert (entry.actor, entry.thing, entry.office) == (admin.account, user.account, admin.office)


async def test_the_list_shows_all_of_the_office_and_how_many_there_may_be(world: World, admin: Person) -> None:
    await admin_of(world, number=2, contract_number="123456-0000002")
    a_minute_later(world)
    user = await first_user(admin)
    page = await admin.ask(m.ListUsers())
    assert page.seats == 3
    assert [(row.login, row.role, row.state) for row in page.rows] == [
        ("Sakura01", Role.OFFICE_ADMIN, AccountState.ACTIVE),
        ("Tanaka02", Role.OFFICE_STAFF, AccountState.FIRST),
    ]
    assert (page.rows[1].account, page.rows[1].lock, page.rows[1].last_sign_in_at) == (
        user.account,
        LockState.OPEN,
        0,
    )


async def test_only_the_admin_does_any_of_it(world: World, admin: Person) -> None:
    user = await user_of(admin)
    a_minute_later(world)
    other = await user_of(admin, "Nomura03", **CONSULTANT)
    for message in (
        m.ListUsers(),
        new_user("Another4"),
        change_of(other),
        change_of(user, permissions=frozenset()),
        m.RemoveUser(other.account),
        m.ResetPassword(other.account),
    ):
        assert (await user.refused(Why.NOT_ALLOWED, message)).text == "user.admin_only"
    refusals = [entry for entry in await world.journal() if entry.result is Result.REFUSED]
    assert {entry.reason for entry in refusals} == {"only the admin of an office may"} and len(refusals) == 6


async def test_there_are_as_many_as_seats(world: World, admin: Person) -> None:
    await first_user(admin, "Tanaka02")
    third = await first_user(admin, "Tanaka03")
    refused = await admin.refused(Why.CONFLICT, new_user("Tanaka04"))
    assert (refused.text, refused.values["seats"]) == ("user.no_seat", "3")
    await admin.ask(m.RemoveUser(third.account))
    await first_user(admin, "Tanaka04")


async def test_two_at_once_do_not_get_one_seat(world: World, admin: Person) -> None:
    await first_user(admin, "Tanaka02")

    async def try_to_add(login: str) -> object:
        try:
            return await admin.ask(new_user(login))
        except Refused as refused:
            return refused.text

    done = await asyncio.gather(*(try_to_add(f"Tanaka1{number}") for number in range(5)))
    assert sum(isinstance(one, m.UserAdded) for one in done) == 1
    assert len((await admin.ask(m.ListUsers())).rows) == 3


async def test_an_office_has_one_admin(admin: Person) -> None:
    assert (await admin.refused(Why.INVALID, new_user(role=Role.OFFICE_ADMIN))).text == "role.user"
    assert (await admin.refused(Why.INVALID, new_user(role=Role.FUND_SYSTEM))).text == "role.user"
    user = await first_user(admin)
    assert (await admin.refused(Why.INVALID, change_of(user, role=Role.OFFICE_ADMIN))).text == "role.user"


async def test_nobody_changes_or_removes_the_admin(admin: Person) -> None:
    for message in (change_of(admin), m.RemoveUser(admin.account), m.ResetPassword(admin.account)):
        assert (await admin.refused(Why.CONFLICT, message)).text == "user.is_admin"


async def test_another_offices_user_is_as_good_as_none(world: World, admin: Person) -> None:
    other = await admin_of(world, number=2, contract_number="123456-0000002")
    user = await first_user(other)
    for account in (user.account, other.account, "a" * 26, "", "x" * 10_000):
        for message in (change_of(admin, account=account), m.RemoveUser(account), m.ResetPassword(account)):
            await admin.refused(Why.NOT_FOUND, message)
    assert (await world.account(user)).state is AccountState.FIRST


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"login": "kikin01"}, "login.form"),
        ({"login": "a" * 16}, "login.form"),
        ({"login": "kikin_T01"}, "login.form"),
        ({"login": "ｋｉｋｉｎＴ００１"}, "login.half_width"),
        ({"login": "kikin\u200bT001"}, "login.half_width"),
        ({"name": "\u200b"}, "name.length"),
        ({"kana": "タナカイチロウ"}, "kana.blank"),
        ({"kana": "ア " + "ア" * 49}, "kana.length"),
        ({"mail": "tanaka"}, "mail.form"),
    ],
)
async def test_what_cannot_be_is_refused_by_its_field(admin: Person, changes: dict[str, Any], text: str) -> None:
    refused = await admin.refused(Why.INVALID, new_user(**changes))
    assert (refused.text, refused.values["field"]) == (text, text.split(".")[0])
    if text == "login.half_width":
        assert refused.values["offer"] == "kikinT001"


async def test_logins_are_given_once_and_keep_their_case(admin: Person) -> None:
    await first_user(admin, "kikinT001")
    assert (await admin.refused(Why.CONFLICT, new_user("kikinT001"))).text == "login.taken"
    await first_user(admin, "KIKINT001")


async def test_what_is_worth_knowing_is_said(admin: Person) -> None:
    added = await admin.ask(new_user(kana="たなか いちろう", mail="HANA@example.jp", role=Role.SHAROSHI))
    assert added.notes == (Note.KANA_CONVERTED, Note.MAIL_SHARED, Note.SHAROSHI_DECIDES)


async def test_rights_change_and_are_told(world: World, admin: Person) -> None:
    user = await user_of(admin)
    less = frozenset(Permission) - {Permission.APPROVE}
    await admin.ask(change_of(user, permissions=less))
    assert (await world.account(user)).permissions == less
    assert len(await world.letters(user.account, LetterKind.PERMISSIONS_CHANGED)) == 1
    [entry] = await world.journal(Kind.ACCOUNT_CHANGED)
    assert "permissions: cancel" in entry.reason and "approve" not in entry.reason
    await user.refused(Why.NOT_SIGNED_IN, m.OpenMenu())


async def test_more_rights_end_no_visit(world: World, admin: Person) -> None:
    user = await user_of(admin, permissions=frozenset({Permission.UPLOAD}))
    await admin.ask(change_of(user))
    await user.ask(m.OpenMenu())


async def test_nothing_changed_tells_nobody(world: World, admin: Person) -> None:
    user = await first_user(admin)
    await admin.ask(change_of(user))
    assert await world.letters(user.account, LetterKind.PERMISSIONS_CHANGED) == []


async def test_a_mistyped_address_is_put_right_until_it_is_confirmed(world: World, admin: Person) -> None:
    user = await first_user(admin, mail="tanaka@mistyped.example.jp")
    stray = await user.request_code()
    await admin.ask(change_of(user))
    arrived = await user.arrive()
    await world.refused(Why.WRONG_SECRET, Site.PORTAL, m.GiveCode(arrived.arrival, stray))
    a_minute_later(world)
    await registered_self(await user.sign_in())
    assert (await world.account(user)).mail_confirmed_at
    refused = await admin.refused(Why.INVALID, change_of(user, mail="admin@example.jp"))
    assert refused.text == "mail.is_confirmed"


async def test_a_removed_user_is_gone_at_once_and_remembered(world: World, admin: Person) -> None:
    user = await user_of(admin)
    await admin.ask(m.RemoveUser(user.account))
    await user.refused(Why.NOT_SIGNED_IN, m.OpenMenu())
    outcome = await world.outcome(Site.PORTAL, user.sign_in_message)
    assert outcome is Why.WRONG_SECRET
    assert (await world.account(user)).state is AccountState.REMOVED
    assert await world.core.read(lambda snapshot: secrets.get(snapshot, user.account)) is None
    assert [row.login for row in (await admin.ask(m.ListUsers())).rows] == ["Sakura01"]
    await admin.refused(Why.NOT_FOUND, m.RemoveUser(user.account))
    history = await admin.ask(m.ReadHistory())
    assert "佐倉 花子" in {row.actor_name for row in history.rows if row.kind is Kind.ACCOUNT_REGISTERED}


async def test_the_login_of_a_removed_user_is_free_again(world: World, admin: Person) -> None:
    before = await first_user(admin)
    await admin.ask(m.RemoveUser(before.account))
    after = await first_user(admin)
    assert before.account != after.account
    await world.refused(Why.WRONG_SECRET, Site.PORTAL, replace(after, password=before.password).sign_in_message)


async def test_a_forgotten_password_is_reset(world: World, admin: Person) -> None:
    user = await user_of(admin)
    first = await admin.ask(m.ResetPassword(user.account))
    await user.refused(Why.NOT_SIGNED_IN, m.OpenMenu())
    assert len(await world.letters(user.account, LetterKind.PASSWORD_RESET)) == 1
    a_minute_later(world)
    user.password = first.password
    await registered_self(await user.sign_in())
    await user.ask(m.OpenMenu())


async def test_a_reset_opens_a_lock_and_no_block(world: World, admin: Person) -> None:
    user = await user_of(admin)
    for number in range(3):
        a_minute_later(world)
        for _ in range(6):
            await world.outcome(Site.PORTAL, user.typing("wrong"))
        if number == 0:
            assert (await world.secret(user)).lock.state is LockState.LOCKED
        world.clock.move(3_600_000)
    assert (await world.secret(user)).lock.state is LockState.BLOCKED
    await admin.sign_in()
    assert (await admin.refused(Why.CONFLICT, m.ResetPassword(user.account))).text == "user.blocked"


async def test_repeated_commands_are_done_once(world: World, admin: Person) -> None:
    add = new_user(command="a" * 16)
    added = await admin.ask(add)
    assert await admin.ask(add) == added
    reset = m.ResetPassword(added.account, command="r" * 16)
    assert await admin.ask(reset) == await admin.ask(reset)
    remove = m.RemoveUser(added.account, command="x" * 16)
    assert await admin.ask(remove) == m.Nothing()
    rows = await world.core.read(lambda snapshot: accounts.scan(snapshot, "office", (admin.office,)))
    assert len(rows) == 1

# SPDX-License-Identifier: Apache-2.0
"""What an office files about its admin (R115, R228)."""

from dataclasses import replace
from typing import Any

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.devices import SeatState
from appliance.model.journal import TYPED, Kind
from appliance.model.words import AccountState, Role, Site, Step
from appliance.vault.devices.stepping import seat_of, stepped
from appliance.vault.issuing.sealed import letters_of
from appliance.vault.letters import LetterKind
from appliance.vault.records.device_tables import seats
from appliance.vault.workflow.seat import Command, Facts
from tests.appliance.vault.issuing.new_offices import caller_of
from tests.appliance.vault.people.folk import a_minute_later, first_admin, first_user, registered_self, staff_of
from tests.appliance.vault.world import Person, World


@pytest.fixture
async def hara(world: World) -> Person:
    """One of the fund's clerks."""
    return await staff_of(world, "hara", Role.FUND_CLERK)


def change_of(admin: Person, **changes: Any) -> m.ChangeAdmin:
    """What the clerk sends."""
    message = m.ChangeAdmin(admin.account, "梅田 四郎", "ウメダ シロウ", "umeda@example.jp", "管理者情報変更届")
    return replace(message, **changes)


async def test_another_admin_takes_over(world: World, admin: Person, hara: Person) -> None:
    old = await admin.request_code()
    first = await hara.ask(change_of(admin))
    await admin.refused(Why.NOT_SIGNED_IN, m.OpenMenu())
    account = await world.account(admin)
    assert (account.name, account.mail, account.state) == ("梅田 四郎", "umeda@example.jp", AccountState.FIRST)
    assert account.mail_confirmed_at == 0 and account.role is Role.OFFICE_ADMIN
    arrived = await admin.arrive()
    assert arrived.step is Step.CODE
    await world.refused(Why.WRONG_SECRET, Site.PORTAL, m.GiveCode(arrived.arrival, old))
    a_minute_later(world)
    admin.password = first.password
    await registered_self(await admin.sign_in())
    await admin.ask(m.ListUsers())


async def test_the_old_address_is_told_and_the_entry_says_why(world: World, admin: Person, hara: Person) -> None:
    await hara.ask(change_of(admin))
    [notice] = await world.letters(admin.account, LetterKind.MAIL_CHANGE_NOTICE)
    assert notice.to == "hana@example.jp"
    [entry] = await world.journal(Kind.ACCOUNT_INITIALISED)
    assert (entry.actor, entry.office, entry.personal[TYPED]) == (hara.account, admin.office, "管理者情報変更届")


async def test_an_address_that_was_mistyped_in_the_contract(world: World, hara: Person) -> None:
    admin = await first_admin(world, mail="hana@mistyped.example.jp")
    first = await hara.ask(change_of(admin, mail="hana@example.jp"))
    admin.password = first.password
    await admin.sign_in()
    assert (await world.account(admin)).mail_confirmed_at


async def test_a_wish_of_before_is_void(world: World, admin: Person, hara: Person) -> None:
    a_minute_later(world)
    await admin.ask(m.ChangeMail("thief@example.jp"))
    await hara.ask(change_of(admin))
    a_minute_later(world)
    admin.password = (await hara.ask(change_of(admin))).password
    await registered_self(await admin.sign_in())
    assert (await admin.refused(Why.CONFLICT, m.ConfirmMail("00000000"))).text == "mail.nothing_waits"


async def test_only_admins_of_offices_are_changed_so(world: World, admin: Person, hara: Person) -> None:
    user = await first_user(admin)
    for account in (user.account, hara.account, "a" * 26, ""):
        await hara.refused(Why.NOT_FOUND, change_of(admin, account=account))


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"name": ""}, "name.length"),
        ({"kana": "ウメダ"}, "kana.blank"),
        ({"mail": "umeda"}, "mail.form"),
        ({"reason": ""}, "reason.length"),
    ],
)
async def test_what_cannot_be_is_refused(admin: Person, hara: Person, changes: dict[str, Any], text: str) -> None:
    assert (await hara.refused(Why.INVALID, change_of(admin, **changes))).text == text
    await admin.ask(m.OpenMenu())


async def test_a_repeated_command_gives_the_same_first_password(admin: Person, hara: Person) -> None:
    message = change_of(admin, command="a" * 16)
    assert await hara.ask(message) == await hara.ask(message)


async def test_the_first_password_can_go_by_letter(world: World, admin: Person, hara: Person) -> None:
    assert await hara.ask(change_of(admin, by_letter=True)) == m.FirstPassword("")
    [letter] = await world.core.read(lambda snapshot: letters_of(snapshot, admin.office))
    assert letter.reissue and letter.download_key  # that of the contract, which nobody has printed yet
    a_minute_later(world)
    admin.password = letter.first_password
    await registered_self(await admin.sign_in())


async def test_the_first_pc_goes_if_so_filed(world: World, admin: Person, hara: Person) -> None:
    caller = caller_of(world)
    facts = Facts("x", 1, admin.office, 1)
    await world.core.commit(lambda txn: stepped(txn, caller, seat_of(txn, admin.office, 1), Command.FETCH, facts))
    await hara.ask(change_of(admin, new_pc=True))
    seat = await world.core.read(lambda snapshot: seats.get(snapshot, admin.office, 1))
    assert seat is not None and seat.state is SeatState.READY

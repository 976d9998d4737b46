# SPDX-License-Identifier: Apache-2.0
"""A registration is corrected, confirmed into a contract, or rejected; twice and by two clerks at once."""

import asyncio

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.intake import IntakeState
from appliance.model.journal import TYPED, Kind
from appliance.model.registration import FormRule
from appliance.vault.letters import LetterKind
from appliance.vault.people.fields import Unfit
from appliance.vault.records.device_tables import seats
from appliance.vault.records.tables import accounts, offices, secrets
from tests.appliance.vault.intake.forms import (
    CHOSEN,
    as_rokin,
    confirm,
    form,
    listed,
    name_of,
    read,
    rokin_form,
    take_in,
    took,
)
from tests.appliance.vault.world import Person, World


async def test_confirming_makes_the_contract_with_seats_and_admin(world: World, clerk: Person) -> None:
    registration = await took(clerk)
    (row,) = await confirm(clerk, registration)
    assert (row.registration, row.text, row.contract_number) == (registration, "", "123456-0000001")
    office = await world.core.read(lambda snapshot: offices.get(snapshot, row.office))
    assert office and (office.number, office.name, office.seats) == (123, "連携商事", 2)
    (admin,) = await world.core.read(lambda snapshot: accounts.scan(snapshot, "office", (row.office,)))
    assert (admin.login, admin.name, admin.kana, admin.mail) == (
        "kikinT001",
        "基金 太郎",
        "キキン　タロウ",
        "taro@office.example.jp",
    )
    assert await world.core.read(lambda snapshot: seats.get(snapshot, row.office, 2)) is not None
    found = await read(clerk, registration)
    assert (found.row.state, found.row.office, found.contract_number) == (
        IntakeState.REGISTERED,
        row.office,
        row.contract_number,
    )
    kinds = [entry.kind for entry in await world.journal(Kind.CONTRACT_ADDED, Kind.REGISTRATION_CONFIRMED)]
    assert sorted(kinds) == sorted([Kind.CONTRACT_ADDED, Kind.REGISTRATION_CONFIRMED])


async def test_a_second_confirmation_tells_what_the_first_has_made(world: World, clerk: Person) -> None:
    registration = await took(clerk)
    first = await confirm(clerk, registration)
    assert await confirm(clerk, registration) == first
    assert len(await world.journal(Kind.CONTRACT_ADDED)) == 1
    assert (await take_in(clerk, form())).state is IntakeState.REGISTERED, "the same form once more changes nothing"


async def test_two_clerks_at_once_make_one_contract(world: World, clerk: Person) -> None:
    other = await (await world.staff("other")).sign_in()
    registration = await took(clerk)
    both = await asyncio.gather(confirm(clerk, registration), confirm(other, registration))
    assert both[0] == both[1] and both[0][0].office
    assert len(await world.journal(Kind.CONTRACT_ADDED)) == 1


async def test_one_with_faults_does_not_keep_the_others(clerk: Person) -> None:
    wrong, right = await took(clerk, 1, mail="taro"), await took(clerk, 2)
    rows = await confirm(clerk, wrong, right, "a" * 26)
    assert [(row.text, bool(row.office)) for row in rows] == [
        ("registration.faults", False),
        ("", True),
        ("refused.not_found", False),
    ]


async def test_of_two_forms_of_one_office_the_second_says_what_differs(clerk: Person) -> None:
    first = await took(clerk)
    second = await took(clerk, office_name="連携物産", seats=3)
    assert [row.text for row in await confirm(clerk, first, second)] == ["", "office_number.taken"]
    found = await read(clerk, second)
    assert found.row.standing is m.OfficeStanding.OTHER and not found.row.can_be_confirmed
    assert found.differences == (
        m.RegistrationDifference("office_name", "連携商事", "連携物産"),
        m.RegistrationDifference("seats", "2", "3"),
    )


async def test_the_same_data_in_another_file_changes_nothing(clerk: Person) -> None:
    await confirm(clerk, await took(clerk))
    again = await take_in(clerk, form(), "電子連携管理者登録届(123).xlsx")
    assert (again.is_new, again.standing) == (True, m.OfficeStanding.SAME)
    assert (await read(clerk, again.registration)).differences == ()


async def test_too_many_at_once_are_refused(clerk: Person) -> None:
    ids = tuple(f"{number:026d}" for number in range(101))
    await clerk.refused(Why.INVALID, m.ConfirmRegistrations(ids))


# --- corrections --------------------------------------------------------------------------------------------------


async def test_a_correction_is_judged_and_journaled_with_who_and_what(world: World, clerk: Person) -> None:
    registration = await took(clerk, mail="taro", user_id="ｋｉｋｉｎT001")
    before = await read(clerk, registration)
    assert {one.name: one.finding.suggestion for one in before.problems} == {"mail": "", "user_id": "kikinT001"}
    values = {"mail": "taro@office.example.jp", "user_id": "kikinT001", "office_name": "連携商事"}
    await clerk.ask(m.CorrectRegistration(registration, values))
    found = await read(clerk, registration)
    assert found.problems == () and found.row.can_be_confirmed
    cells = {cell.name: cell for cell in found.cells}
    assert (cells["mail"].typed, cells["mail"].text, cells["mail"].by) == ("taro", values["mail"], "基金clerk")
    assert cells["office_name"].by == "", "what is as it was is no correction"
    (entry,) = await world.journal(Kind.REGISTRATION_CORRECTED)
    assert (entry.actor, entry.reason) == (clerk.account, "mail, user_id")
    assert entry.personal[TYPED].splitlines()[0] == "mail: taro → taro@office.example.jp"
    assert [row.text for row in await confirm(clerk, registration)] == [""]


async def test_which_of_two_numbers_is_right_is_for_the_clerk_to_say(clerk: Person) -> None:
    by_cell, by_name = (
        (await take_in(clerk, form(124), name_of(123))).registration,
        (await take_in(clerk, form(126), name_of(125))).registration,
    )
    found = await read(clerk, by_cell)
    assert [(one.name, one.finding.rule) for one in found.problems] == [("office_number", FormRule.FILE_NAME_OTHER)]
    assert found.right_name == name_of(124)
    await clerk.ask(m.CorrectRegistration(by_cell, {"file_name": found.right_name}))
    await clerk.ask(m.CorrectRegistration(by_name, {"office_number": "125"}))
    rows = {row.id: row for row in await listed(clerk)}
    assert {rows[by_cell].office_number, rows[by_name].office_number} == {124, 125}
    assert all(row.can_be_confirmed for row in rows.values())


@pytest.mark.parametrize("values", [{"nothing": "x"}, {"mail": "x" * 301}])
async def test_what_no_page_sends_is_refused(clerk: Person, values: dict[str, str]) -> None:
    await clerk.refused(Why.INVALID, m.CorrectRegistration(await took(clerk), values))


async def test_nothing_corrected_leaves_no_entry(world: World, clerk: Person) -> None:
    await clerk.ask(m.CorrectRegistration(await took(clerk), {"mail": " taro@office.example.jp "}))
    assert await world.journal(Kind.REGISTRATION_CORRECTED) == []


async def test_what_is_settled_is_not_corrected_and_not_rejected(clerk: Person) -> None:
    registration = await took(clerk)
    await confirm(clerk, registration)
    refused = await clerk.refused(Why.CONFLICT, m.CorrectRegistration(registration, {"mail": "x@example.jp"}))
    assert refused.text == "registration.registered"
    await clerk.refused(Why.CONFLICT, m.RejectRegistration(registration, "二重"))


async def test_four_seats_need_the_funds_reason(world: World, clerk: Person) -> None:
    registration = await took(clerk, seats=4)
    assert (await read(clerk, registration)).seats_asked == 4, "never cut (T8)"
    assert [row.text for row in await confirm(clerk, registration)] == ["registration.faults"]
    (row,) = await confirm(clerk, registration, more_seats="支店が三つある")
    office = await world.core.read(lambda snapshot: offices.get(snapshot, row.office))
    assert office and office.seats == 4


async def test_a_reason_for_seats_helps_nothing_else(clerk: Person) -> None:
    registration = await took(clerk, seats=4, mail="taro")
    assert [row.text for row in await confirm(clerk, registration, more_seats="支店")] == ["registration.faults"]


# --- rejected -----------------------------------------------------------------------------------------------------


async def test_a_rejected_one_is_over_and_may_come_again(world: World, clerk: Person) -> None:
    registration = await took(clerk)
    await clerk.ask(m.RejectRegistration(registration, "二重に届いた"))
    found = await read(clerk, registration)
    assert (found.row.state, found.reason, found.by) == (IntakeState.REJECTED, "二重に届いた", "基金clerk")
    assert [row.text for row in await confirm(clerk, registration)] == ["registration.rejected"]
    assert (await take_in(clerk, form())).is_new
    assert await world.letters(registration, LetterKind.REGISTRATION_REJECTED) == []


async def test_the_office_is_told_why_by_mail(world: World, clerk: Person) -> None:
    registration = await took(clerk)
    await clerk.ask(m.RejectRegistration(registration, "番号が違います", tell=True))
    (letter,) = await world.letters(registration, LetterKind.REGISTRATION_REJECTED)
    assert (letter.to, letter.fields["reason"]) == ("taro@office.example.jp", "番号が違います")


async def test_without_an_address_nobody_is_told_and_nothing_happens(clerk: Person) -> None:
    registration = await took(clerk, mail="taro")
    refused = await clerk.refused(Why.CONFLICT, m.RejectRegistration(registration, "x", tell=True))
    assert refused.text == "registration.no_mail"
    assert (await read(clerk, registration)).row.state is IntakeState.WAITING


async def test_no_reason_is_none(clerk: Person) -> None:
    refused = await clerk.refused(Why.INVALID, m.RejectRegistration(await took(clerk), "  "))
    assert isinstance(refused, Unfit)


# --- ろうきん ------------------------------------------------------------------------------------------


async def test_a_first_password_is_taken_in_and_never_made(world: World, clerk: Person) -> None:
    await as_rokin(world)
    taken = await take_in(clerk, rokin_form())
    found = await read(clerk, taken.registration)
    assert (found.problems, found.first_password) == ((), 8)
    (row,) = await confirm(clerk, taken.registration)
    (admin,) = await world.core.read(lambda snapshot: accounts.scan(snapshot, "office", (row.office,)))
    secret = await world.core.read(lambda snapshot: secrets.get(snapshot, admin.id))
    assert secret and secret.verifier == world.core.passwords.first(CHOSEN)


async def test_without_one_nothing_is_confirmed(world: World, clerk: Person) -> None:
    await as_rokin(world)
    found = await read(clerk, await took(clerk))
    assert [(one.name, one.finding.rule) for one in found.problems] == [
        ("first_password", FormRule.FIRST_PASSWORD_EMPTY)
    ]


async def test_it_never_stands_in_a_page_or_the_journal(world: World, clerk: Person) -> None:
    await as_rokin(world)
    taken = await take_in(clerk, rokin_form(password="abc"))
    found = await read(clerk, taken.registration)
    assert [one.finding.rule for one in found.problems] == [FormRule.FIRST_PASSWORD]
    assert "abc" not in [one.finding.given for one in found.problems]

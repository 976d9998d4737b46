# SPDX-License-Identifier: Apache-2.0
"""Forms come in as files: read in the worker, kept once, and nothing is created of them."""

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.intake import IntakeSource, IntakeState
from appliance.model.journal import Kind, Result
from appliance.model.problems import Rule
from appliance.model.registration import FormRule
from appliance.model.words import Role
from appliance.vault.intake.taking_in import MOST
from tests.appliance.model.test_registration import HEADINGS
from tests.appliance.vault.doorman.books import book_of
from tests.appliance.vault.doorman.making import PASSWORD, plain_zip
from tests.appliance.vault.intake.forms import form, listed, name_of, packed, read, row_of, take_in, took
from tests.appliance.vault.world import Person, World


async def test_a_zip_becomes_a_registration_that_waits_and_nothing_else(world: World, clerk: Person) -> None:
    taken = await take_in(clerk, packed(), "mail.zip")
    assert taken == m.RegistrationTaken(taken.registration, IntakeState.WAITING, True, 0)
    (row,) = await listed(clerk)
    assert (row.id, row.office_number, row.office_name, row.source) == (
        taken.registration,
        123,
        "連携商事",
        IntakeSource.FILE,
    )
    assert row.file_name == name_of() and row.can_be_confirmed
    assert (await clerk.ask(m.ListOffices())).rows == (), "nothing is created until somebody confirms"


async def test_neither_the_file_nor_its_password_is_kept(world: World, clerk: Person) -> None:
    await take_in(clerk, packed(), "mail.zip")
    (entry,) = await world.journal(Kind.REGISTRATION_TAKEN_IN)
    assert entry.personal["file_name"] == name_of() and len(entry.sha256) == 64
    kept = b"".join((await world.rows()).values())
    assert PASSWORD.encode() not in kept and "連携商事".encode() not in kept


async def test_the_same_form_twice_is_one_registration(world: World, clerk: Person) -> None:
    first = await take_in(clerk, form())
    again = await take_in(clerk, packed(), "another name.zip")
    assert (again.registration, again.is_new) == (first.registration, False)
    assert len(await listed(clerk)) == 1
    assert len(await world.journal(Kind.REGISTRATION_TAKEN_IN)) == 1


async def test_a_form_with_faults_waits_as_well(clerk: Person) -> None:
    taken = await take_in(clerk, form(mail="taro", seats=4))
    assert (taken.faults, bool(taken.registration)) == (2, True)
    assert not (await listed(clerk))[0].can_be_confirmed


@pytest.mark.parametrize(
    ("content", "name", "password", "rule"),
    [
        (b"no workbook", name_of(), "", Rule.XLSX_NONE),
        (form(), "form.xls", "", Rule.CONTENT_FORMAT),
        (form(), "form.xlsm", "", Rule.CONTENT_FORMAT),
        (packed(), "mail.zip", "another", Rule.PASSWORD),
        (packed(), "mail.zip", "", Rule.PASSWORD),
        (plain_zip({name_of(): form()}), "mail.zip", "", Rule.ZIP_ENCRYPTION),
    ],
)
async def test_what_cannot_be_read_is_told_and_not_kept(
    world: World, clerk: Person, content: bytes, name: str, password: str, rule: Rule
) -> None:
    taken = await take_in(clerk, content, name, password)
    assert (taken.registration, [one.rule for one in taken.problems]) == ("", [rule])
    assert await listed(clerk) == []
    (entry,) = await world.journal(Kind.REGISTRATION_TAKEN_IN)
    assert (entry.result, entry.reason) == (Result.REFUSED, rule.value)


async def test_a_sheet_without_the_headings_is_no_form(clerk: Person) -> None:
    taken = await take_in(clerk, book_of([("氏名", "番号"), row_of()]))
    assert (taken.registration, [one.rule for one in taken.findings]) == ("", [FormRule.HEADINGS])


async def test_an_empty_second_row_says_where_something_stands(clerk: Person) -> None:
    taken = await take_in(clerk, book_of([HEADINGS, (), row_of()]))
    assert [(one.rule, one.suggestion) for one in taken.findings] == [(FormRule.ROW_NONE, "A3")]


async def test_another_order_of_columns_is_read_and_told_at_the_right_cells(clerk: Person) -> None:
    order = [7, 0, 1, 2, 3, 4, 5, 6]
    headings, row = [HEADINGS[at] for at in order], [row_of(mail="taro")[at] for at in order]
    taken = await take_in(clerk, book_of([headings, row]))
    found = await read(clerk, taken.registration)
    assert [(one.name, one.finding.cell) for one in found.problems] == [("mail", "F2")]
    assert [one.finding.rule for one in found.notices] == [FormRule.HEADINGS_MOVED]
    assert {one.name: one.at for one in found.cells}["seats"] == "A2"


@pytest.mark.parametrize("size", [0, MOST + 1])
async def test_what_is_too_large_is_refused_before_a_byte(clerk: Person, size: int) -> None:
    await clerk.refused(Why.TOO_LARGE, m.TakeInRegistration(name_of(), size))


@pytest.mark.parametrize("size", [10, 100_000])
async def test_what_is_not_as_long_as_was_said_is_refused(clerk: Person, size: int) -> None:
    from tests.appliance.vault.intake.forms import streamed

    message = m.TakeInRegistration(name_of(), size)
    why = Why.TOO_LARGE if size == 10 else Why.INVALID
    await clerk.refused(why, message, stream=streamed(form()))
    assert await listed(clerk) == []


async def test_a_path_in_the_name_is_no_path(clerk: Person) -> None:
    taken = await take_in(clerk, form(), f"C:\\mail\\{name_of()}")
    assert (await read(clerk, taken.registration)).row.file_name == name_of()


async def test_a_restart_loses_nothing_of_what_was_taken_in(world: World, clerk: Person) -> None:
    registration = await took(clerk)
    await world.restart()
    again = await take_in(clerk, form())
    assert (again.registration, again.is_new) == (registration, False)


async def test_the_desk_looks_and_takes_nothing_in(world: World, clerk: Person) -> None:
    desk = await (await world.staff("desk", Role.FUND_DESK)).sign_in()
    assert await listed(desk) == []

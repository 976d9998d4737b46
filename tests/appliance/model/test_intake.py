# SPDX-License-Identifier: Apache-2.0
"""A form on its way in: what was typed is kept, corrected beside it, and judged at its own cells."""

import pytest

from appliance.model.intake import (
    CORRECTABLE,
    FILE_NAME,
    LONGEST,
    SERVICE_DAYS,
    Correction,
    Intake,
    IntakeSource,
    TypedForm,
    amended,
    asked_seats,
    field_of,
    first_password_of,
    first_password_wrong,
    form_of,
    judged_form,
    only_seats,
    read_form,
    right_file_name,
)
from appliance.model.registration import Field, Finding, FormRule
from appliance.model.sheets import Cell, CellKind
from appliance.model.time import DAY
from appliance.model.words import PasswordProfile
from tests.appliance.model.test_registration import HEADINGS, NAME, NOTES, RIGHT, sheet

BY, AT = "a" * 26, 1_000


def form(name: str = NAME, /, **changed: str | Cell) -> TypedForm:
    """The right form with some of its cells changed."""
    row = tuple(changed.get(field.value, cell) for field, cell in zip(Field, RIGHT, strict=True))
    found, _judged = read_form(name, sheet(HEADINGS, row, *NOTES))
    assert found is not None
    return found


def rules(found: TypedForm, profile: PasswordProfile = PasswordProfile.ERENKEI) -> list[tuple[str, FormRule]]:
    """What is wrong, and where."""
    return [(one.cell, one.rule) for one in judged_form(found, profile).problems]


def test_a_form_is_judged_as_its_file_was() -> None:
    for changed in ({}, {"mail": "x"}, {"seats": "4"}, {"name_kana": "ｷｷﾝ ﾀﾛｳ"}, {"office_number": "124"}):
        row = tuple(changed.get(field.value, cell) for field, cell in zip(Field, RIGHT, strict=True))
        found, judged = read_form(NAME, sheet(HEADINGS, row, *NOTES))
        assert found is not None and judged_form(found) == judged, changed


def test_the_kind_of_a_cell_is_kept() -> None:
    found = form(entered_on=Cell("=TODAY()", CellKind.FORMULA), seats=Cell("2", CellKind.NUMBER))
    assert rules(found) == [("A2", FormRule.FORMULA)]


@pytest.mark.parametrize("rows", [[], [HEADINGS], [("a", "b"), RIGHT]])
def test_what_is_no_form_is_none(rows: list[tuple[str, ...]]) -> None:
    found, judged = read_form(NAME, sheet(*rows))
    assert found is None and judged.problems


def test_what_is_told_of_the_whole_form_stays() -> None:
    found, _judged = read_form(NAME, sheet(HEADINGS, RIGHT, RIGHT))
    assert found is not None and rules(found) == [("A3", FormRule.ROW_MORE)]


def test_a_moved_column_is_told_at_its_own_cell() -> None:
    found, _judged = read_form(NAME, sheet(HEADINGS[::-1], ("2", "連携商事", "kikinT001", "x", *RIGHT[3::-1])))
    assert found is not None
    assert rules(found) == [("D2", FormRule.MAIL)]
    assert [one.rule for one in judged_form(found).notices] == [FormRule.HEADINGS_MOVED]
    [problem] = judged_form(found).problems
    assert field_of(found, problem) == "mail"


def test_a_long_text_is_cut_where_no_rule_would_look() -> None:
    assert len(form(mail="x" * 999).cells[Field.MAIL].cell.text) == LONGEST


def test_the_last_correction_of_a_field_counts() -> None:
    found = form(mail="x", seats="9")
    corrections = [
        Correction("mail", "y", BY, AT),
        Correction("mail", "taro@example.jp", BY, AT),
        Correction("seats", "3", BY, AT),
    ]
    better = amended(found, corrections)
    assert rules(better) == [] and found.cells[Field.MAIL].cell.text == "x"
    assert better.cells[Field.MAIL].at == "E2"


def test_a_file_can_get_another_name() -> None:
    found = form("電子連携管理者登録届(000124).xlsx")
    [problem] = judged_form(found).problems
    assert (problem.rule, field_of(found, problem)) == (FormRule.FILE_NAME_OTHER, "office_number")
    row = judged_form(found).rows[0]
    better = amended(found, [Correction(FILE_NAME, right_file_name(row, found.file_name), BY, AT)])
    assert better.file_name == NAME and judged_form(better).problems == judged_form(better).notices == ()


def test_every_field_of_the_form_and_its_name_can_be_corrected() -> None:
    assert {*Field, FILE_NAME} == CORRECTABLE


def test_what_was_no_file_has_no_name_to_find_fault_with() -> None:
    found = form_of(dict(zip(Field, RIGHT, strict=True)))
    assert judged_form(found).problems == judged_form(found).notices == ()
    wrong = form_of({**dict(zip(Field, RIGHT, strict=True)), Field.MAIL: "x"})
    [problem] = judged_form(wrong).problems
    assert field_of(wrong, problem) == "mail"


def test_a_field_that_is_missing_is_empty() -> None:
    found = form_of({Field.MAIL: "taro@example.jp"})
    assert rules(found) == [(name.value, FormRule.EMPTY) for name in Field if name is not Field.MAIL]
    assert [rule for _cell, rule in rules(form_of({}))] == [FormRule.ROW_NONE]


def test_more_than_three_seats_are_known_as_such() -> None:
    found = form(seats="５台")
    assert asked_seats(found) == 5 and only_seats(judged_form(found).problems)
    assert not only_seats(judged_form(form(seats="5", mail="x")).problems)
    assert not only_seats(())
    assert asked_seats(form(seats="many")) == 0


@pytest.mark.parametrize(
    ("chosen", "entered_on", "kept", "wrong"),
    [
        ("Ab3!Ab3!", "2026/1/5", "Ab3!Ab3!", None),
        ("Ａｂ３！Ab3!", "2026/1/5", "Ab3!Ab3!", None),
        ("ROKYo1", "2024/5/2", "ROKYo1r@", None),
        ("ROKYO1", "2024/5/2", "ROKYO1r@", None),
        ("ROKYO1", "2024/5/3", "ROKYO1", FormRule.FIRST_PASSWORD),
        ("ROKYO1", "no day", "ROKYO1", FormRule.FIRST_PASSWORD),
        ("Ab3!Ab3", "2026/1/5", "Ab3!Ab3", FormRule.FIRST_PASSWORD),
        ("Ab3Ab3Ab", "2026/1/5", "Ab3Ab3Ab", FormRule.FIRST_PASSWORD),
        (" ", "2026/1/5", "", FormRule.FIRST_PASSWORD_EMPTY),
    ],
)
def test_a_first_password_is_the_offices_own(
    chosen: str, entered_on: str, kept: str, wrong: FormRule | None
) -> None:
    """R311, R312: six signs, filed until 2024-05-02, have two more."""
    found = form_of({**dict(zip(Field, RIGHT, strict=True)), Field.ENTERED_ON: entered_on}, chosen)
    assert (first_password_of(found), first_password_wrong(found)) == (kept, wrong)


def test_it_is_asked_for_where_offices_choose_it_and_nowhere_else() -> None:
    assert rules(form()) == []
    [problem] = judged_form(form(), PasswordProfile.ROKIN).problems
    assert problem == Finding("first_password", FormRule.FIRST_PASSWORD_EMPTY)
    assert field_of(form(), problem) == "first_password"


def test_it_stands_below_its_heading() -> None:
    found, _judged = read_form(NAME, sheet((*HEADINGS, "初期 パスワード"), (*RIGHT, "Ab3!Ab3!")))
    assert found is not None and found.first_password == "Ab3!Ab3!"
    assert "Ab3!" not in repr(found)


def test_a_letter_is_due_in_three_weeks() -> None:
    intake = Intake("i", IntakeSource.FILE, form(), b"", 5 * DAY, BY)
    assert intake.due_at == (5 + SERVICE_DAYS) * DAY
    assert intake.amended == intake.form

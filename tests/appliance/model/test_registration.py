# SPDX-License-Identifier: Apache-2.0
"""The registration form: every rule of R220 to R224, with the vectors T6 to T10."""

import datetime as dt
from dataclasses import astuple

import pytest

from appliance.model.registration import Field, FormJudged, FormRule, Registration, judge_registration
from appliance.model.sheets import Cell, CellKind, Sheet

HEADINGS = (
    "入力日",
    "事業所番号",
    "氏名1(漢字)",
    "氏名1(カナ)",
    "メールアドレス1",
    "ユーザーID",
    "事業所名(※顧客入力)",
    "電子連携サービス 利用予定台数",
)
RIGHT = ("2024/5/26", "123", "基金 太郎", "キキン　タロウ", "taro@office.example.jp", "kikinT001", "連携商事", "2")
NOTES = (
    (),
    (),
    (),
    ("", "", "", "全角カナ50文字。", "", "8文字～15文字", "", "最大3台(超える場合は要相談)"),
    ("", "", "", "姓名の間にスペースを入れてください。", "", "半角英数字"),
    ("", "", "", "", "", "大文字小文字判別"),
)
NAME = "電子連携管理者登録届(000123).xlsx"
ENTERED = dt.date(2024, 5, 26)
READ = Registration(
    123, "基金 太郎", "キキン　タロウ", "taro@office.example.jp", "kikinT001", "連携商事", 2, ENTERED
)

Row = tuple[str | Cell, ...]


def sheet(*rows: Row) -> Sheet:
    """A sheet of these rows; what is no cell is text."""
    return Sheet(tuple(tuple(one if isinstance(one, Cell) else Cell(one) for one in row) for row in rows))


def judged(name: str = NAME, /, **changed: str | Cell) -> FormJudged:
    """The right form with some of its cells changed."""
    row = tuple(changed.get(field.value, cell) for field, cell in zip(Field, RIGHT, strict=True))
    return judge_registration(name, sheet(HEADINGS, row, *NOTES))


def column(field: str) -> str:
    """The cell of row 2."""
    return f"{'ABCDEFGH'[list(Field).index(Field(field))]}2"


def test_a_right_form_is_read_and_nothing_is_told() -> None:
    assert judged() == FormJudged((READ,), (), ()), "one registration, whatever stands in rows 6 to 8 (T10)"


@pytest.mark.parametrize(
    ("field", "typed", "value", "usual"),
    [
        ("entered_on", "2024/05/26", ENTERED, None),
        ("entered_on", Cell("2024-05-26", CellKind.DATE), ENTERED, None),
        ("entered_on", Cell("45438", CellKind.NUMBER), ENTERED, "2024/5/26"),
        ("entered_on", "令和6年5月26日", ENTERED, "2024/5/26"),
        ("entered_on", "R6.5.26", ENTERED, "2024/5/26"),
        ("entered_on", "２０２４／５／２６", ENTERED, "2024/5/26"),
        ("office_number", "000123", 123, None),
        ("office_number", Cell("123", CellKind.NUMBER), 123, None),
        ("office_number", Cell("123.0", CellKind.NUMBER), 123, None),
        ("office_number", "１２３", 123, "123"),
        ("name_kana", "キキン タロウ", "キキン　タロウ", None),
        ("name_kana", "ｷｷﾝ ﾀﾛｳ", "キキン　タロウ", "キキン　タロウ"),
        ("name_kana", "ききん たろう", "キキン　タロウ", "キキン　タロウ"),
        ("mail", "ｔａｒｏ@office.example.jp", "taro@office.example.jp", "taro@office.example.jp"),
        ("mail", " taro@office.example.jp\u3000", "taro@office.example.jp", None),
        ("user_id", "KIKINT001", "KIKINT001", None),
        ("seats", "３", 3, "3"),
        ("seats", "2台", 2, "2"),
        ("seats", Cell("1.0", CellKind.NUMBER), 1, None),
        ("name_kanji", "  髙﨑 一郎 ", "髙﨑 一郎", None),
        ("office_name", "㈱連携商事", "㈱連携商事", None),
    ],
)
def test_what_can_only_mean_one_thing_is_read_and_told(
    field: str, typed: str | Cell, value: object, usual: str | None
) -> None:
    given = judged(**{field: typed})
    assert (given.problems, getattr(given.rows[0], field)) == ((), value)
    told = [(one.cell, one.rule, one.suggestion) for one in given.notices]
    assert told == ([] if usual is None else [(column(field), FormRule.CONVERTED, usual)])


@pytest.mark.parametrize(
    ("field", "typed", "rule", "suggestion"),
    [
        ("entered_on", "2024/2/30", FormRule.DAY, ""),
        ("entered_on", "きのう", FormRule.DAY, ""),
        ("entered_on", "24/5/26", FormRule.DAY, ""),
        ("entered_on", Cell("999999", CellKind.NUMBER), FormRule.DAY, ""),
        ("office_number", "0", FormRule.OFFICE_NUMBER, ""),
        ("office_number", "1000000", FormRule.OFFICE_NUMBER, ""),
        ("office_number", "12.5", FormRule.OFFICE_NUMBER, ""),
        ("office_number", "A123", FormRule.OFFICE_NUMBER, ""),
        ("office_number", "0124", FormRule.FILE_NAME_OTHER, "123"),
        ("name_kanji", "基" * 51, FormRule.NAME_LENGTH, ""),
        ("name_kana", "キキンタロウ", FormRule.KANA_BLANK, ""),
        ("name_kana", "基金 タロウ", FormRule.KANA_SIGNS, ""),
        ("name_kana", "キ" * 25 + " " + "タ" * 25, FormRule.KANA_LENGTH, ""),
        ("mail", "taro.office.example.jp", FormRule.MAIL, ""),
        ("mail", "太郎@office.example.jp", FormRule.MAIL, ""),
        ("user_id", "kikinT1", FormRule.USER_ID, ""),
        ("user_id", "kikinT0012345678", FormRule.USER_ID, ""),
        ("user_id", "kikin_T01", FormRule.USER_ID, ""),
        ("user_id", "ｋｉｋｉｎＴ００１", FormRule.USER_ID_WIDTH, "kikinT001"),
        ("office_name", "連" * 101, FormRule.NAME_LENGTH, ""),
        ("seats", "4", FormRule.SEATS_CONSULT, ""),
        ("seats", "0", FormRule.SEATS, ""),
        ("seats", "1.5", FormRule.SEATS, ""),
        ("seats", "二", FormRule.SEATS, ""),
        *((field.value, " \u3000", FormRule.EMPTY, "") for field in Field),
        *((field.value, Cell("=A1", CellKind.FORMULA), FormRule.FORMULA, "") for field in Field),
        *((field.value, Cell("#N/A", CellKind.ERROR), FormRule.ERROR, "") for field in Field),
        *((field.value, Cell("", CellKind.MERGED), FormRule.MERGED, "") for field in Field),
    ],
)
def test_what_cannot_be_is_a_problem_at_its_cell(
    field: str, typed: str | Cell, rule: FormRule, suggestion: str
) -> None:
    (problem,) = judged(**{field: typed}).problems
    assert (problem.cell, problem.rule, problem.suggestion) == (column(field), rule, suggestion)


def test_a_problem_in_one_cell_hides_none_in_another() -> None:
    given = judged(name_kana="キキンタロウ", seats="9", mail="x")
    assert [one.cell for one in given.problems] == ["D2", "E2", "H2"]
    (row,) = given.rows
    assert (row.name_kana, row.seats, row.mail, row.user_id) == (None, None, None, "kikinT001")


@pytest.mark.parametrize(
    ("name", "number", "proper"),
    [
        ("電子連携管理者登録届(123).xlsx", "123", NAME),
        ("電子連携管理者登録届（000123）.xlsx", "123", NAME),
        ("登録届.csv", "123", "電子連携管理者登録届(000123).csv"),
        ("電子連携管理者登録届(000123) (1).xlsx", "123", NAME),
    ],
)
def test_another_name_of_the_file_is_told_with_the_right_one(name: str, number: str, proper: str) -> None:
    given = judged(name, office_number=number)
    assert (given.problems, [(one.rule, one.suggestion) for one in given.notices]) == (
        (),
        [(FormRule.FILE_NAME, proper)],
    )


@pytest.mark.parametrize("name", [NAME, "電子連携管理者登録届(000123).csv"])
def test_the_right_name_is_not_told(name: str) -> None:
    assert judged(name).notices == ()


def test_rare_signs_are_kept_and_told() -> None:
    given = judged(name_kanji="𠮷田 太郎")
    assert given.rows[0].name_kanji == "𠮷田 太郎"
    assert [(one.cell, one.rule) for one in given.notices] == [("C2", FormRule.NAME_SIGNS)]


def test_columns_in_another_order_are_read_by_their_headings() -> None:
    given = judge_registration(NAME, sheet(HEADINGS[::-1], RIGHT[::-1]))
    assert (given.rows, given.problems) == ((READ,), ())
    assert [one.rule for one in given.notices] == [FormRule.HEADINGS_MOVED]


def test_a_problem_names_the_cell_where_it_stands() -> None:
    row = (*RIGHT[:7], "9")
    (problem,) = judge_registration(NAME, sheet(HEADINGS[::-1], row[::-1])).problems
    assert (problem.cell, problem.rule) == ("A2", FormRule.SEATS_CONSULT)


@pytest.mark.parametrize("headings", [(), HEADINGS[:7], ("", *RIGHT[1:]), ("入力日",) * 8])
def test_without_headings_nothing_is_read(headings: tuple[str, ...]) -> None:
    given = judge_registration(NAME, sheet(headings, RIGHT))
    assert (given.rows, [one.rule for one in given.problems]) == ((), [FormRule.HEADINGS])


@pytest.mark.parametrize(
    "headings", [tuple(f" {one}\n" for one in HEADINGS), tuple(one.replace("カナ", "ｶﾅ") for one in HEADINGS)]
)
def test_headings_may_be_written_otherwise(headings: tuple[str, ...]) -> None:
    assert judge_registration(NAME, sheet(headings, RIGHT)) == FormJudged((READ,), (), ())


def test_a_second_registration_is_a_problem() -> None:
    given = judge_registration(NAME, sheet(HEADINGS, RIGHT, RIGHT))
    assert [(one.cell, one.rule) for one in given.problems] == [("A3", FormRule.ROW_MORE)]
    assert len(given.rows) == 1


@pytest.mark.parametrize("below", [(RIGHT[:4],), ((), RIGHT), (("入力例", *RIGHT[1:]),)])
def test_what_stands_below_is_no_registration(below: tuple[Row, ...]) -> None:
    assert judge_registration(NAME, sheet(HEADINGS, RIGHT, *below)) == FormJudged((READ,), (), ())


@pytest.mark.parametrize(("below", "suggestion"), [((), ""), ((RIGHT,), "A3")])
def test_an_empty_row_2_is_told_with_where_it_stands_instead(below: tuple[Row, ...], suggestion: str) -> None:
    given = judge_registration(NAME, sheet(HEADINGS, ("", "　"), *below))
    assert given.rows == ()
    assert [(one.cell, one.rule, one.suggestion) for one in given.problems] == [
        ("A2", FormRule.ROW_NONE, suggestion)
    ]


def test_a_very_long_cell_costs_nothing() -> None:
    given = judged(user_id="\u0fb2" * 1_000_000, name_kanji="か\u3099" * 500_000)
    assert [one.rule for one in given.problems] == [FormRule.NAME_LENGTH, FormRule.USER_ID]
    assert all(len(one.given) <= 300 for one in given.problems)


def test_a_registration_has_a_value_for_each_field() -> None:
    assert len(astuple(READ)) == len(Field)

# SPDX-License-Identifier: Apache-2.0
"""Who is meant by what was chosen or typed, and the guard against the wrong office."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.link.messages import OfficeRow
from appliance.web.console.recipients import Recipients, as_numbers, by_numbers, chosen, other_office


def offices(*numbers: int) -> list[OfficeRow]:
    """With these numbers; the number is the id as well."""
    return [OfficeRow(str(number), number, f"1234567-{number:08d}", f"事業所{number}") for number in numbers]


SOME = offices(12, 345, 1001, 1002, 1003, 2026, 123456)


def numbers(recipients: Recipients) -> list[int]:
    """Of the offices."""
    return [row.number for row in recipients.rows]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12", [12]),
        ("0012", [12]),
        ("12, 345", [12, 345]),
        ("１２、３４５", [12, 345]),
        ("12\r\n345\t1001;1002", [12, 345, 1001, 1002]),
        ("1001-1003", [1001, 1002, 1003]),
        ("1001～1003", [1001, 1002, 1003]),
        ("1001ー1003", [1001, 1002, 1003]),
        ("1003 1003 1001", [1001, 1003]),
        ("1-999999", [12, 345, 1001, 1002, 1003, 2026, 123456]),
        (" , \u3000", []),
        ("", []),
    ],
)
def test_numbers_are_read_as_people_type_them(typed: str, meant: list[int]) -> None:
    found = by_numbers(typed, SOME)
    assert (numbers(found), found.unknown) == (meant, ())


@pytest.mark.parametrize("typed", ["13", "x", "12a", "1003-1001", "400-1000", "1234567", "12-", "-12", "1e3", "٣"])
def test_what_names_nobody_is_told(typed: str) -> None:
    found = by_numbers(f"12, {typed}, 345", SOME)
    assert numbers(found) == [12, 345] and len(found.unknown) == 1


def test_a_long_text_is_told_in_short() -> None:
    assert by_numbers("x" * 60_000, SOME).unknown == ("x" * 40,)


@pytest.mark.parametrize(
    ("fields", "meant"),
    [
        ({"office": "345"}, [345]),
        ({"to": "one", "office": "345", "numbers": "12"}, [345]),
        ({"to": "one", "office": "999"}, []),
        ({"to": "several", "office": "345", "numbers": "12"}, [12]),
        ({"to": "all", "numbers": "12"}, [12, 345, 1001, 1002, 1003, 2026, 123456]),
        ({"to": "nobody", "office": "345"}, []),
        ({}, []),
    ],
)
def test_only_the_chosen_way_counts(fields: dict[str, str], meant: list[int]) -> None:
    assert numbers(chosen(fields, SOME)) == meant


@given(st.sets(st.integers(1, 999_999), max_size=60))
def test_what_is_left_is_read_again_as_the_same(left: set[int]) -> None:
    rows = offices(*sorted(left))
    found = by_numbers(as_numbers(rows), rows)
    assert (found.rows, found.unknown) == (tuple(rows), ())


def test_a_run_of_numbers_is_short() -> None:
    assert as_numbers(offices(1, 2, 3, 7, 9, 10)) == "1-3, 7, 9-10"


@pytest.mark.parametrize(
    ("file_name", "doubt"),
    [
        ("20260610_0345_納入告知.pdf", "0345"),
        ("納入告知_０３４５.pdf", "0345"),
        ("0345.pdf", "0345"),
        ("0345_x.pdf", "0345"),
        ("x (0345).pdf", "0345"),
        ("x_0099_y.pdf", "0099"),
        ("x_123456_y.csv", "123456"),
        ("x_2026_y.pdf", "2026"),
        # What bears its own number, no number, or none of an office, raises no question.
        ("20260610_0012_納入告知.pdf", ""),
        ("0012_0345.pdf", ""),
        ("納入告知金額通知書_2026年5月.pdf", ""),
        ("20260610.pdf", ""),
        ("x_2025_y.pdf", ""),
        ("x_202605.pdf", ""),
        ("x345.pdf", ""),
        ("a0345b.pdf", ""),
        ("", ""),
    ],
)
def test_a_number_of_another_office_in_the_name_raises_a_question(file_name: str, doubt: str) -> None:
    assert other_office(file_name, Recipients(tuple(offices(12))), SOME) == doubt


def test_a_year_that_nobody_has_as_number_is_a_year() -> None:
    assert other_office("x_2026_y.pdf", Recipients(tuple(offices(12))), offices(12, 345)) == ""


def test_with_several_offices_any_number_raises_it() -> None:
    assert other_office("x_0012_y.pdf", Recipients(tuple(offices(12, 345))), SOME) == "0012"
    assert other_office("x.pdf", Recipients(tuple(offices(12, 345))), SOME) == ""


@given(st.text(max_size=300))
def test_any_name_is_looked_at_without_a_fault(name: str) -> None:
    assert other_office(name, Recipients(tuple(offices(12))), SOME) != "0012"


def test_words_for_a_sentence() -> None:
    assert Recipients(tuple(offices(12))).words == "「0012 事業所12」"
    assert Recipients(tuple(offices(12, 345))).words == "2 件の事業所"

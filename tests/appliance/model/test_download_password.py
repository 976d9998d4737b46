# SPDX-License-Identifier: Apache-2.0
"""The month password: vectors T1 to T3."""

import datetime as dt

import pytest

from appliance.model.download_password import Month, Typed, length_of, parted
from appliance.model.time import JST, instant

LAST_SECOND = instant(dt.datetime(2025, 6, 30, 23, 59, 59, tzinfo=JST))
JULY = LAST_SECOND + 1_000
KEY = "eSUqeg24"


@pytest.mark.parametrize(
    ("typed", "now", "month"),
    [
        ("202506", LAST_SECOND, Month.NOW),
        ("202507", LAST_SECOND, Month.NEXT),
        ("202505", LAST_SECOND, Month.LAST),
        ("202506", JULY, Month.LAST),
        ("202507", JULY, Month.NOW),
        ("202507", instant(dt.datetime(2025, 6, 30, 15, 0, tzinfo=dt.UTC)), Month.NOW),
        ("202501", instant(dt.datetime(2024, 12, 31, 23, 59, tzinfo=JST)), Month.NEXT),
        ("202412", instant(dt.datetime(2025, 1, 1, tzinfo=JST)), Month.LAST),
        ("202502", instant(dt.datetime(2025, 1, 31, tzinfo=JST)), Month.NEXT),
        ("202403", instant(dt.datetime(2024, 2, 29, tzinfo=JST)), Month.NEXT),
        ("202406", LAST_SECOND, Month.OTHER),
        ("250630", LAST_SECOND, Month.OTHER),
    ],
)
def test_the_month_is_that_of_japan_to_the_second(typed: str, now: int, month: Month) -> None:
    assert parted(typed + KEY, now) == Typed(month, KEY)


@pytest.mark.parametrize(
    "typed",
    [
        "202506eSUqeg24",
        "２０２５０６ｅＳＵｑｅｇ２４",
        " 202506eSUqeg24\u3000",
        "202506 eSUq eg24",
        "\ufeff202506eSUqeg24",
    ],
)
def test_width_and_blanks_change_nothing(typed: str) -> None:
    assert (length_of(typed), parted(typed, LAST_SECOND)) == (14, Typed(Month.NOW, KEY))


@pytest.mark.parametrize(
    ("typed", "length"), [("202506eSUqeg2", 13), ("202506eSUqeg244", 15), ("", 0), ("x" * 10**6, 64)]
)
def test_the_length_is_known_before_anything_is_looked_up(typed: str, length: int) -> None:
    assert length_of(typed) == length


@pytest.mark.parametrize(("key", "has"), [(KEY, False), *((f"eSUqeg2{sign}", True) for sign in "0Oo1lI")])
def test_signs_that_no_key_has_are_seen(key: str, has: bool) -> None:
    assert parted(f"202506{key}", LAST_SECOND).has_unused is has


def test_the_key_is_not_shown() -> None:
    assert KEY not in repr(parted(f"202506{KEY}", LAST_SECOND))


def test_small_and_capital_letters_differ() -> None:
    assert parted("202506ESUQEG24", LAST_SECOND).key != KEY

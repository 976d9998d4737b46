# SPDX-License-Identifier: Apache-2.0
"""How dates, sizes and spans are written."""

from collections.abc import Iterator

import pytest

from appliance.model.time import DAY, HOUR, MINUTE
from appliance.web import japanese
from appliance.web.language import Language, speak

TUESDAY_10 = 1_780_966_800_000


def test_dates_are_those_of_japan() -> None:
    assert japanese.moment(TUESDAY_10) == "2026年6月9日(火) 10:00"
    assert japanese.date(TUESDAY_10 - 10 * HOUR - 1) == "2026年6月8日(月)"
    assert japanese.date(TUESDAY_10 - 10 * HOUR) == "2026年6月9日(火)"
    assert japanese.date(0) == "1970年1月1日(木)"


@pytest.mark.parametrize(
    ("period", "shown"), [("2026-06", "2026年6月"), ("2026-12", "2026年12月"), ("x", "x"), ("", "")]
)
def test_months(period: str, shown: str) -> None:
    assert japanese.month(period) == shown


@pytest.mark.parametrize(
    ("iso", "shown"), [("2026-06-09", "2026年6月9日(火)"), ("2026-02-30", "2026-02-30"), ("", ""), ("x", "x")]
)
def test_days(iso: str, shown: str) -> None:
    assert japanese.day(iso) == shown


def test_days_are_counted_from_the_day_in_japan() -> None:
    assert japanese.today(TUESDAY_10) == "2026-06-09"
    midnight = TUESDAY_10 - 10 * HOUR
    assert [japanese.days_until("2026-06-09", at) for at in (midnight - 1, midnight, midnight + DAY)] == [1, 0, -1]


@pytest.mark.parametrize(
    ("octets", "shown"),
    [
        (0, "0 バイト"),
        (1023, "1023 バイト"),
        (1024, "1.0 KB"),
        (1024**2 - 1, "1024 KB"),
        (1024**2, "1.0 MB"),
        (200 * 1024**2, "200 MB"),
    ],
)
def test_sizes(octets: int, shown: str) -> None:
    assert japanese.size(octets) == shown


@pytest.mark.parametrize(
    ("left", "shown"),
    [
        (-DAY, "1分未満"),
        (MINUTE - 1, "1分未満"),
        (MINUTE, "1分"),
        (HOUR, "1時間"),
        (90 * MINUTE, "1時間30分"),
    ],
)
def test_spans(left: int, shown: str) -> None:
    assert japanese.span(left) == shown


@pytest.fixture
def english() -> Iterator[None]:
    """Somebody has chosen English."""
    speak(Language.ENGLISH)
    yield
    speak(Language.JAPANESE)


@pytest.mark.usefixtures("english")
def test_the_same_in_english() -> None:
    assert japanese.moment(TUESDAY_10) == "Tue 9 June 2026, 10:00"
    assert japanese.day("2026-06-09") == "Tue 9 June 2026"
    assert japanese.day("soon") == "soon"
    assert [japanese.month(period) for period in ("2026-06", "2026-13", "x")] == ["June 2026", "2026-13", "x"]
    assert japanese.month_name(12) == "December"
    assert [japanese.size(octets) for octets in (532, 12_595)] == ["532 bytes", "12.3 KB"]
    spans = (0, 59_000, 45 * MINUTE, HOUR, 89 * MINUTE)
    assert [japanese.span(left) for left in spans] == [
        "less than 1 min",
        "less than 1 min",
        "45 min",
        "1 h",
        "1 h 29 min",
    ]


def test_what_was_written_in_one_language_is_not_kept_for_the_other() -> None:
    assert japanese.day("2026-01-31") == "2026年1月31日(土)"
    speak(Language.ENGLISH)
    assert (japanese.day("2026-01-31"), japanese.month("2026-01")) == ("Sat 31 January 2026", "January 2026")
    speak(Language.JAPANESE)
    assert (japanese.day("2026-01-31"), japanese.month("2026-01")) == ("2026年1月31日(土)", "2026年1月")
    assert japanese.month_name(6) == "6月"

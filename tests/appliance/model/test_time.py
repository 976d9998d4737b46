# SPDX-License-Identifier: Apache-2.0
"""Instants, Japanese dates and the month in which a notice may be destroyed."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.model import time

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2200, 12, 31))


def test_instant_counts_milliseconds_from_1970() -> None:
    assert time.instant(dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) == 0
    assert time.instant(dt.datetime(1970, 1, 1, 9, 0, 1, 500_000, tzinfo=time.JST)) == 1_500


def test_instant_refuses_a_datetime_without_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        time.instant(dt.datetime(2026, 6, 9))  # noqa: DTZ001 - the very thing that is refused


@given(st.integers(0, 4_000_000_000_000))
def test_an_instant_survives_the_way_to_japan_and_back(at: int) -> None:
    assert time.instant(time.in_japan(at)) == at


def test_the_japanese_date_is_ahead_of_utc() -> None:
    last_of_june = time.instant(dt.datetime(2025, 6, 30, 15, tzinfo=dt.UTC))
    assert time.date_in_japan(last_of_june) == dt.date(2025, 7, 1)  # T2
    assert time.date_in_japan(last_of_june - 1) == dt.date(2025, 6, 30)


@pytest.mark.parametrize(
    ("day", "years", "later"),
    [
        (dt.date(2024, 2, 29), 7, dt.date(2031, 3, 1)),  # T23
        (dt.date(2024, 2, 29), 4, dt.date(2028, 2, 29)),
        (dt.date(2024, 2, 28), 7, dt.date(2031, 2, 28)),
        (dt.date(2096, 2, 29), 4, dt.date(2100, 3, 1)),
        (dt.date(2025, 12, 31), 7, dt.date(2032, 12, 31)),
    ],
)
def test_add_years(day: dt.date, years: int, later: dt.date) -> None:
    assert time.add_years(day, years) == later


@pytest.mark.parametrize(
    ("delivered", "month"),
    [
        (dt.date(2026, 6, 9), "2034-07"),  # the year ends 2027-03-31, and 7 years and 3 months later is 2034-06-30
        (dt.date(2026, 3, 31), "2033-07"),  # the last day of a business year
        (dt.date(2026, 4, 1), "2034-07"),  # the first day of the next
        (dt.date(2026, 12, 31), "2034-07"),
        (dt.date(2024, 2, 29), "2031-07"),
    ],
)
def test_purge_month(delivered: dt.date, month: str) -> None:
    assert time.purge_month(delivered) == month  # A16


@pytest.mark.parametrize(
    ("delivered", "month"),
    [
        (dt.date(2026, 6, 9), "2037-07"),
        (dt.date(2026, 3, 31), "2036-07"),
        (dt.date(2026, 4, 1), "2037-07"),
        (dt.date(2024, 2, 29), "2034-07"),
    ],
)
def test_purge_month_of_what_taxes_may_depend_on(delivered: dt.date, month: str) -> None:
    assert time.purge_month(delivered, years=10) == month  # A16


@given(DAYS, st.integers(7, 30))
def test_a_longer_class_is_kept_as_many_years_longer(delivered: dt.date, years: int) -> None:
    shorter, longer = time.purge_month(delivered), time.purge_month(delivered, years)
    assert int(longer[:4]) - int(shorter[:4]) == years - 7 and longer[4:] == shorter[4:]


@given(DAYS, st.sampled_from([7, 10]))
def test_nothing_is_destroyed_before_its_time(delivered: dt.date, years: int) -> None:
    first = dt.date.fromisoformat(time.purge_month(delivered, years) + "-01")
    assert first > time.add_years(delivered, years)
    business_year_end = dt.date(delivered.year + (delivered.month > 3), 3, 31)
    assert first > business_year_end.replace(year=business_year_end.year + years) + dt.timedelta(days=90)
    assert first <= time.add_years(delivered, years + 2), "nor kept years too long"

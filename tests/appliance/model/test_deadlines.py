# SPDX-License-Identifier: Apache-2.0
"""30 days, or the 14th of the next month if that is earlier."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.model.deadlines import days_left, deadline


@pytest.mark.parametrize(
    ("event", "due"),
    [
        ("2026-06-01", "2026-07-01"),  # 30 days are earlier
        ("2026-06-14", "2026-07-14"),  # both are the same day
        ("2026-06-15", "2026-07-14"),  # the 14th is earlier
        ("2026-06-30", "2026-07-14"),  # the end of a month
        ("2026-07-01", "2026-07-31"),  # of 31 days: still in the month
        ("2026-07-31", "2026-08-14"),
        ("2026-12-01", "2026-12-31"),
        ("2026-12-15", "2027-01-14"),
        ("2026-12-31", "2027-01-14"),
        ("2026-01-31", "2026-02-14"),
        ("2026-02-01", "2026-03-03"),  # 28 days
        ("2026-02-12", "2026-03-14"),
        ("2026-02-28", "2026-03-14"),
        ("2024-02-01", "2024-03-02"),  # 29 days
        ("2024-02-13", "2024-03-14"),
        ("2024-02-29", "2024-03-14"),
        ("2024-01-30", "2024-02-14"),
    ],
)
def test_deadline(event: str, due: str) -> None:
    assert deadline(dt.date.fromisoformat(event)) == dt.date.fromisoformat(due)  # A50


@given(st.dates(max_value=dt.date(9999, 11, 1)))
def test_there_is_always_time_and_never_more_than_thirty_days(event: dt.date) -> None:
    assert 14 <= days_left(deadline(event), event) <= 30
    assert deadline(event) <= deadline(event + dt.timedelta(days=1))


def test_the_end_of_all_dates_has_none() -> None:
    with pytest.raises(OverflowError):
        deadline(dt.date.max)


def test_days_left_count_to_the_last_day_and_beyond() -> None:
    due = dt.date(2026, 7, 14)
    assert [days_left(due, dt.date(2026, 7, day)) for day in (5, 14, 16)] == [9, 0, -2]

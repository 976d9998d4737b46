# SPDX-License-Identifier: Apache-2.0
"""Months of the Japanese calendar."""

import datetime as dt

import pytest

from appliance.model.months import bounds, day_after, first_day, month_of, neighbours
from appliance.model.time import DAY, HOUR, JST, instant


def at(*parts: int) -> int:
    return instant(dt.datetime(*parts, tzinfo=JST))  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("month", "begins", "days"),
    [("2026-11", (2026, 11, 1), 30), ("2028-02", (2028, 2, 1), 29), ("2026-12", (2026, 12, 1), 31)],
)
def test_a_month_begins_at_midnight_in_japan_and_ends_before_the_next(
    month: str, begins: tuple[int, int, int], days: int
) -> None:
    since, until = bounds(month)
    assert since == at(*begins)
    assert until - since == days * DAY
    assert month_of(since) == month_of(until - 1) == month
    assert month_of(since - 1) == neighbours(month)[0]
    assert month_of(until) == neighbours(month)[1]


def test_the_first_hours_of_a_month_in_japan_belong_to_it_though_london_is_behind() -> None:
    midnight = instant(dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
    assert month_of(midnight - 9 * HOUR) == "2026-11"
    assert month_of(midnight - 9 * HOUR - 1) == "2026-10"


@pytest.mark.parametrize(
    "nonsense",
    [
        "",
        "2026",
        "2026-13",
        "2026-00",
        "0001-01",
        "1999-12",
        "2100-01",
        "9999-12",
        "2026-1",
        "2026-01-01",
        "２０２６-01",
        " 2026-01",
        "2026-01\n",
        "-026-01",
        "x" * 10_000,
    ],
)
def test_what_is_no_month_that_counts(nonsense: str) -> None:
    for asked in (first_day, day_after, bounds, neighbours):
        with pytest.raises(ValueError, match="is no month from 2000 to 2099"):
            asked(nonsense)


def test_at_the_ends_nothing_comes_before_or_after() -> None:
    assert neighbours("2000-01") == ("", "2000-02")
    assert neighbours("2099-12") == ("2099-11", "")
    assert day_after("2099-12") == dt.date(2100, 1, 1)

# SPDX-License-Identifier: Apache-2.0
"""Days as people type them."""

import datetime as dt

import pytest

from appliance.model.typed_days import day, day_of, in_era

DAY = dt.date(2024, 5, 26)


@pytest.mark.parametrize(
    "text", ["2024-5-26", "2024-05-26", "2024年5月26日", "令和6年5月26日", "R6.5.26", "H36.5.26", "2024ー5ー26"]
)
def test_one_day_in_many_ways(text: str) -> None:
    assert day_of(text) == DAY


@pytest.mark.parametrize("text", ["令和元年5月1日", "R1.5.1"])
def test_the_first_year_of_an_era(text: str) -> None:
    assert day_of(text) == dt.date(2019, 5, 1)


@pytest.mark.parametrize("text", ["", "24-5-26", "2024-2-30", "2024-13-1", "S50.1.1", "2024-5", "20240526", "x"])
def test_what_is_no_day(text: str) -> None:
    assert day_of(text) is None


def test_numbers_of_no_day() -> None:
    assert (day(2024, 2, 29), day(2023, 2, 29), day(0, 1, 1)) == (dt.date(2024, 2, 29), None, None)


@pytest.mark.parametrize(
    ("date", "text"),
    [
        (DAY, "令和6年5月26日"),
        (dt.date(2019, 5, 1), "令和元年5月1日"),
        (dt.date(2019, 4, 30), "平成31年4月30日"),
    ],
)
def test_a_day_in_its_era(date: dt.date, text: str) -> None:
    assert in_era(date) == text

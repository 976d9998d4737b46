# SPDX-License-Identifier: Apache-2.0
"""The days of a delegation: both included, in Japan."""

import datetime as dt

import pytest

from appliance.model.time import DAY, JST, instant
from appliance.vault.grouping.days import begin_of, last_day, span_of
from appliance.vault.people.fields import Unfit

NOW = instant(dt.datetime(2026, 6, 9, 10, tzinfo=JST))
NEXT = begin_of(dt.date(2026, 6, 10))


@pytest.mark.parametrize("typed", ["2026-06-10", "2026/6/10", "令和8年6月10日", "Ｒ８．６．１０", " 2026-06-10 "])
def test_a_day_may_be_typed_as_people_do(typed: str) -> None:
    assert span_of(typed, typed, NOW) == (NEXT, NEXT + DAY)


def test_the_first_instant_of_a_day_is_midnight_in_japan() -> None:
    assert instant(dt.datetime(2026, 6, 9, 15, tzinfo=dt.UTC)) == NEXT
    assert last_day(NEXT + DAY) == dt.date(2026, 6, 10)


@pytest.mark.parametrize(
    ("since", "until", "text"),
    [
        ("2026-06-11", "2026-06-10", "until.order"),
        ("2026-06-01", "2026-06-08", "until.past"),
        ("2026-06-09", "2031-06-10", "until.far"),
        ("2020-06-09", "2031-06-10", "until.far"),
        ("1026-06-09", "2026-06-10", "since.date"),
        ("2026-06-09", "9999-12-31", "until.date"),
        ("2026-06-09", "", "until.date"),
    ],
)
def test_what_is_no_span(since: str, until: str, text: str) -> None:
    with pytest.raises(Unfit) as caught:
        span_of(since, until, NOW)
    assert caught.value.text == text


def test_today_and_five_years_are_all_right() -> None:
    assert span_of("2026-06-09", "2026-06-09", NOW)[1] == NEXT
    assert last_day(span_of("2026-06-09", "2031-06-09", NOW)[1]) == dt.date(2031, 6, 9)

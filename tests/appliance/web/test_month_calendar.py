# SPDX-License-Identifier: Apache-2.0
"""A month as weeks: every day once, in its column, with what rests and what is on it."""

import dataclasses
import datetime as dt

import pytest

from appliance.config.opening import calendar_of
from appliance.config.settings import CalendarSettings
from appliance.model.calendar import Calendar
from appliance.web.month_calendar import Day, Mark, weeks


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return calendar_of(CalendarSettings())


def days(month: str, calendar: Calendar, today: str = "2026-01-01") -> dict[int, Day]:
    return {day.number: day for week in weeks(month, today, calendar, {}) for day in week if day}


@pytest.mark.parametrize("month", ["2026-02", "2026-06", "2027-08", "2028-02", "2000-01", "2099-12"])
def test_every_day_stands_once_under_its_weekday(calendar: Calendar, month: str) -> None:
    found = []
    for week in weeks(month, "2026-06-09", calendar, {}):
        assert len(week) == 7
        for column, day in enumerate(week):
            if day:
                assert dt.date.fromisoformat(day.iso).isoweekday() % 7 == column
                found.append(day.iso)
    first = dt.date.fromisoformat(f"{month}-01")
    count = ((first + dt.timedelta(days=31)).replace(day=1) - first).days
    assert found == [(first + dt.timedelta(days=number)).isoformat() for number in range(count)]


def test_the_service_rests_and_the_table_says_why(calendar: Calendar) -> None:
    own = dataclasses.replace(calendar, closed_days=frozenset({dt.date(2026, 12, 1)}))
    found = days("2026-12", own)
    assert (found[1].is_closed, found[1].rest) == (True, "休業日")
    assert (found[2].is_closed, found[2].rest) == (False, "")
    assert (found[5].is_closed, found[5].rest) == (True, ""), "a Saturday has its column"
    assert (found[29].is_closed, found[29].rest) == (True, "年末年始")
    assert days("2026-11", calendar)[23].rest == "祝日"


def test_today_is_marked_in_its_own_month_only(calendar: Calendar) -> None:
    assert [day.number for day in days("2026-06", calendar, "2026-06-09").values() if day.is_today] == [9]
    assert not any(day.is_today for day in days("2026-07", calendar, "2026-06-09").values())


def test_marks_stand_on_their_day(calendar: Calendar) -> None:
    mark = Mark(3, "届", "届いた帳票", "arrived")
    table = weeks("2026-06", "2026-06-09", calendar, {"2026-06-10": [mark]})
    found = {day.number: day.marks for week in table for day in week if day}
    assert found.pop(10) == [mark]
    assert not any(found.values())


def test_a_year_without_a_table_of_holidays_still_has_weekends(calendar: Calendar) -> None:
    found = days("2098-05", calendar)
    assert not calendar.holidays.knows(dt.date(2098, 5, 1))
    assert (found[4].is_closed, found[5].is_closed) == (True, False)

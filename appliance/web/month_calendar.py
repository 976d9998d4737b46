# SPDX-License-Identifier: Apache-2.0
"""A month as a table of weeks: on which days the service rests, and what each has brought or asks for."""

import calendar as weeks_of
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from appliance.model.calendar import Calendar, Reason
from appliance.model.months import first_day
from appliance.web.language import _

# Weeks begin on Sunday, as on a calendar on the wall.
WEEKDAYS = ("日", "月", "火", "水", "木", "金", "土")
FULL_WEEKDAYS = ("日曜日", "月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日")
_SUNDAY_FIRST = weeks_of.Calendar(firstweekday=weeks_of.SUNDAY)
# Saturdays and Sundays stand in columns of their own, and need no word.
RESTS = {
    Reason.HOLIDAY: "祝日",
    Reason.YEAR_END: "年末年始",
    Reason.FUND_CLOSED: "休業日",
}


class Mark(NamedTuple):
    """What is on a day: how many, the short word in the table, the whole one, and where on the page they are."""

    amount: int
    short: str
    word: str
    place: str


class Day(NamedTuple):
    """A day of the month. rest says why the service rests on it in a word, if it is no weekend."""

    number: int
    iso: str
    is_today: bool
    is_closed: bool
    rest: str
    marks: Sequence[Mark]


Week = tuple[Day | None, ...]


def weeks(month: str, today: str, calendar: Calendar, marks: Mapping[str, Sequence[Mark]]) -> list[Week]:
    """The weeks of a month "YYYY-MM", None for days of its neighbours; today and the keys of marks are dates.

    Raises ValueError as model.months.first_day().
    """
    first = first_day(month)
    return [
        tuple(_day(first.replace(day=number), today, calendar, marks) if number else None for number in week)
        for week in _SUNDAY_FIRST.monthdayscalendar(first.year, first.month)
    ]


def _day(day: dt.date, today: str, calendar: Calendar, marks: Mapping[str, Sequence[Mark]]) -> Day:
    iso, reason = day.isoformat(), calendar.closed(day)
    rest = _(RESTS[reason]) if reason in RESTS else ""
    return Day(day.day, iso, iso == today, reason is not None, rest, marks.get(iso, ()))

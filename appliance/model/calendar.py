# SPDX-License-Identifier: Apache-2.0
"""The hours of the service and its business days, in Japan (R6, A15). Nothing here reads a clock or a file."""

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum

from appliance.model.time import DAY, HOUR, MINUTE, Instant

_EPOCH = dt.date(1970, 1, 1).toordinal()
_JAPAN = 9 * HOUR
_SATURDAY = 5
_DAY_OF_MINUTES = 24 * 60
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00", re.ASCII)
_YEAR_END = re.compile(r"([0-9]{2})-([0-9]{2})\.\.([0-9]{2})-([0-9]{2})", re.ASCII)
# A year in which every day of a calendar is, and how long the service may be closed at the end of one.
_LEAP_YEAR, _LEAP_DAYS = 2000, 366
MOST_OF_YEAR_END = 31
DayOfYear = tuple[int, int]


class Reason(StrEnum):
    """Why the service is open or closed at an instant."""

    OPEN = "open"
    BEFORE_HOURS = "before_hours"
    AFTER_HOURS = "after_hours"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    YEAR_END = "year_end"
    FUND_CLOSED = "fund_closed"


@dataclass(frozen=True, slots=True)
class Opening:
    """What the calendar says of one instant.

    next_open is the first opening after it, also while it is open. closes is None while closed. grace_ends is when
    visits that have begun must be over: known while open and during the grace after closing, else None (A15).
    """

    reason: Reason
    next_open: Instant
    closes: Instant | None = None
    grace_ends: Instant | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody may come in now."""
        return self.reason is Reason.OPEN


@dataclass(frozen=True, slots=True)
class Hours:
    """From opens until before closes, in minutes since midnight; grace in minutes."""

    opens: int = 8 * 60
    closes: int = 20 * 60
    grace: int = 10

    def __post_init__(self) -> None:
        """They are those of one day. Raises ValueError."""
        if not 0 <= self.opens < self.closes <= _DAY_OF_MINUTES:
            raise ValueError("the service opens before it closes, on the same day")
        if not 0 <= self.grace <= _DAY_OF_MINUTES - self.closes:
            raise ValueError("the grace is over by midnight")


@dataclass(frozen=True, slots=True)
class YearEnd:
    """The days of each year, both included, on which the service rests: usually across New Year."""

    first: DayOfYear = (12, 29)
    last: DayOfYear = (1, 3)

    def __post_init__(self) -> None:
        """They are days of the calendar, and not many. Raises ValueError."""
        first, last = (dt.date(_LEAP_YEAR, *day).toordinal() for day in (self.first, self.last))
        if (last - first) % _LEAP_DAYS >= MOST_OF_YEAR_END:
            raise ValueError(f"a year end has at most {MOST_OF_YEAR_END} days")

    @classmethod
    def parse(cls, text: str) -> "YearEnd":
        """From "12-29..01-03". Raises ValueError."""
        found = _YEAR_END.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} has not the form 12-29..01-03")
        month, day, last_month, last_day = map(int, found.groups())
        return cls((month, day), (last_month, last_day))

    def holds(self, day: dt.date) -> bool:
        """Whether a day is one of them."""
        this = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= this <= self.last
        return this >= self.first or this <= self.last


@dataclass(frozen=True)
class Holidays:
    """The public holidays as the Cabinet Office has published them, for the whole years from first to last."""

    days: frozenset[dt.date]
    first: int
    last: int

    def knows(self, day: dt.date) -> bool:
        """Whether the table covers a day; of others only weekends are known."""
        return self.first <= day.year <= self.last

    def days_left(self, day: dt.date) -> int:
        """For how many days after this one the table lasts; negative when it has ended."""
        return (dt.date(self.last, 12, 31) - day).days


@dataclass(frozen=True)
class Calendar:
    """When the service is open. closed_days and open_days are the fund's own; the latter are open in any case."""

    holidays: Holidays
    hours: Hours = Hours()
    year_end: YearEnd | None = YearEnd()
    closed_days: frozenset[dt.date] = frozenset()
    open_days: frozenset[dt.date] = frozenset()

    def opening(self, at: Instant) -> Opening:
        """What holds at an instant. Raises ValueError where the years 1 to 9999 do not reach."""
        day = date_of(at)
        midnight = _midnight(day)
        opens, closes = midnight + self.hours.opens * MINUTE, midnight + self.hours.closes * MINUTE
        grace_ends = closes + self.hours.grace * MINUTE
        reason = self.closed(day) or _by_the_clock(at, opens, closes)
        if reason is Reason.BEFORE_HOURS:
            return Opening(reason, opens)
        next_open = _midnight(self.business_day_after(day)) + self.hours.opens * MINUTE
        if reason is Reason.OPEN:
            return Opening(reason, next_open, closes, grace_ends)
        is_grace = reason is Reason.AFTER_HOURS and at < grace_ends
        return Opening(reason, next_open, None, grace_ends if is_grace else None)

    def closed(self, day: dt.date) -> Reason | None:
        """Why the service is closed on the whole of a day, what is most particular first; None on business days."""
        if day in self.open_days:
            return None
        if day in self.closed_days:
            return Reason.FUND_CLOSED
        if self.year_end is not None and self.year_end.holds(day):
            return Reason.YEAR_END
        if day in self.holidays.days:
            return Reason.HOLIDAY
        return Reason.WEEKEND if day.weekday() >= _SATURDAY else None

    def business_day_after(self, day: dt.date) -> dt.date:
        """The first business day after a day. Raises ValueError beyond the year 9999."""
        number = day.toordinal() + 1
        while self.closed(found := dt.date.fromordinal(number)):
            number += 1
        return found

    def business_days_after(self, at: Instant, count: int) -> dt.date:
        """The count-th business day after the day of an instant, which itself does not count (T22)."""
        if count < 1:
            raise ValueError("the first business day after a day is number 1")
        day = date_of(at)
        for _ in range(count):
            day = self.business_day_after(day)
        return day


def date_of(at: Instant) -> dt.date:
    """The Japanese date of an instant. Raises ValueError where the years 1 to 9999 do not reach."""
    return dt.date.fromordinal(_EPOCH + (at + _JAPAN) // DAY)


def minute_of_day(text: str) -> int:
    """The minutes since midnight of "08:00"; "24:00" is the end of the day. Raises ValueError."""
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no time of day such as 08:00")
    hours, minutes = found.groups()
    return _DAY_OF_MINUTES if hours is None else int(hours) * 60 + int(minutes)


def _midnight(day: dt.date) -> Instant:
    return (day.toordinal() - _EPOCH) * DAY - _JAPAN


def _by_the_clock(at: Instant, opens: Instant, closes: Instant) -> Reason:
    if at < opens:
        return Reason.BEFORE_HOURS
    return Reason.OPEN if at < closes else Reason.AFTER_HOURS

# SPDX-License-Identifier: Apache-2.0
"""Months of the Japanese calendar, written "YYYY-MM"; nothing here reads a clock."""

import datetime as dt
import re

from appliance.model.time import JST, Instant, date_in_japan, instant

# Nothing was before the service, and nobody plans so far ahead.
FIRST_YEAR, LAST_YEAR = 2000, 2099
_FORM = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)


def first_day(month: str) -> dt.date:
    """The first day of a month. Raises ValueError for what is none, or is in no year that counts."""
    found = _FORM.fullmatch(month)
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        raise ValueError(f"{month[:20]!r} is no month from {FIRST_YEAR} to {LAST_YEAR}")
    return dt.date(int(found[1]), int(found[2]), 1)


def day_after(month: str) -> dt.date:
    """The first day of the month that follows. Raises ValueError as first_day()."""
    return (first_day(month) + dt.timedelta(days=31)).replace(day=1)


def month_of(at: Instant) -> str:
    """The month of an instant in Japan."""
    return date_in_japan(at).isoformat()[:7]


def bounds(month: str) -> tuple[Instant, Instant]:
    """The instants at which a month begins, and at which it is over. Raises ValueError as first_day()."""
    return _midnight(first_day(month)), _midnight(day_after(month))


def neighbours(month: str) -> tuple[str, str]:
    """The month before and the one after, "" where none counts. Raises ValueError as first_day()."""
    before, after = first_day(month) - dt.timedelta(days=1), day_after(month)
    return (
        before.isoformat()[:7] if before.year >= FIRST_YEAR else "",
        after.isoformat()[:7] if after.year <= LAST_YEAR else "",
    )


def _midnight(day: dt.date) -> Instant:
    return instant(dt.datetime.combine(day, dt.time(), JST))

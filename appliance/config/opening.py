# SPDX-License-Identifier: Apache-2.0
"""When the service is open: the table of public holidays, read from its file, and what the fund has set."""

import datetime as dt
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

from appliance.config.decode import ConfigError
from appliance.config.settings import CalendarSettings
from appliance.model.calendar import Calendar, Holidays

# The Cabinet Office publishes a year in February of the year before, so that two months are left for an update.
WARN_DAYS = 60
# Holidays since there are any: a year without one of them is not whole.
_IN_EVERY_YEAR = ((1, 1), (11, 23))


def calendar_of(chosen: CalendarSettings) -> Calendar:
    """The calendar that these settings describe. Raises ConfigError for a table of holidays that is none."""
    return Calendar(
        holidays=_own(Path(chosen.holidays)) if chosen.holidays else shipped(),
        hours=chosen.hours,
        year_end=chosen.rest,
        closed_days=frozenset(chosen.closed_days),
        open_days=frozenset(chosen.open_days),
    )


@cache
def shipped() -> Holidays:
    """The table that comes with this release, read once a process."""
    return parsed(files("appliance.config").joinpath("data", "holidays.csv").read_text("utf-8"))


def parsed(text: str) -> Holidays:
    """The table in a text of the form of the Cabinet Office: a heading, then rows such as 2026/1/1,元日.

    Raises ValueError for other rows, and for a table that does not hold whole years without a gap.
    """
    days = frozenset(_day(number, row) for number, row in _rows(text))
    if not days:
        raise ValueError("there is no holiday in it")
    first, last = min(days).year, max(days).year
    for year in range(first, last + 1):
        for month, day in _IN_EVERY_YEAR:
            if dt.date(year, month, day) not in days:
                raise ValueError(f"the year {year} is not whole: {month}/{day} is missing")
    return Holidays(days, first, last)


def ending(calendar: Calendar, today: dt.date) -> Iterator[str]:
    """A sentence when the table of holidays ends soon or does not cover today."""
    table = calendar.holidays
    left = table.days_left(today)
    cure = "install a newer release, or name the newer table of the Cabinet Office in calendar.holidays"
    if not table.knows(today):
        yield (
            f"calendar: the table of holidays covers {table.first} to {table.last}, not {today}: "
            f"only weekends and what the fund has set are known; {cure}"
        )
    elif left < WARN_DAYS:
        yield f"calendar: the table of holidays ends in {left} days, with the year {table.last}; {cure}"


def _own(path: Path) -> Holidays:
    try:
        return parsed(_text(path.read_bytes()))
    except OSError as error:
        raise ConfigError(f"calendar.holidays: {path} cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise ConfigError(
            f"calendar.holidays: {path}: {error}; use the table of the Cabinet Office (syukujitsu.csv) as it is"
        ) from error


def _text(octets: bytes) -> str:
    """The Cabinet Office writes Shift JIS; whoever has opened and saved it may have made it UTF-8."""
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        return octets.decode("cp932")


def _rows(text: str) -> Iterator[tuple[int, str]]:
    """The lines below the heading with their numbers; the last ones may be empty."""
    for number, line in enumerate(text.splitlines()[1:], start=2):
        if line.strip(", "):
            yield number, line


def _day(number: int, row: str) -> dt.date:
    written, comma, name = row.partition(",")
    try:
        year, month, day = (int(part) for part in written.split("/"))
        found = dt.date(year, month, day)
    except ValueError:
        comma = ""
    if not comma or not name.strip():
        raise ValueError(f"line {number} is not of the form 2026/1/1,元日")
    return found

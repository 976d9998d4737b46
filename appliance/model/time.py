# SPDX-License-Identifier: Apache-2.0
"""Instants are whole milliseconds since 1970 UTC; dates are Japanese dates. Nothing here reads a clock."""

import datetime as dt

JST = dt.timezone(dt.timedelta(hours=9), "JST")
Instant = int
SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def instant(moment: dt.datetime) -> Instant:
    """The instant of an aware datetime, in milliseconds."""
    if moment.tzinfo is None:
        raise ValueError("a datetime without a time zone is no instant")
    return round(moment.timestamp() * 1000)


def in_japan(at: Instant) -> dt.datetime:
    """The instant as an aware datetime in Japan."""
    return dt.datetime.fromtimestamp(at / 1000, JST)


def date_in_japan(at: Instant) -> dt.date:
    """The Japanese calendar date of an instant (T2)."""
    return in_japan(at).date()


def add_years(day: dt.date, years: int) -> dt.date:
    """The same day years later; 29 February becomes 1 March where there is none (T23)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 3, 1)


def purge_month(delivered: dt.date, years: int = 7) -> str:
    """The month "YYYY-MM" from whose first day a notice may be destroyed (廃棄), unless a hold stands (A16).

    A shred key serves a whole month, so it is the month after the later of two days: delivery plus years (T23), and
    the end of its business year, 31 March, plus years and three months. years is 7 at least, 10 for what taxes may
    depend on: config.catalogue.years_of knows.
    """
    year_end = dt.date(delivered.year + (delivered.month > 3), 3, 31)
    latest = max(add_years(delivered, years), dt.date(year_end.year + years, 6, 30))
    return f"{latest.year + latest.month // 12:04d}-{latest.month % 12 + 1:02d}"

# SPDX-License-Identifier: Apache-2.0
"""From which day until which (委任期間): both as typed, both included, and an end there always is."""

import datetime as dt

from appliance.model.ids import canonical
from appliance.model.time import DAY, JST, Instant, add_years, date_in_japan, instant
from appliance.model.typed_days import day_of
from appliance.vault.people.fields import Unfit

# Beyond that somebody looks at the paper again.
MOST_YEARS = 5
MAX_TYPED = 40


def span_of(since: str, until: str, now: Instant) -> tuple[Instant, Instant]:
    """The first instant of the first day, and the first one after the last day. Raises Unfit."""
    first, last, today = _day("since", since), _day("until", until), date_in_japan(now)
    if last < first:
        raise Unfit("until", "order")
    if last < today:
        raise Unfit("until", "past")
    if last > add_years(max(first, today), MOST_YEARS):
        raise Unfit("until", "far", years=str(MOST_YEARS))
    return begin_of(first), begin_of(last) + DAY


def _day(field: str, typed: str) -> dt.date:
    found = day_of(canonical(typed).replace("/", "-")) if len(typed) <= MAX_TYPED else None
    if found is None or not 2000 <= found.year <= 2200:
        raise Unfit(field, "date")
    return found


def begin_of(day: dt.date) -> Instant:
    """The first instant of a Japanese day."""
    return instant(dt.datetime.combine(day, dt.time(), JST))


def last_day(until: Instant) -> dt.date:
    """The last day before an instant at which something ends."""
    return date_in_japan(until - 1)

# SPDX-License-Identifier: Apache-2.0
"""The fund's dashboard: numbers out of the tallies, and the first few of each list; nothing is counted for it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from heapq import nsmallest

from appliance.link.messages import (
    Count,
    Dashboard,
    DayCount,
    FilingRow,
    OfficeCount,
    ReadDashboard,
    UnreadNotice,
)
from appliance.model.calendar import Calendar
from appliance.model.things import Filing, Notice
from appliance.model.time import date_in_japan
from appliance.model.words import OPEN_AT_FUND
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.decide import is_allowed
from appliance.vault.filings.listing import row_of
from appliance.vault.menu import desk_work
from appliance.vault.reading import journal_reading
from appliance.vault.records.row_keys import end_of
from appliance.vault.records.tables import filings, notices, offices
from appliance.vault.records.tallies import Series, Tally, shown_generation, tallies
from appliance.vault.records.transaction import Snapshot

DAYS = 30
FIRST = 5


async def read_dashboard(core: Core, caller: Caller, message: ReadDashboard) -> Dashboard:
    """Numbers for whoever may see it; filings, notices and offices by name for whose role lists them."""
    await journal_reading(core, caller, "dashboard")
    takes = core.settings.exchange.filings_enabled
    by_filings = takes and await is_allowed(core, caller, "filing.list", "")
    by_offices = await is_allowed(core, caller, "office.list", "")
    by_notices = by_offices and await is_allowed(core, caller, "notice.list", "")
    today = date_in_japan(caller.now)

    def work(snapshot: Snapshot) -> Dashboard:
        board = Dashboard(counted=False, lists_filings=by_filings, lists_notices=by_notices)
        if generation := shown_generation(snapshot):
            days = tuple(_days(snapshot, generation, today, core.calendar))
            board = _with_numbers(snapshot, generation, board, days)
        return _with_lists(snapshot, caller, replace(board, desk=desk_work(snapshot, caller.now)))

    board = await core.read(work)
    return board if takes else replace(board, waiting=())


def _with_numbers(snapshot: Snapshot, generation: int, board: Dashboard, days: tuple[DayCount, ...]) -> Dashboard:
    return replace(
        board,
        counted=True,
        days=days,
        unread=_by_kind(snapshot, generation),
        waiting=_by_state(snapshot, generation),
        offices=_offices(snapshot, generation) if board.lists_notices else (),
    )


def _with_lists(snapshot: Snapshot, caller: Caller, board: Dashboard) -> Dashboard:
    if board.lists_filings:
        oldest, due = _rows(snapshot, caller, _oldest(snapshot)), _rows(snapshot, caller, _most_urgent(snapshot))
        board = replace(board, oldest_filings=oldest, due_filings=due)
    if board.lists_notices:
        board = replace(board, oldest_notices=_oldest_unread(snapshot))
    return board


def _days(snapshot: Snapshot, generation: int, today: dt.date, calendar: Calendar) -> Iterator[DayCount]:
    since = today - dt.timedelta(days=DAYS - 1)
    came = _since(snapshot, generation, Series.FILINGS_OF_DAY, since)
    went = _since(snapshot, generation, Series.NOTICES_OF_DAY, since)
    for number in range(DAYS):
        day = since + dt.timedelta(days=number)
        iso = day.isoformat()
        yield DayCount(iso, came.get(iso, 0), went.get(iso, 0), calendar.closed(day))


def _since(snapshot: Snapshot, generation: int, series: Series, day: dt.date) -> dict[str, int]:
    """Days after today there may be, where a clock was set back: no more of them than were asked for."""
    start = tallies.key(generation, series, day.isoformat())
    found = tallies.walk(snapshot, start, end_of(tallies.key(generation, series)), limit=DAYS)
    return {tally.of: tally.count for tally in found}


def _all(snapshot: Snapshot, generation: int, series: Series) -> list[Tally]:
    start = tallies.key(generation, series)
    return tallies.walk(snapshot, start, end_of(start))


def _by_kind(snapshot: Snapshot, generation: int) -> tuple[Count, ...]:
    found = _all(snapshot, generation, Series.NOTICES_UNREAD)
    return tuple(Count(one.of, one.count) for one in sorted(found, key=lambda one: (-one.count, one.of)))


def _by_state(snapshot: Snapshot, generation: int) -> tuple[Count, ...]:
    known = {one.of: one.count for one in _all(snapshot, generation, Series.FILINGS_OPEN)}
    return tuple(Count(state.value, known.get(state, 0)) for state in OPEN_AT_FUND)


def _oldest(snapshot: Snapshot) -> list[Filing]:
    """The filings that the fund has had for longest and has not settled."""
    found = [
        one
        for state in OPEN_AT_FUND
        for one in filings.scan(snapshot, "fund", (state.value,), limit=FIRST, reverse=True)
    ]
    return nsmallest(FIRST, found, key=lambda one: (one.delivered_at, one.id))


def _most_urgent(snapshot: Snapshot) -> list[Filing]:
    """Those with the nearest deadline; what has none is not among them."""
    found = [one for state in OPEN_AT_FUND for one in filings.scan(snapshot, "due", (state.value,), limit=FIRST)]
    dated = [one for one in found if one.due_on]
    return nsmallest(FIRST, dated, key=lambda one: (one.due_on, one.delivered_at, one.id))


def _rows(snapshot: Snapshot, caller: Caller, found: list[Filing]) -> tuple[FilingRow, ...]:
    return tuple(row_of(snapshot, caller, one, offices.get(snapshot, one.office)) for one in found)


def _oldest_unread(snapshot: Snapshot) -> tuple[UnreadNotice, ...]:
    return tuple(_unread(snapshot, one) for one in notices.scan(snapshot, "unread_all", limit=FIRST))


def _unread(snapshot: Snapshot, notice: Notice) -> UnreadNotice:
    office = offices.get(snapshot, notice.office)
    known = (office.id, office.number, office.name) if office else ("", 0, "")
    return UnreadNotice(notice.id, *known, notice.type, notice.period, notice.delivered_at)


def _offices(snapshot: Snapshot, generation: int) -> tuple[OfficeCount, ...]:
    found = tallies.scan(snapshot, "most", (generation,), limit=FIRST)
    return tuple(_office(snapshot, tally) for tally in found)


def _office(snapshot: Snapshot, tally: Tally) -> OfficeCount:
    office = offices.get(snapshot, tally.of)
    return OfficeCount(tally.of, office.number if office else 0, office.name if office else "", tally.count)

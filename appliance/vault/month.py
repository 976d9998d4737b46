# SPDX-License-Identifier: Apache-2.0
"""A month of an office (practice 4.3): what arrived, what waits unread, what was sent, what has to be sent.

Each list is cut at a number of lines, and what is looked at for it is bounded as well: the page of a busy month
costs as much as that of any other.
"""

import heapq
from collections.abc import Iterable
from itertools import islice

from appliance.link.messages import FilingRow, Month, NoticeRow, ReadMonth
from appliance.link.refusals import Refused, Why
from appliance.model.months import bounds, day_after, month_of
from appliance.model.things import Filing, Notice
from appliance.model.time import Instant
from appliance.model.words import OPEN_AT_OFFICE, FilingState
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.documents.notices import rows_of
from appliance.vault.filings.listing import follower, row_of
from appliance.vault.reading import journal_reading
from appliance.vault.records.row_keys import newest_first
from appliance.vault.records.tables import filings, notices, offices
from appliance.vault.records.transaction import Snapshot

ARRIVED = 200
UNREAD = 20
FILED = 50
DUE = 20
# How many open filings of each state are looked at for their deadlines, the newest first.
LOOKED = 100


async def read_month(core: Core, caller: Caller, message: ReadMonth) -> Month:
    """The lists of a month of the visitor's office. Raises Refused INVALID for what is no month."""
    month = message.month or month_of(caller.now)
    try:
        begins, ends = bounds(month)
    except ValueError as error:
        raise Refused(Why.INVALID, "month.form") from error
    await journal_reading(core, caller, month)
    takes = core.settings.exchange.filings_enabled
    return await core.read(lambda snapshot: _month(snapshot, caller, month, begins, ends, takes))


def _month(snapshot: Snapshot, caller: Caller, month: str, begins: Instant, ends: Instant, takes: bool) -> Month:
    office = caller.own_office
    arrived = _arrived(snapshot, office, begins, ends)
    unread = notices.scan(snapshot, "unread", (office,), limit=UNREAD + 1)
    filed = list(islice(_filed(snapshot, office, begins, ends), FILED + 1)) if takes else []
    due = _due(snapshot, caller, month) if takes else []
    return Month(
        month=month,
        arrived=_notice_rows(snapshot, arrived[:ARRIVED]),
        unread=_notice_rows(snapshot, unread[:UNREAD]),
        filed=_filing_rows(snapshot, caller, filed[:FILED]),
        due=_filing_rows(snapshot, caller, due[:DUE]),
        more_arrived=len(arrived) > ARRIVED,
        more_unread=len(unread) > UNREAD,
        more_filed=len(filed) > FILED,
        more_due=len(due) > DUE,
    )


def _due(snapshot: Snapshot, caller: Caller, month: str) -> list[Filing]:
    """Of the present month everything that has a deadline: one of the first of the next is near as well."""
    found = open_filings(snapshot, caller)
    if month == month_of(caller.now):
        return found
    return [one for one in found if one.due_on < day_after(month).isoformat()]


def open_filings(snapshot: Snapshot, caller: Caller) -> list[Filing]:
    """Those with a deadline that the office still has to send, the most urgent first.

    Of each state the newest LOOKED are looked at.
    """
    found = (
        one
        for state in OPEN_AT_OFFICE
        for one in filings.scan(snapshot, "office_state", (caller.own_office, state.value), limit=LOOKED)
        if one.due_on and not follower(snapshot, caller, one)
    )
    return sorted(found, key=lambda one: (one.due_on, one.uploaded_at, one.id))


def _arrived(snapshot: Snapshot, office: str, begins: Instant, ends: Instant) -> list[Notice]:
    return notices.scan(
        snapshot,
        "office",
        (office,),
        since=(office, newest_first(ends - 1)),
        until=(office, newest_first(begins - 1)),
        limit=ARRIVED + 1,
    )


def _filed(snapshot: Snapshot, office: str, begins: Instant, ends: Instant) -> Iterable[Filing]:
    """The newest of all states: no more of each than are shown."""
    return heapq.merge(
        *(
            filings.scan(
                snapshot,
                "office_state",
                (office, state.value),
                since=(office, state.value, newest_first(ends - 1)),
                until=(office, state.value, newest_first(begins - 1)),
                limit=FILED + 1,
            )
            for state in FilingState
        ),
        key=lambda one: (newest_first(one.uploaded_at), one.id),
    )


def _notice_rows(snapshot: Snapshot, found: list[Notice]) -> tuple[NoticeRow, ...]:
    return rows_of(snapshot, found, for_fund=False)


def _filing_rows(snapshot: Snapshot, caller: Caller, found: list[Filing]) -> tuple[FilingRow, ...]:
    office = offices.get(snapshot, caller.own_office)
    return tuple(row_of(snapshot, caller, one, office) for one in found)

# SPDX-License-Identifier: Apache-2.0
"""Lists of filings: what one page costs grows with the page, not with what is kept.

Each state is a list of its own, in the wanted order; a page is merged from those that are asked for. What has to be
looked at to be left out is bounded: a page may be short, or empty, and still not be the last.
"""

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from appliance.link.messages import FilingPage, FilingRow, ListFilings
from appliance.link.refusals import Refused, Why
from appliance.model.things import Filing, Office
from appliance.model.words import SEEN_BY_FUND, FilingState
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.filings.known import is_known, name_for
from appliance.vault.filings.offered import where_offered
from appliance.vault.reading import journal_reading
from appliance.vault.records.row_keys import newest_first
from appliance.vault.records.tables import NO_DUE, filings, offices
from appliance.vault.records.transaction import Snapshot
from appliance.vault.workflow.filing import GIVEN_UP

MAX_ROWS = 200
MAX_LOOKED = 1_000
MAX_STATES = len(FilingState)


@dataclass(frozen=True, slots=True)
class Order:
    """An index whose parts begin with these, then the state; where a filing stands in it."""

    index: str
    parts: tuple[str, ...]
    place: Callable[[Filing], tuple[Any, ...]]


def order_of(office: str, *, of_fund: bool, by_deadline: bool) -> Order:
    """The newest upload first for an office; for the fund the newest delivery, or the nearest deadline."""
    if not of_fund:
        return Order("office_state", (office,), lambda f: (newest_first(f.uploaded_at), f.id))
    if by_deadline:
        return Order("due", (), lambda f: (f.due_on or NO_DUE, f.delivered_at, f.id))
    index, parts = ("fund_office", (office,)) if office else ("fund", ())
    return Order(index, parts, lambda f: (newest_first(f.delivered_at), f.id))


@where_offered
async def list_filings(core: Core, caller: Caller, message: ListFilings) -> FilingPage:
    """One page. An office lists its own, the fund what was delivered."""
    states = tuple(dict.fromkeys(message.states[:MAX_STATES]))
    office = caller.own_office or message.office
    asked = replace(message, office=office, states=states, limit=max(1, min(message.limit, MAX_ROWS)))
    if asked.type and asked.type not in core.catalogue.types:
        raise Refused(Why.INVALID, "filing.type")
    page = f"{office}/{message.after}/{','.join(states)}/{asked.type}/{asked.by_deadline}"
    await journal_reading(core, caller, page)
    return await core.read(lambda snapshot: _page(snapshot, caller, asked))


def _page(snapshot: Snapshot, caller: Caller, asked: ListFilings) -> FilingPage:
    of_fund = not caller.own_office
    order = order_of(asked.office, of_fund=of_fund, by_deadline=asked.by_deadline)
    behind = _cursor(snapshot, caller, asked)
    states = asked.states or (SEEN_BY_FUND if of_fund else tuple(FilingState))
    wanted = [state for state in states if not of_fund or state in SEEN_BY_FUND]
    found: list[Filing] = []
    last = ""
    for number, filing in enumerate(_merged(snapshot, order, wanted, behind, asked.limit)):
        if len(found) == asked.limit or number == MAX_LOOKED:
            return FilingPage(_rows(snapshot, caller, found), last)
        last = filing.id
        if asked.type in ("", filing.type) and asked.office in ("", filing.office):
            found.append(filing)
    return FilingPage(_rows(snapshot, caller, found), "")


def _cursor(snapshot: Snapshot, caller: Caller, asked: ListFilings) -> Filing | None:
    """The filing behind which the page begins. Raises Refused NOT_FOUND for one that this visitor cannot know."""
    behind = filings.get(snapshot, asked.after) if asked.after else None
    if asked.after and (behind is None or not is_known(caller, behind)):
        raise Refused(Why.NOT_FOUND)
    # By deadline the offices stand mixed; else another office's filing has no place in this list.
    if behind is not None and not asked.by_deadline and asked.office not in ("", behind.office):
        raise Refused(Why.NOT_FOUND)
    return behind


def _merged(
    snapshot: Snapshot, order: Order, states: Sequence[FilingState], behind: Filing | None, limit: int
) -> Iterator[Filing]:
    """All filings of these states in one order."""
    at_once = limit + 1 if len(states) == 1 else max(8, limit // 4)
    lists = [_of_state(snapshot, order, state, behind, at_once) for state in states]
    return heapq.merge(*lists, key=order.place)


def _of_state(
    snapshot: Snapshot, order: Order, state: FilingState, behind: Filing | None, at_once: int
) -> Iterator[Filing]:
    """The filings of one state from the place of behind on, some at a time."""
    parts = (*order.parts, state.value)
    # A filing may have left this state since the last page, but its place among the others stays.
    last = None if behind is None else replace(behind, state=state)
    while page := filings.scan(snapshot, order.index, parts, behind=last, limit=at_once):
        yield from page
        last = page[-1]


def _rows(snapshot: Snapshot, caller: Caller, found: Sequence[Filing]) -> tuple[FilingRow, ...]:
    known = {id: offices.get(snapshot, id) for id in {filing.office for filing in found}}
    return tuple(row_of(snapshot, caller, filing, known[filing.office]) for filing in found)


def row_of(snapshot: Snapshot, caller: Caller, filing: Filing, office: Office | None) -> FilingRow:
    """One filing as this visitor may see it in a list."""
    return FilingRow(
        id=filing.id,
        office_number=office.number if office else 0,
        office_name=office.name if office else "",
        type=filing.type,
        filed_on=filing.filed_on,
        file_name=filing.file_name,
        size=filing.size,
        state=filing.state,
        scan=filing.scan,
        due_on=filing.due_on,
        uploaded_at=filing.uploaded_at,
        uploaded_by=name_for(snapshot, caller, filing.uploaded_by) if caller.own_office else "",
        delivered_at=filing.delivered_at,
        received_at=filing.received_at,
        office=office.id if office else "",
        followed_by=_follower(snapshot, caller, filing),
    )


def _follower(snapshot: Snapshot, caller: Caller, filing: Filing) -> str:
    """What was sent in its place, if it was not given up: to the fund nothing before that was delivered."""
    follower = filings.get(snapshot, filing.followed_by) if filing.followed_by else None
    stands = follower is not None and follower.state not in GIVEN_UP and is_known(caller, follower)
    return filing.followed_by if stands else ""


COUNTED = 99


def count_office(snapshot: Snapshot, office: str) -> tuple[int, int]:
    """How many filings of an office wait for approval, and for delivery; each counted up to 99."""
    return (
        _count(snapshot, "office_state", office, FilingState.UPLOADED.value),
        _count(snapshot, "office_state", office, FilingState.APPROVED.value),
    )


def count_returned(snapshot: Snapshot, caller: Caller) -> int:
    """How many of the office's newest 99 filings that were returned have nothing in their place yet."""
    found = filings.scan(snapshot, "office_state", (caller.own_office, FilingState.RETURNED.value), limit=COUNTED)
    return sum(not _follower(snapshot, caller, filing) for filing in found)


def count_new(snapshot: Snapshot) -> int:
    """How many filings the fund has not received yet, counted up to 99."""
    return _count(snapshot, "fund", FilingState.DELIVERED.value)


def _count(snapshot: Snapshot, index: str, *parts: str) -> int:
    return len(filings.keys(snapshot, index, parts, limit=COUNTED))

# SPDX-License-Identifier: Apache-2.0
"""Lists of filings: what one page costs grows with the page, not with what is kept.

Each state is a list of its own, in the wanted order; a page is merged from those that are asked for.
"""

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from appliance.link.messages import MOST_COUNTED, FilingPage, FilingRow, ListFilings
from appliance.link.refusals import Refused, Why
from appliance.model.things import Filing, Office
from appliance.model.time import Instant
from appliance.model.words import SEEN_BY_FUND, FilingState
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.filings.known import is_known, name_for
from appliance.vault.filings.offered import where_offered
from appliance.vault.narrowing import MAX_LOOKED, Searched, Span, filters, month_span, page_of
from appliance.vault.reading import journal_reading
from appliance.vault.records.row_keys import newest_first
from appliance.vault.records.tables import NO_DUE, filings, offices
from appliance.vault.records.transaction import Snapshot
from appliance.vault.workflow.filing import GIVEN_UP

MAX_ROWS = 200
MAX_STATES = len(FilingState)
FILTERS = ("type", "month", "by_deadline", "oldest_first")
Place = Callable[[Filing], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Order:
    """An index whose parts begin with these, then the state; where a filing stands in it.

    month is what of it the index can be narrowed to; reverse: from its end to its beginning.
    """

    index: str
    parts: tuple[str, ...]
    place: Place
    month: Span | None
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for, checked."""

    asked: ListFilings
    states: tuple[FilingState, ...]
    of_fund: bool
    month: Span
    searched: Searched

    @classmethod
    def of(cls, core: Core, caller: Caller, asked: ListFilings) -> "Wanted":
        """Raises Refused INVALID."""
        if asked.type and asked.type not in core.catalogue.types:
            raise Refused(Why.INVALID, "list.type")
        of_fund = not caller.own_office
        all = SEEN_BY_FUND if of_fund else tuple(FilingState)
        states = tuple(state for state in dict.fromkeys(asked.states[:MAX_STATES]) if state in all)
        span, searched = month_span(asked.month), Searched.of(asked.search, core.catalogue)
        return cls(asked, states if asked.states else all, of_fund, span, searched)

    def at(self, filing: Filing) -> Instant:
        """When it came, for this visitor."""
        return filing.delivered_at if self.of_fund else filing.uploaded_at

    def has(self, filing: Filing) -> bool:
        """Whether this one is wanted."""
        asked = self.asked
        return (
            asked.type in ("", filing.type)
            and asked.office in ("", filing.office)
            and self.month.holds(self.at(filing))
            and self.searched.finds(filing.type, filing.file_name)
        )

    @property
    def order(self) -> Order:
        """The newest upload first for an office; for the fund the newest delivery, or the nearest deadline."""
        if self.of_fund and self.asked.by_deadline:
            return Order("due", (), by_deadline, None)
        reverse = self.asked.oldest_first and not self.asked.by_deadline
        office = self.asked.office
        index = "office_state" if not self.of_fund else "fund_office" if office else "fund"
        return Order(
            index, (office,) if office else (), lambda f: (newest_first(self.at(f)), f.id), self.month, reverse
        )


def by_deadline(filing: Filing) -> tuple[Any, ...]:
    """The place of a filing among others: the nearest deadline first."""
    return filing.due_on or NO_DUE, filing.delivered_at, filing.id


@where_offered
async def list_filings(core: Core, caller: Caller, message: ListFilings) -> FilingPage:
    """One page. An office lists its own, the fund what was delivered. Raises Refused INVALID or NOT_FOUND."""
    office = caller.own_office or message.office
    limit = max(1, min(message.limit, MAX_ROWS))
    wanted = Wanted.of(core, caller, replace(message, office=office, limit=limit))
    told = filters(message, *FILTERS)
    page = "/".join((office, message.after, ",".join(wanted.states), message.search, *told))
    await journal_reading(core, caller, page, reason=", ".join(told))

    def on(snapshot: Snapshot) -> FilingPage:
        found, after = page_of(_candidates(snapshot, caller, wanted), wanted.has, limit)
        return FilingPage(_rows(snapshot, caller, found), after)

    return await core.read(on)


def _candidates(snapshot: Snapshot, caller: Caller, wanted: Wanted) -> Iterator[Filing]:
    """The filings among which the wanted ones are, in order, behind the cursor. Raises Refused NOT_FOUND."""
    behind = _cursor(snapshot, caller, wanted.asked)
    if wanted.of_fund or not wanted.asked.by_deadline:
        return _merged(snapshot, wanted, behind)
    # No index has an office's deadlines: its newest filings are put in that order once they are open (design §5).
    newest = islice(_merged(snapshot, wanted, None), MAX_LOOKED)
    begins = by_deadline(behind) if behind else ()
    return iter(sorted((one for one in newest if by_deadline(one) > begins), key=by_deadline))


def _cursor(snapshot: Snapshot, caller: Caller, asked: ListFilings) -> Filing | None:
    """The filing behind which the page begins. Raises Refused NOT_FOUND for one that this visitor cannot know."""
    behind = filings.get(snapshot, asked.after) if asked.after else None
    if asked.after and (behind is None or not is_known(caller, behind)):
        raise Refused(Why.NOT_FOUND)
    # By deadline the offices stand mixed; else another office's filing has no place in this list.
    if behind is not None and not asked.by_deadline and asked.office not in ("", behind.office):
        raise Refused(Why.NOT_FOUND)
    return behind


def _merged(snapshot: Snapshot, wanted: Wanted, behind: Filing | None) -> Iterator[Filing]:
    """All filings of these states in one order."""
    states, limit, order = wanted.states, wanted.asked.limit, wanted.order
    at_once = limit + 1 if len(states) == 1 else max(8, limit // 4)
    lists = [_of_state(snapshot, order, state, behind, at_once) for state in states]
    return heapq.merge(*lists, key=order.place, reverse=order.reverse)


def _of_state(
    snapshot: Snapshot, order: Order, state: FilingState, behind: Filing | None, at_once: int
) -> Iterator[Filing]:
    """The filings of one state from the place of behind on, some at a time."""
    parts = (*order.parts, state.value)
    since, until = order.month.newest_first(*parts) if order.month else (None, None)
    # A filing may have left this state since the last page, but its place among the others stays.
    last = None if behind is None else replace(behind, state=state)
    while page := filings.scan(
        snapshot, order.index, parts, since=since, until=until, behind=last, limit=at_once, reverse=order.reverse
    ):
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
        followed_by=follower(snapshot, caller, filing),
    )


def follower(snapshot: Snapshot, caller: Caller, filing: Filing) -> str:
    """What was sent in its place, if it was not given up: to the fund nothing before that was delivered."""
    found = filings.get(snapshot, filing.followed_by) if filing.followed_by else None
    stands = found is not None and found.state not in GIVEN_UP and is_known(caller, found)
    return filing.followed_by if stands else ""


def count_office(snapshot: Snapshot, office: str) -> tuple[int, int]:
    """How many filings of an office wait for approval, and for delivery; each counted up to MOST_COUNTED."""
    return (
        _count(snapshot, "office_state", office, FilingState.UPLOADED.value),
        _count(snapshot, "office_state", office, FilingState.APPROVED.value),
    )


def count_returned(snapshot: Snapshot, caller: Caller) -> int:
    """How many of the office's newest filings that were returned have nothing in their place yet."""
    place = (caller.own_office, FilingState.RETURNED.value)
    found = filings.scan(snapshot, "office_state", place, limit=MOST_COUNTED)
    return sum(not follower(snapshot, caller, filing) for filing in found)


def count_new(snapshot: Snapshot) -> int:
    """How many filings the fund has not received yet, counted up to MOST_COUNTED."""
    return _count(snapshot, "fund", FilingState.DELIVERED.value)


def _count(snapshot: Snapshot, index: str, *parts: str) -> int:
    return len(filings.keys(snapshot, index, parts, limit=MOST_COUNTED))

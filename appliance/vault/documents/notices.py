# SPDX-License-Identifier: Apache-2.0
"""Notices: found, counted, listed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from appliance.link.messages import ListNotices, NoticePage, NoticeRow, ReadNotice
from appliance.link.refusals import Refused, Why
from appliance.model.ids import is_id
from appliance.model.things import Notice, Office
from appliance.model.words import NoticeState
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.narrowing import Searched, Span, filters, month_span, page_of
from appliance.vault.office_list import known_office
from appliance.vault.reading import journal_reading
from appliance.vault.records.tables import notices, offices
from appliance.vault.records.transaction import Snapshot

MAX_ROWS = 200
# So many are taken out of an index at a time where not all of them are wanted.
AT_ONCE = 100
FILTERS = ("type", "period", "month", "state", "oldest_first")


def office_of_list(snapshot: Snapshot, caller: Caller, message: ListNotices) -> str:
    """The office whose notices are listed; at the portal always the visitor's own. Raises Refused NOT_FOUND."""
    # Pages that were read are remembered by their cursors, which therefore must not be of any length.
    if message.after and not is_id(message.after):
        raise Refused(Why.NOT_FOUND)
    return caller.own_office or known_office(snapshot, message.office)


def office_of_notice(snapshot: Snapshot, caller: Caller, message: Any) -> str:
    """The office of the notice that a message is about. Raises Refused NOT_FOUND."""
    return known_notice(snapshot, message.notice).office


def known_notice(snapshot: Snapshot, id: str) -> Notice:
    """The notice. Raises Refused NOT_FOUND."""
    notice = notices.get(snapshot, id)
    if notice is None:
        raise Refused(Why.NOT_FOUND)
    return notice


class Wanted(NamedTuple):
    """What is asked for, checked."""

    asked: ListNotices
    span: Span
    searched: Searched

    @classmethod
    def of(cls, core: Core, asked: ListNotices) -> "Wanted":
        """Raises Refused INVALID."""
        if asked.type and asked.type not in core.catalogue.types:
            raise Refused(Why.INVALID, "list.type")
        month_span(asked.period)
        return cls(asked, month_span(asked.month), Searched.of(asked.search, core.catalogue))

    @property
    def is_narrowed(self) -> bool:
        """Whether not each notice of the office in that time is wanted."""
        return bool(self.asked.type or self.asked.period or self.asked.state or self.asked.search)

    def has(self, notice: Notice) -> bool:
        """Whether this one is wanted."""
        asked = self.asked
        return (
            asked.state in (None, notice.state)
            and asked.type in ("", notice.type)
            and asked.period in ("", notice.period)
            and self.searched.finds(notice.type, notice.file_name)
        )


async def list_notices(core: Core, caller: Caller, message: ListNotices) -> NoticePage:
    """One page. Its cost grows with the page, and with what has to be looked at to be left out, up to a bound.

    Raises Refused INVALID for what nobody can look for.
    """
    office = caller.own_office or message.office
    limit = max(1, min(message.limit, MAX_ROWS))
    wanted = Wanted.of(core, replace(message, office=office, limit=limit))
    told = filters(message, *FILTERS)
    page = "/".join((office, message.after, message.search, *told))
    await journal_reading(core, caller, page, reason=", ".join(told))

    def on(snapshot: Snapshot) -> NoticePage:
        found, after = page_of(_walk(snapshot, wanted), wanted.has, limit)
        return NoticePage(rows_of(snapshot, found, for_fund=not caller.own_office), after)

    return await core.read(on)


async def read_notice(core: Core, caller: Caller, message: ReadNotice) -> NoticeRow:
    """One line of the list. Raises Refused NOT_FOUND."""
    notice = await core.read(lambda snapshot: known_notice(snapshot, message.notice))
    await journal_reading(core, caller, notice.id, notice.office, thing=notice.id)

    def row(snapshot: Snapshot) -> NoticeRow:
        now = known_notice(snapshot, notice.id)
        [found] = rows_of(snapshot, [now], for_fund=not caller.own_office)
        return found

    return await core.read(row)


def _walk(snapshot: Snapshot, wanted: Wanted) -> Iterator[Notice]:
    """The notices among which the wanted ones are, in order, behind the cursor. Raises Refused NOT_FOUND."""
    asked = wanted.asked
    behind = _cursor(snapshot, asked)
    index, parts, is_newest_first = _index(asked)
    since, until = (wanted.span.newest_first if is_newest_first else wanted.span.oldest_first)(*parts)
    reverse = asked.oldest_first is is_newest_first
    limit = AT_ONCE if wanted.is_narrowed else asked.limit + 1
    more = True
    while more:
        found = notices.scan(
            snapshot, index, parts, since=since, until=until, behind=behind, limit=limit, reverse=reverse
        )
        yield from found
        more = len(found) == limit
        behind = found[-1] if found else None


def _index(asked: ListNotices) -> tuple[str, tuple[str, ...], bool]:
    """Where to look: an index, the parts that it begins with, and whether the newest stand first in it."""
    if not asked.office:
        return "all", (), True
    if asked.state is NoticeState.DELIVERED:
        return "unread", (asked.office,), False
    return "office", (asked.office,), True


def _cursor(snapshot: Snapshot, asked: ListNotices) -> Notice | None:
    """The notice behind which the page begins. Raises Refused NOT_FOUND for one that is not of this list."""
    behind = notices.get(snapshot, asked.after) if asked.after else None
    if asked.after and (behind is None or asked.office not in ("", behind.office)):
        raise Refused(Why.NOT_FOUND)
    # Among the unread it keeps its place, though it may have been received since the last page.
    return behind if behind is None else replace(behind, state=asked.state or behind.state)


def rows_of(snapshot: Snapshot, found: Sequence[Notice], *, for_fund: bool) -> tuple[NoticeRow, ...]:
    """Notices as lines of a list; only the fund sees why it took one back."""
    known = {id: offices.get(snapshot, id) for id in {notice.office for notice in found}}
    return tuple(_row(notice, known[notice.office], notice.reason if for_fund else "") for notice in found)


def _row(notice: Notice, office: Office | None, reason: str) -> NoticeRow:
    return NoticeRow(
        id=notice.id,
        office_number=office.number if office else 0,
        office_name=office.name if office else "",
        type=notice.type,
        period=notice.period,
        file_name=notice.file_name,
        size=notice.size,
        state=notice.state,
        delivered_at=notice.delivered_at,
        received_at=notice.received_at,
        scan=notice.scan,
        engine=notice.engine,
        cancelled_at=notice.cancelled_at,
        reason=reason,
    )

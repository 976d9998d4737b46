# SPDX-License-Identifier: Apache-2.0
"""Notices: found, counted, listed."""

from collections.abc import Sequence
from typing import Any

from appliance.link.messages import ListNotices, NoticePage, NoticeRow, ReadNotice
from appliance.link.refusals import Refused, Why
from appliance.model.ids import is_id
from appliance.model.things import Notice, Office
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.office_list import known_office
from appliance.vault.reading import journal_reading
from appliance.vault.records.tables import notices, offices
from appliance.vault.records.transaction import Snapshot

MAX_ROWS = 200


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


async def list_notices(core: Core, caller: Caller, message: ListNotices) -> NoticePage:
    """One page, newest first. Its cost grows with the page, not with what is kept."""
    office = caller.own_office or message.office
    await journal_reading(core, caller, f"{office}/{message.after}")
    limit = max(1, min(message.limit, MAX_ROWS))

    def page(snapshot: Snapshot) -> NoticePage:
        found = _found(snapshot, office, message.after, limit + 1)
        rows = _rows(snapshot, found[:limit], for_fund=not caller.own_office)
        return NoticePage(rows, rows[-1].id if len(found) > limit else "")

    return await core.read(page)


async def read_notice(core: Core, caller: Caller, message: ReadNotice) -> NoticeRow:
    """One line of the list. Raises Refused NOT_FOUND."""
    notice = await core.read(lambda snapshot: known_notice(snapshot, message.notice))
    await journal_reading(core, caller, notice.id, notice.office, thing=notice.id)

    def row(snapshot: Snapshot) -> NoticeRow:
        now = known_notice(snapshot, notice.id)
        [found] = _rows(snapshot, [now], for_fund=not caller.own_office)
        return found

    return await core.read(row)


def _found(snapshot: Snapshot, office: str, after: str, limit: int) -> list[Notice]:
    behind = notices.get(snapshot, after) if after else None
    if after and (behind is None or (office and behind.office != office)):
        raise Refused(Why.NOT_FOUND)
    index, parts = ("office", (office,)) if office else ("all", ())
    return notices.scan(snapshot, index, parts, behind=behind, limit=limit)


def _rows(snapshot: Snapshot, found: Sequence[Notice], *, for_fund: bool) -> tuple[NoticeRow, ...]:
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

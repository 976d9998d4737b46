# SPDX-License-Identifier: Apache-2.0
"""VPN接続 at the console: what is connected now, what was and why it ended, and which PCs are kept out."""

from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp.web import StreamResponse

from appliance.link.messages import (
    ListPastTunnels,
    ListSeatBlocks,
    ListTunnels,
    PastTunnelPage,
    SeatBlockPage,
    SeatBlockRow,
    TunnelPage,
)
from appliance.link.refusals import Refused, Why
from appliance.model.tunnels import Cause
from appliance.web import japanese
from appliance.web.answers import shown
from appliance.web.console.tunnel_words import MAY_BLOCK, MAY_END, MAY_END_MANY, cause_word, session_line
from appliance.web.cursors import cursor, known_id
from appliance.web.request import Request
from appliance.web.said import said
from appliance.web.seat_words import seat_name

PLACE = "/tunnels"
PAST = PLACE + "/past"
BLOCKED = PLACE + "/blocked"
ROWS = 25


@dataclass(frozen=True, slots=True)
class BlockLine:
    """A seat that is kept out, in words."""

    office: str
    office_name: str
    contract_number: str
    seat: int
    seat_name: str
    since: str
    by: str
    told: str


async def show_tunnels(request: Request) -> StreamResponse:
    """What is connected now, of all offices or of one."""
    office = _office(request)
    answered = await request.ask(ListTunnels(cursor(request.query), ROWS, office))
    page: TunnelPage = answered.reply
    role = answered.visitor.role if answered.visitor else None
    lines = [session_line(request.house, row, answered.now) for row in page.rows]
    return shown(
        request,
        "console/tunnels",
        answered,
        page=page,
        lines=lines,
        office=office,
        office_name=next((line.office_name for line in lines), "") if office else "",
        may_end=role in MAY_END,
        may_end_many=role in MAY_END_MANY,
        first="after" not in request.query,
        next=f"{PLACE}?after={page.next}" if page.next else "",
    )


async def show_past(request: Request) -> StreamResponse:
    """What was connected, the newest first."""
    office, day = _office(request), request.query.get("day", "").strip()
    cause = _cause(request.query.get("cause", ""))
    answered = await request.ask(ListPastTunnels(office, cause, day, cursor(request.query), ROWS))
    page: PastTunnelPage = answered.reply
    narrowed = {"office": office, "cause": cause or "", "day": day}
    here = f"{PAST}?{urlencode({name: value for name, value in narrowed.items() if value})}"
    return shown(
        request,
        "console/tunnels_past",
        answered,
        lines=[session_line(request.house, row, answered.now) for row in page.rows],
        causes=[(one.value, cause_word(request.house, one)) for one in Cause],
        office=office,
        office_name=page.office_name,
        cause=cause or "",
        day=day,
        here_again=here,
        first="after" not in request.query,
        next=f"{here}&after={page.next}" if page.next else "",
    )


async def show_blocked(request: Request) -> StreamResponse:
    """The PCs that the fund keeps out."""
    answered = await request.ask(ListSeatBlocks(cursor(request.query), ROWS))
    page: SeatBlockPage = answered.reply
    role = answered.visitor.role if answered.visitor else None
    return shown(
        request,
        "console/tunnels_blocked",
        answered,
        lines=[_block_line(row) for row in page.rows],
        may_block=role in MAY_BLOCK,
        said=said(request),
        first="after" not in request.query,
        next=f"{BLOCKED}?after={page.next}" if page.next else "",
    )


def _office(request: Request) -> str:
    value = request.query.get("office", "")
    return known_id(value) if value else ""


def _cause(value: str) -> Cause | None:
    try:
        return Cause(value) if value else None
    except ValueError:
        raise Refused(Why.INVALID) from None


def _block_line(row: SeatBlockRow) -> BlockLine:
    return BlockLine(
        row.office,
        row.office_name,
        row.contract_number,
        row.seat,
        seat_name(row.seat),
        japanese.moment(row.since),
        row.by,
        row.told,
    )

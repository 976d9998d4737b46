# SPDX-License-Identifier: Apache-2.0
"""VPN sessions are ended at the console, and PCs kept out; what is said afterwards is what was observed.

The reason for an end stays with the fund; that for keeping a PC out is for the office to hear.
"""

from dataclasses import replace

from aiohttp.web import Response, StreamResponse

from appliance.link.messages import (
    BlockSeat,
    EndingWeighed,
    EndTunnel,
    EndTunnels,
    ListSeats,
    Scope,
    SeatPage,
    TunnelsEnded,
    UnblockSeat,
    WeighEnding,
    Which,
)
from appliance.link.refusals import Refused, Why
from appliance.web.answers import go_to, shown
from appliance.web.console.tunnel_words import session_line
from appliance.web.console.tunnels import BLOCKED, PLACE
from appliance.web.cursors import known_id, number
from appliance.web.forms import Field, Form, FormPage, Shape, Typed, empty, form_page, send
from appliance.web.language import _
from appliance.web.request import Request
from appliance.web.said import with_word
from appliance.web.seat_words import seat_name
from appliance.web.vault_side import Answered

END = PLACE + "/end/{scope}/{of}"
END_ALL = PLACE + "/end/all"
BLOCK = "/seats/{office}/{number}/block"
UNBLOCK = "/seats/{office}/{number}/unblock"
REASON = Field("reason", "理由", "履歴に残ります。事業所には表示されません。例: お電話で切断のご依頼", most=300)
ENDING = Form("", (REASON,), "切断する")
WHOSE = (Field("office_name", "事業所", shape=Shape.FIXED), Field("seat_name", "端末", shape=Shape.FIXED))
TOLD = Field(
    "reason", "理由", "お尋ねがあったときに、事業所へお伝えする理由です。例: 紛失の届け出があったため", most=300
)
BLOCKING = FormPage(
    "端末の接続を止める",
    Form(BLOCK, (*WHOSE, TOLD), "接続を止める"),
    (
        "押すとすぐに、この端末の接続は切れ、解除するまで VPN に接続できなくなります。",
        "席と証明書はそのまま残ります。紛失や盗難のときは、接続を止めてから失効させてください。",
    ),
    "tunnels",
    BLOCKED,
)
UNBLOCKING = FormPage(
    "端末の接続停止を解除する",
    Form(UNBLOCK, (*WHOSE, REASON), "解除する"),
    ("押すとすぐに、この端末から VPN に接続できるようになります。",),
    "tunnels",
    BLOCKED,
)


# --- ending -------------------------------------------------------------------------------------------------------


async def show_ending(request: Request) -> StreamResponse:
    """How many would end, and which, before anything is done."""
    return await _ending(request, empty(request))


async def end(request: Request) -> StreamResponse:
    """They end; what the gate has seen."""
    which = _which(request)

    def make(typed: Typed) -> object:
        if which.scope is Scope.SESSION:
            return EndTunnel(which.of, typed["reason"], typed.command)
        return EndTunnels(which, typed["reason"], typed.command)

    sent = await send(request, ENDING, make)
    return await _ending(request, sent) if isinstance(sent, Typed) else _observed(request, sent)


async def _ending(request: Request, typed: Typed) -> Response:
    which = _which(request)
    answered = await request.ask(WeighEnding(which))
    weighed: EndingWeighed = answered.reply
    return shown(
        request,
        "console/tunnel_end",
        answered,
        typed.status,
        form=replace(ENDING, action=request.path),
        typed=typed,
        which=which,
        weighed=weighed,
        seat_name=seat_name(which.seat) if which.seat else "",
        lines=[session_line(request.house, row, answered.now) for row in weighed.rows],
    )


def _observed(request: Request, answered: Answered, back: str = PLACE) -> Response:
    ended: TunnelsEnded = answered.reply
    lines = [session_line(request.house, row, answered.now) for row in ended.rows]
    return shown(request, "console/tunnel_ended", answered, ended=ended, lines=lines, back=back)


def _which(request: Request) -> Which:
    """Which sessions the address means; a seat is its office, a dot and its number. Raises Refused NOT_FOUND."""
    values = request.values
    if "of" not in values:
        return Which(Scope.ALL)
    if values["scope"] == Scope.SEAT:
        office, _dot, seat = values["of"].partition(".")
        return Which(Scope.SEAT, known_id(office), number({"number": seat}, "number"))
    known = {one.value: one for one in (Scope.SESSION, Scope.USER, Scope.OFFICE)}
    if values["scope"] not in known:
        raise Refused(Why.NOT_FOUND)
    return Which(known[values["scope"]], known_id(values["of"]))


# --- keeping out --------------------------------------------------------------------------------------------------


async def show_blocking(request: Request) -> StreamResponse:
    """What it means that a PC is kept out."""
    return await _about_seat(request, BLOCKING)


async def block(request: Request) -> StreamResponse:
    """It is, from now on; what was seen of its session."""
    office, seat = _seat(request)
    sent = await send(request, BLOCKING.form, lambda typed: BlockSeat(office, seat, typed["reason"], typed.command))
    if isinstance(sent, Typed):
        return await _about_seat(request, BLOCKING, sent)
    if not sent.reply.asked:
        return go_to(with_word(BLOCKED, "seat_blocked"))
    return _observed(request, sent, BLOCKED)


async def show_unblocking(request: Request) -> StreamResponse:
    """What is asked before it may connect again."""
    return await _about_seat(request, UNBLOCKING)


async def unblock(request: Request) -> StreamResponse:
    """It may."""
    office, seat = _seat(request)
    sent = await send(
        request, UNBLOCKING.form, lambda typed: UnblockSeat(office, seat, typed["reason"], typed.command)
    )
    if isinstance(sent, Typed):
        return await _about_seat(request, UNBLOCKING, sent)
    return go_to(with_word(BLOCKED, "seat_unblocked"))


async def _about_seat(request: Request, page: FormPage, typed: Typed | None = None) -> Response:
    office, seat = _seat(request)
    answered = await request.ask(ListSeats(office))
    known: SeatPage = answered.reply
    if all(row.number != seat for row in known.rows):
        raise Refused(Why.NOT_FOUND)
    whose = {
        "office_name": _("{name}（{more}）", name=known.office_name, more=known.contract_number),
        "seat_name": seat_name(seat),
    }
    form = replace(page.form, action=page.form.action.format(office=office, number=seat))
    return form_page(request, replace(page, form=form), answered, typed or empty(request, whose))


def _seat(request: Request) -> tuple[str, int]:
    return known_id(request.values["office"]), number(request.values, "number")

# SPDX-License-Identifier: Apache-2.0
"""Seats (端末) at the fund: those in one state, those of an office, revoked (失効) or opened again (SC19)."""

from dataclasses import dataclass, replace

from aiohttp.web import StreamResponse

from appliance.link.messages import FindSeats, FoundSeat, ListSeats, OpenSeat, RevokeSeat, SeatPage, SeatRow
from appliance.link.refusals import Refused, Why
from appliance.model.devices import Ended, SeatState
from appliance.model.words import Role
from appliance.web import japanese
from appliance.web.answers import go_to, shown
from appliance.web.console.tunnel_words import MAY_BLOCK
from appliance.web.cursors import cursor, known_id, number
from appliance.web.forms import TICKED, Choice, Field, Form, FormPage, Shape, Typed, empty, form_page, send
from appliance.web.house import House
from appliance.web.language import _
from appliance.web.request import Request
from appliance.web.said import said, with_word
from appliance.web.seat_words import ended_word, seat_line, seat_name, state_word, tone_of

PLACE = "/seats"
OF_OFFICE = "/seats/{office}"
REVOKE = "/seats/{office}/{number}/revoke"
OPEN = "/seats/{office}/{number}/open"
ROWS = 100
MAY_END = frozenset({Role.FUND_CLERK, Role.FUND_DESK, Role.FUND_SYSTEM})
WHYS = (Ended.REPLACED, Ended.LOST, Ended.RETURNED, Ended.ADMIN_CHANGED, Ended.WITHDRAWN)
WHOSE = (Field("office_name", "事業所", shape=Shape.FIXED), Field("seat_name", "端末", shape=Shape.FIXED))
WHY = Field("why", "何があったか", shape=Shape.SELECT)
REASON = Field("reason", "理由", "履歴に残ります。例: お電話で紛失の届け出を受けた", most=300)
REOPEN = Field(
    "reopen",
    "すぐに払い出し直す",
    "新しいパソコンのために、同じ番号のインストーラーを取得できるようにします。",
    Shape.TICK,
)
REVOKING = FormPage(
    "端末を失効させる",
    Form(REVOKE, (*WHOSE, WHY, REASON, REOPEN), "失効させる"),
    (
        "失効させると、この端末からはすぐに VPN に接続できなくなります。",
        "管理者の方には、メールでお知らせします。紛失や盗難のときは、管理者の方の手続きを待たずに失効できます。",
    ),
    "seats",
)
_REVOCABLE = (SeatState.DOWNLOADED, SeatState.REQUESTED, SeatState.FAILED, SeatState.ACTIVE)
_OPENABLE = (SeatState.CLOSED, SeatState.OVERRIDDEN, SeatState.REVOKED)


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A seat in the list of all."""

    office: str
    office_name: str
    contract_number: str
    name: str
    since: str
    state_word: str
    tone: str
    short_code: str


async def show_seats(request: Request) -> StreamResponse:
    """The seats of all offices, or those in one state; what waits for the desk has a list of its own."""
    state = _state(request.query.get("state", ""))
    asked = FindSeats(state, cursor(request.query), ROWS)
    answered = await request.ask(asked)
    house = request.house
    here = f"{PLACE}?state={state or ''}"
    return shown(
        request,
        "console/seats",
        answered,
        lines=[_line(house, row) for row in answered.reply.rows],
        states=[(one.value, state_word(house, one)) for one in SeatState],
        state=state or "",
        state_word=state_word(house, state) if state else "",
        here_again=here,
        next=f"{here}&after={answered.reply.next}" if answered.reply.next else "",
        first=not asked.after,
    )


async def show_office_seats(request: Request) -> StreamResponse:
    """The seats of an office, with the PCs that hold them and held them."""
    return await _page(request)


async def show_revoking(request: Request) -> StreamResponse:
    """What is asked before a PC may connect no more."""
    return await _revoking(request)


async def revoke(request: Request) -> StreamResponse:
    """It may not."""
    office, seat = _which(request)
    form = replace(REVOKING.form, fields=_fields(request.house))

    def make(typed: Typed) -> RevokeSeat:
        reopen = typed[REOPEN.name] == TICKED
        return RevokeSeat(office, seat, Ended(typed["why"]), typed["reason"], reopen, typed.command)

    sent = await send(request, form, make)
    if isinstance(sent, Typed):
        return await _revoking(request, sent)
    return go_to(with_word(OF_OFFICE.format(office=office), "seat_revoked"))


async def open_again(request: Request) -> StreamResponse:
    """Its kit is offered."""
    office, seat = _which(request)
    try:
        await request.ask(OpenSeat(office, seat, request.fields.get("command", "")))
    except Refused as refused:
        if refused.why is not Why.CONFLICT:
            raise
        return await _page(request, refused)
    return go_to(with_word(OF_OFFICE.format(office=office), "seat_opened"))


def _state(value: str) -> SeatState | None:
    try:
        return SeatState(value) if value else None
    except ValueError:
        raise Refused(Why.INVALID) from None


def _line(house: House, row: FoundSeat) -> FoundLine:
    return FoundLine(
        row.office,
        row.office_name,
        row.contract_number,
        seat_name(row.number),
        japanese.moment(row.since),
        state_word(house, row.state),
        tone_of(row.state),
        row.short_code,
    )


def _which(request: Request) -> tuple[str, int]:
    return known_id(request.values["office"]), number(request.values, "number")


async def _page(request: Request, refused: Refused | None = None) -> StreamResponse:
    house = request.house
    answered = await request.ask(ListSeats(known_id(request.values["office"])))
    page: SeatPage = answered.reply
    role = answered.visitor.role if answered.visitor else None
    return shown(
        request,
        "console/office_seats",
        answered,
        409 if refused else 200,
        page=page,
        lines=[seat_line(house, row) for row in page.rows],
        may_act=role in MAY_END,
        may_block=role in MAY_BLOCK,
        revocable=_REVOCABLE,
        openable=_OPENABLE,
        command=house.new_id(),
        said=said(request),
        explanation=house.texts.refusal(refused) if refused else None,
    )


async def _revoking(request: Request, typed: Typed | None = None) -> StreamResponse:
    office, seat = _which(request)
    answered = await request.ask(ListSeats(office))
    page: SeatPage = answered.reply
    row = _row(page, seat)
    whose = {
        "office_name": _("{name}（{more}）", name=page.office_name, more=page.contract_number),
        "seat_name": seat_name(seat),
    }
    if row.state not in _REVOCABLE and typed is None:
        values = {"seat": str(seat), "since_at": str(row.since)}
        raise Refused(Why.CONFLICT, f"seat.now_{row.state}", values)
    form = replace(REVOKING.form, action=REVOKE.format(office=office, number=seat), fields=_fields(request.house))
    filled = replace(REVOKING, form=form, back=OF_OFFICE.format(office=office))
    return form_page(request, filled, answered, typed or empty(request, whose))


def _row(page: SeatPage, seat: int) -> SeatRow:
    found = next((row for row in page.rows if row.number == seat), None)
    if found is None:
        raise Refused(Why.NOT_FOUND)
    return found


def _fields(house: House) -> tuple[Field, ...]:
    choices = tuple(Choice(why.value, ended_word(house, why)) for why in WHYS)
    return (*WHOSE, replace(WHY, choices=choices), REASON, REOPEN)

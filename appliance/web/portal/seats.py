# SPDX-License-Identifier: Apache-2.0
"""The seats (端末) of the visitor's office: how far each is, and what its admin gives up (A37, A38)."""

from dataclasses import replace

from aiohttp.web import StreamResponse

from appliance.link.messages import AskSeatCode, GiveUpSeat, ListOwnSeats, SeatPage, SeatRow
from appliance.link.refusals import Refused, Why
from appliance.model.devices import Ended, SeatState
from appliance.model.words import Role
from appliance.web.answers import go_to, shown
from appliance.web.cursors import number
from appliance.web.forms import Choice, Field, Form, Shape, Typed, empty, send
from appliance.web.people.fields import CODE, PRESENT
from appliance.web.request import Request
from appliance.web.said import said, with_word
from appliance.web.seat_words import STEPS, seat_line

PLACE = "/seats"
ONE = "/seats/{number}"
CODE_PLACE = "/seats/{number}/code"
WHY = Field("why", "何をしますか", shape=Shape.RADIO)
REPLACED = Choice(
    "replaced", "別のパソコンに入れ替える", "いまのパソコンは使えなくなり、同じ番号で新しいパソコンを登録できます"
)
LOST = Choice(
    "lost", "紛失・盗難を届け出る", "いまのパソコンを、すぐに使えなくします。基金にも電話でご連絡ください"
)
RETURNED = Choice(
    "returned", "この席を返却する", "この端末は使わなくなります。もう一度使うには、基金へのご相談が必要です"
)
ASKING = Form(CODE_PLACE, (), "確認番号をメールで送る")
GIVING_UP = Form(ONE, (WHY, CODE, PRESENT), "実行する")
_GONE = (SeatState.READY, SeatState.CLOSED)


async def show_seats(request: Request) -> StreamResponse:
    """All of them, each with how far it is and what comes next."""
    answered = await request.ask(ListOwnSeats())
    page: SeatPage = answered.reply
    house = request.house
    return shown(
        request,
        "portal/seats",
        answered,
        lines=[seat_line(house, row) for row in page.rows],
        steps=STEPS,
        is_admin=answered.visitor is not None and answered.visitor.role is Role.OFFICE_ADMIN,
        may_give_up=frozenset(row.number for row in page.rows if _choices(row)),
        public_url=house.fund.public_url,
        said=said(request),
    )


async def show_seat(request: Request) -> StreamResponse:
    """What it takes to give up its PC."""
    return await _page(request)


async def ask_code(request: Request) -> StreamResponse:
    """A code goes to the admin's own address; none where there is nothing to give up."""
    seat = _number(request)
    sent = await send(request, ASKING, lambda typed: AskSeatCode(seat, typed.command))
    if isinstance(sent, Typed):
        return await _page(request, asking=sent)
    return go_to(with_word(ONE.format(number=seat), "seat_code"))


async def give_up(request: Request) -> StreamResponse:
    """Its PC may connect no more."""
    seat = _number(request)
    form = replace(GIVING_UP, fields=_fields((REPLACED, LOST, RETURNED)))

    def make(typed: Typed) -> GiveUpSeat:
        return GiveUpSeat(seat, Ended(typed["why"]), typed["present_password"], typed["code"], typed.command)

    sent = await send(request, form, make)
    if isinstance(sent, Typed):
        return await _page(request, giving=sent)
    returned = request.fields.get("why") == Ended.RETURNED
    return go_to(with_word(PLACE, "seat_returned" if returned else "seat_replaced"))


def _number(request: Request) -> int:
    return number(request.values, "number")


def _choices(row: SeatRow) -> tuple[Choice, ...]:
    """What an office may do with a seat as it is: nothing with one that it has not, or that nobody has yet."""
    if row.state is SeatState.CLOSED:
        return ()
    given = () if row.state in _GONE else (REPLACED, LOST)
    return given if row.number == 1 else (*given, RETURNED)


def _fields(choices: tuple[Choice, ...]) -> tuple[Field, ...]:
    return (replace(WHY, choices=choices), CODE, PRESENT)


async def _page(request: Request, asking: Typed | None = None, giving: Typed | None = None) -> StreamResponse:
    seat = _number(request)
    answered = await request.ask(ListOwnSeats())
    row = next((row for row in answered.reply.rows if row.number == seat), None)
    if row is None or not (answered.visitor and answered.visitor.role is Role.OFFICE_ADMIN):
        raise Refused(Why.NOT_FOUND)
    choices = _choices(row)
    if not choices:
        raise Refused(Why.CONFLICT, f"seat.now_{row.state}", {"seat": str(seat), "since_at": str(row.since)})
    status = next((typed.status for typed in (asking, giving) if typed is not None), 200)
    return shown(
        request,
        "portal/seat",
        answered,
        status,
        line=seat_line(request.house, row),
        ask=replace(ASKING, action=CODE_PLACE.format(number=seat)),
        asking=asking or empty(request),
        give=replace(GIVING_UP, action=ONE.format(number=seat), fields=_fields(choices)),
        giving=giving or empty(request),
        said=said(request),
    )

# SPDX-License-Identifier: Apache-2.0
"""「管理者の引き継ぎ」 (R228): the admin names a successor, step by step, and sees where it stands."""

from dataclasses import dataclass

from aiohttp.web import Response, StreamResponse

from appliance.link.messages import (
    ConfirmSuccessor,
    DropSuccessor,
    HandOver,
    Issued,
    NameSuccessor,
    ReadOwnIssued,
)
from appliance.web import japanese
from appliance.web.answers import go_to, shown
from appliance.web.forms import Field, Form, Shape, Typed, empty, send
from appliance.web.language import _
from appliance.web.people.fields import CODE, KANA, MAIL, NAME, PRESENT
from appliance.web.repeats import PAGE_SECONDS
from appliance.web.request import Request
from appliance.web.said import said, with_word

PLACE = "/hand-over"
NAMING = Form(
    PLACE,
    (
        KANA,
        NAME,
        MAIL,
        Field(
            "on_day",
            "引き継ぎ日",
            "この日に自動的に引き継がれ、初期パスワードは基金から郵送されます。空のときは、この画面ですぐに引き継げます。",
            Shape.DATE,
            is_optional=True,
            most=20,
        ),
        Field(
            "new_pc",
            "1 台目のパソコンも替える",
            "引き継ぎのときに今のパソコンは使えなくなり、後任の方が導入し直します。",
            Shape.TICK,
        ),
        PRESENT,
    ),
    "入力して確認番号を送る",
)
CONFIRMING = Form("/hand-over/code", (CODE,), "確認する")
DOING = Form("/hand-over/now", (PRESENT,), "引き継ぐ")
DROPPING = Form("/hand-over/drop", (), "引き継ぎを取りやめる")
STEPS = (
    "後任の方を入力する",
    "後任の方に届いた確認番号を入力する",
    "引き継ぐ",
    "後任の方がログインして登録する",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The form of the step at which it stands, and what was typed."""

    form: Form
    typed: Typed


async def show_hand_over(request: Request) -> StreamResponse:
    """Where it stands."""
    return await _page(request)


async def name_successor(request: Request) -> StreamResponse:
    """Who follows; a code goes to that address."""

    def make(typed: Typed) -> NameSuccessor:
        person = typed["name"], typed["kana"], typed["mail"], typed["on_day"]
        return NameSuccessor(*person, typed.is_ticked("new_pc"), typed["present_password"], typed.command)

    sent = await send(request, NAMING, make)
    return await _page(request, Asked(NAMING, sent)) if isinstance(sent, Typed) else _next("successor")


async def confirm(request: Request) -> StreamResponse:
    """The code that the successor got."""
    sent = await send(request, CONFIRMING, lambda typed: ConfirmSuccessor(typed["code"], typed.command))
    return await _page(request, Asked(CONFIRMING, sent)) if isinstance(sent, Typed) else _next("successor_proven")


async def drop(request: Request) -> StreamResponse:
    """Nobody follows."""
    sent = await send(request, DROPPING, lambda typed: DropSuccessor(typed.command))
    return await _page(request, Asked(DROPPING, sent)) if isinstance(sent, Typed) else _next("successor_dropped")


async def hand_over(request: Request) -> StreamResponse:
    """It is done: the first password, this once, on a page that nothing keeps. The visit has ended with it."""
    sent = await send(
        request,
        DOING,
        lambda typed: HandOver(typed["present_password"], typed.command),
        ask=lambda message: request.ask_once(message, lambda answered: PAGE_SECONDS),
    )
    if isinstance(sent, Typed):
        return await _page(request, Asked(DOING, sent))
    return shown(request, "portal/handed_over", sent, done=sent.reply)


def _next(word: str) -> Response:
    return go_to(with_word(PLACE, word))


async def _page(request: Request, asked: Asked | None = None) -> Response:
    answered = await request.ask(ReadOwnIssued())
    issued: Issued = answered.reply
    kept = issued.hand_over
    at = {"": 0, "entered": 1}.get(kept.step, 2)
    own = (NAMING, CONFIRMING, DOING)[at]
    asked = asked or Asked(own, empty(request, {"on_day": kept.on_day}))
    return shown(
        request,
        "portal/hand_over",
        answered,
        asked.typed.status,
        steps=[(_(text), number < at, number == at) for number, text in enumerate(STEPS)],
        kept=kept,
        waits=bool(kept.step == "confirmed" and not kept.due),
        day=japanese.day(kept.on_day) if kept.on_day else "",
        asked=asked.form,
        typed=asked.typed,
        own=own,
        again=asked.typed if asked.form is own else empty(request),
        dropping=DROPPING,
        drop=empty(request),
        said=said(request),
    )

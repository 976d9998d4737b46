# SPDX-License-Identifier: Apache-2.0
"""Another compression password, where the fund has opened the way (A33); the admin's page."""

from aiohttp.web import Response, StreamResponse

from appliance.link.messages import AskZipPassword, ChangeZipPassword, Issued, ReadOwnIssued
from appliance.model.passwords import ZIP_RULE
from appliance.web import japanese
from appliance.web.answers import go_to, shown
from appliance.web.forms import Field, Form, Shape, Typed, empty, send
from appliance.web.people.fields import CODE, PRESENT
from appliance.web.request import Request
from appliance.web.said import said, with_word

PLACE = "/zip-password/change"
ASKING = Form("/zip-password/change/code", (), "確認番号をメールで送る")
CHANGING = Form(
    PLACE,
    (
        Field(
            "zip_password",
            "新しい圧縮パスワード",
            "事業所の全員が ZIP を開くときに使います。",
            Shape.SECRET,
            autocomplete="new-password",
            rule=ZIP_RULE,
        ),
        Field(
            "zip_password_again",
            "新しい圧縮パスワード（確認）",
            "同じものをもう一度入力してください。",
            Shape.SECRET,
            autocomplete="new-password",
            same_as="zip_password",
        ),
        CODE,
        PRESENT,
    ),
    "圧縮パスワードを変更する",
)


async def show_changing(request: Request) -> StreamResponse:
    """What it takes, and what it means."""
    return await _page(request)


async def ask_code(request: Request) -> StreamResponse:
    """A code goes to the admin's own address."""
    sent = await send(request, ASKING, lambda typed: AskZipPassword(typed.command))
    return await _page(request, sent) if isinstance(sent, Typed) else go_to(with_word(PLACE, "zip_code"))


async def change(request: Request) -> StreamResponse:
    """From the next ZIP on."""

    def make(typed: Typed) -> ChangeZipPassword:
        return ChangeZipPassword(typed["zip_password"], typed["present_password"], typed["code"], typed.command)

    sent = await send(request, CHANGING, make)
    if isinstance(sent, Typed):
        return await _page(request, changing=sent)
    return go_to(with_word("/contract", "zip_changed"))


async def _page(request: Request, asking: Typed | None = None, changing: Typed | None = None) -> Response:
    answered = await request.ask(ReadOwnIssued())
    issued: Issued = answered.reply
    status = next((typed.status for typed in (asking, changing) if typed is not None), 200)
    return shown(
        request,
        "portal/zip_change",
        answered,
        status,
        until=japanese.moment(issued.zip_change_until) if issued.zip_change_until else "",
        ask=ASKING,
        asking=asking or empty(request),
        form=CHANGING,
        changing=changing or empty(request),
        said=said(request),
    )

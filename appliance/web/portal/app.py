# SPDX-License-Identifier: Apache-2.0
"""An authenticator app instead of codes by mail, where the fund offers it."""

from collections.abc import Mapping
from dataclasses import replace

from aiohttp.web import Response, StreamResponse

from appliance.link.messages import BeginApp, ConfirmApp, DropApp, Own, ReadOwn
from appliance.web.answers import go_to, shown
from appliance.web.forms import Form, Typed, empty, send
from appliance.web.people.fields import CODE, PRESENT
from appliance.web.repeats import PAGE_SECONDS
from appliance.web.request import Request
from appliance.web.said import with_word

PLACE = "/own/app"
BEGINNING = Form(PLACE, (PRESENT,), "登録を始める")
CONFIRMING = Form(
    "/own/app/code",
    (replace(CODE, label="アプリの番号", hint="認証アプリに表示されている番号を入力してください。"),),
    "確認して登録する",
)
DROPPING = Form("/own/app/drop", (PRESENT,), "メールに戻す")


async def show_app(request: Request) -> StreamResponse:
    """Begin with an app, or end with it."""
    answered = await request.ask(ReadOwn())
    own: Own = answered.reply
    return await _page(request, DROPPING if own.has_app else BEGINNING, empty(request))


async def begin(request: Request) -> StreamResponse:
    """What the app has to be given, on a page that nothing keeps."""
    sent = await send(
        request,
        BEGINNING,
        lambda typed: BeginApp(typed["present_password"]),
        ask=lambda message: request.ask_once(message, lambda answered: PAGE_SECONDS),
    )
    if isinstance(sent, Typed):
        return await _page(request, BEGINNING, sent)
    return await _page(request, CONFIRMING, empty(request), sent.reply.shown)


async def confirm(request: Request) -> StreamResponse:
    """The first code of the app puts it in force."""
    sent = await send(request, CONFIRMING, lambda typed: ConfirmApp(typed["code"], typed.command))
    return await _page(request, CONFIRMING, sent) if isinstance(sent, Typed) else go_to(with_word("/own", "app"))


async def drop(request: Request) -> StreamResponse:
    """Codes by mail again."""
    sent = await send(request, DROPPING, lambda typed: DropApp(typed["present_password"], typed.command))
    return await _page(request, DROPPING, sent) if isinstance(sent, Typed) else go_to(with_word("/own", "no_app"))


async def _page(request: Request, form: Form, typed: Typed, enrol: Mapping[str, str] | None = None) -> Response:
    answered = await request.ask(ReadOwn())
    step = {BEGINNING.action: "begin", CONFIRMING.action: "confirm", DROPPING.action: "drop"}[form.action]
    return shown(
        request,
        "portal/app",
        answered,
        typed.status,
        own=answered.reply,
        step=step,
        asked=form,
        typed=typed,
        enrol=enrol or {},
    )

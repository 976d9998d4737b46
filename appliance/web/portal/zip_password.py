# SPDX-License-Identifier: Apache-2.0
"""The compression password is shown again to the admin, for the login password and a new code (A41)."""

from aiohttp.web import Response, StreamResponse

from appliance.link.messages import AskZipPassword, ReadOwn, ShowZipPassword
from appliance.web.answers import go_to, shown
from appliance.web.forms import Form, Typed, empty, send
from appliance.web.people.fields import CODE, PRESENT
from appliance.web.request import Request
from appliance.web.said import said, with_word

PLACE = "/zip-password"
ASKING = Form("/zip-password/code", (), "確認番号をメールで送る")
SHOWING = Form(PLACE, (CODE, PRESENT), "表示する")


async def show_asking(request: Request) -> StreamResponse:
    """What it takes."""
    return await _page(request)


async def ask_code(request: Request) -> StreamResponse:
    """A code goes to the admin's own address."""
    sent = await send(request, ASKING, lambda typed: AskZipPassword(typed.command))
    return await _page(request, sent) if isinstance(sent, Typed) else go_to(with_word(PLACE, "zip_code"))


async def show_password(request: Request) -> StreamResponse:
    """There it is, on a page that nothing keeps."""
    sent = await send(request, SHOWING, lambda typed: ShowZipPassword(typed["present_password"], typed["code"]))
    if isinstance(sent, Typed):
        return await _page(request, showing=sent)
    return shown(request, "portal/zip_password_shown", sent, password=sent.reply.password)


async def _page(request: Request, asking: Typed | None = None, showing: Typed | None = None) -> Response:
    answered = await request.ask(ReadOwn())
    status = next((typed.status for typed in (asking, showing) if typed is not None), 200)
    return shown(
        request,
        "portal/zip_password",
        answered,
        status,
        ask=ASKING,
        asking=asking or empty(request),
        show=SHOWING,
        showing=showing or empty(request),
        said=said(request),
        mail=answered.reply.mail,
    )

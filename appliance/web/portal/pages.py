# SPDX-License-Identifier: Apache-2.0
"""The pages of the portal (SC6–SC8, SC12, SC16)."""

from aiohttp.web import StreamResponse

from appliance.link.messages import AskHours, DownloadNotice, ListNotices, OpenMenu, SignIn
from appliance.model.calendar import Reason
from appliance.web.answers import shown
from appliance.web.closed import closed_page
from appliance.web.cursors import cursor, known_id
from appliance.web.downloads import send
from appliance.web.notice_lines import lines
from appliance.web.request import Request
from appliance.web.visiting import TypedField, sign_in, sign_in_page, typed

ROWS = 50
SIGN_IN = (
    TypedField(
        "contract_number", "契約番号", "例: 123456-0012345", inputmode="numeric", autocomplete="organization"
    ),
    TypedField("user_id", "ユーザーID", "大文字と小文字を区別します", autocomplete="username"),
    TypedField("password", "ログインパスワード", autocomplete="current-password", secret=True),
)


async def show_sign_in(request: Request) -> StreamResponse:
    """The sign-in page; while the service is closed, why it is, and when it opens."""
    answered = await request.ask(AskHours())
    if answered.reply.reason is not Reason.OPEN:
        return closed_page(request, answered)
    return sign_in_page(request, SIGN_IN)


async def do_sign_in(request: Request) -> StreamResponse:
    """Sign in; the three go on as typed, the vault makes them canonical."""
    return await sign_in(request, SIGN_IN, SignIn(*typed(request.fields, "contract_number", "user_id", "password")))


async def show_menu(request: Request) -> StreamResponse:
    """The menu, with what waits."""
    answered = await request.ask(OpenMenu())
    return shown(request, "portal/menu", answered, menu=answered.reply, more=request.house.menu)


async def show_notices(request: Request) -> StreamResponse:
    """The notices of the visitor's office, newest first."""
    answered = await request.ask(ListNotices(after=cursor(request.query), limit=ROWS))
    page = answered.reply
    first = "after" not in request.query
    return shown(
        request, "portal/notices", answered, lines=lines(request.house, page.rows), after=page.after, first=first
    )


async def download(request: Request) -> StreamResponse:
    """The bytes of one notice; one of another office is as unknown as none."""
    return await send(request, DownloadNotice(known_id(request.values["id"])))

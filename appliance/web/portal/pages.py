# SPDX-License-Identifier: Apache-2.0
"""The pages of the portal (SC6–SC8, SC12, SC16)."""

from aiohttp.web import StreamResponse

from appliance.link.messages import Arrive, AskHours, DownloadNotice, GiveCode, GivePassword, ListNotices, OpenMenu
from appliance.model.calendar import Reason
from appliance.model.words import Step
from appliance.web.answers import shown
from appliance.web.closed import closed_page
from appliance.web.cursors import cursor, known_id
from appliance.web.downloads import send
from appliance.web.notice_lines import lines
from appliance.web.request import Request
from appliance.web.visiting import CODE, PASSWORD, DoorPage, TypedField, door_page, take_step, typed

ROWS = 50
NAME = DoorPage(
    "ログイン",
    "/sign-in",
    (
        TypedField(
            "contract_number", "契約番号", "例: 123456-0012345", inputmode="numeric", autocomplete="organization"
        ),
        TypedField("user_id", "ユーザーID", "大文字と小文字を区別します", autocomplete="username"),
    ),
)
PAGES = {
    Step.CODE: DoorPage(
        "ワンタイムパスワードの入力",
        "/sign-in/code",
        (CODE,),
        about="メールでお届けした 8 桁のワンタイムパスワードを入力してください。",
    ),
    Step.PASSWORD: DoorPage("ログイン", "/sign-in/password", (PASSWORD,), "ログイン"),
}


async def show_sign_in(request: Request) -> StreamResponse:
    """The first page of signing in; while the service is closed, why it is, and when it opens."""
    answered = await request.ask(AskHours())
    if answered.reply.reason is not Reason.OPEN:
        return closed_page(request, answered)
    return door_page(request, NAME)


async def give_name(request: Request) -> StreamResponse:
    """Contract number and user id go on as typed; the vault makes them canonical."""
    message = Arrive(*typed(request.fields, "contract_number", "user_id"))
    return await take_step(request, NAME, message, PAGES, NAME)


async def give_code(request: Request) -> StreamResponse:
    """The one-time password, as typed."""
    message = GiveCode(*typed(request.fields, "arrival", "code"))
    return await take_step(request, PAGES[Step.CODE], message, PAGES, NAME)


async def give_password(request: Request) -> StreamResponse:
    """The password, as typed."""
    message = GivePassword(*typed(request.fields, "arrival", "password"))
    return await take_step(request, PAGES[Step.PASSWORD], message, PAGES, NAME)


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

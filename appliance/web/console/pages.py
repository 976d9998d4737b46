# SPDX-License-Identifier: Apache-2.0
"""The pages of the console that only show something, and the way in."""

from aiohttp.web import StreamResponse

from appliance.link.messages import ListNotices, ListOffices, OfficeRow, OpenMenu, SignInStaff
from appliance.web.answers import shown
from appliance.web.cursors import cursor, known_id, number
from appliance.web.notice_lines import lines
from appliance.web.request import Request
from appliance.web.vault_side import Answered
from appliance.web.visiting import TypedField, sign_in, sign_in_page, typed

ROWS = 50
OFFICES = 200
OFFICES_TO_CHOOSE = 1000
MOST_PAGES_TO_CHOOSE = 10
SIGN_IN = (
    TypedField("login", "職員ID", autocomplete="username"),
    TypedField("password", "ログインパスワード", autocomplete="current-password", secret=True),
)


async def show_sign_in(request: Request) -> StreamResponse:
    """The sign-in page."""
    return sign_in_page(request, SIGN_IN)


async def do_sign_in(request: Request) -> StreamResponse:
    """Sign in; both go on as typed."""
    return await sign_in(request, SIGN_IN, SignInStaff(*typed(request.fields, "login", "password")))


async def show_menu(request: Request) -> StreamResponse:
    """The menu."""
    answered = await request.ask(OpenMenu())
    return shown(request, "console/menu", answered, menu=answered.reply, more=request.house.menu)


async def show_offices(request: Request) -> StreamResponse:
    """The offices in the order of their numbers."""
    answered = await request.ask(ListOffices(after=number(request.query, "after"), limit=OFFICES))
    return shown(request, "console/offices", answered, offices=answered.reply.rows, after=answered.reply.after)


async def show_notices(request: Request) -> StreamResponse:
    """The notices of all offices or of one, with whether they were received (SC18)."""
    office = request.query.get("office", "")
    if office:
        known_id(office)
    offices, _ = await offices_to_choose(request)
    answered = await request.ask(ListNotices(office=office, after=cursor(request.query), limit=ROWS))
    page = answered.reply
    return shown(
        request,
        "console/notices",
        answered,
        lines=lines(request.house, page.rows),
        after=page.after,
        first="after" not in request.query,
        offices=offices,
        office=office,
        delivered="delivered" in request.query,
    )


async def offices_to_choose(request: Request) -> tuple[list[OfficeRow], Answered]:
    """All offices, for a list to choose from, and the last answer."""
    rows: list[OfficeRow] = []
    after = 0
    for _ in range(MOST_PAGES_TO_CHOOSE):
        answered = await request.ask(ListOffices(after=after, limit=OFFICES_TO_CHOOSE))
        rows.extend(answered.reply.rows)
        after = answered.reply.after
        if not after:
            break
    return rows, answered

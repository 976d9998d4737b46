# SPDX-License-Identifier: Apache-2.0
"""「事業所一覧」 (SC13, R240): all offices that somebody serves, with what waits there, and the choice of one.

Which office a visit is about, the vault knows, not the browser: choosing one gives the visit another token.
"""

from dataclasses import dataclass

from aiohttp.web import Response, StreamResponse

from appliance.link.messages import MOST_COUNTED, ListServed, ServedPage, ServedRow, Switched, SwitchOffice
from appliance.model.time import DAY, Instant
from appliance.model.words import Permission
from appliance.web import japanese
from appliance.web.answers import go_to, shown
from appliance.web.cookies import setting, visit_cookie
from appliance.web.cursors import known_id, number
from appliance.web.due import NEVER, Due, countdown
from appliance.web.house import House
from appliance.web.language import _
from appliance.web.office_names import numbered
from appliance.web.repeats import TOKEN_SECONDS
from appliance.web.request import Request
from appliance.web.vault_side import Answered
from appliance.web.way_back import way_back

PLACE = "/served"
ROWS = 25
BY_DEADLINE = "deadline"
ENDING = 14 * DAY


@dataclass(frozen=True, slots=True)
class ServedLine:
    """One office, in words. waits are counts with their words; is_ending: its last day is near."""

    row: ServedRow
    name: str
    due: Due
    due_type: str
    waits: tuple[str, ...]
    until: str
    is_ending: bool
    may_send: bool


async def show_served(request: Request) -> StreamResponse:
    """A page of them; ?order=deadline puts the nearest deadline first."""
    by_deadline = request.query.get("order", "") == BY_DEADLINE
    answered = await request.ask(ListServed(by_deadline, number(request.query, "after"), ROWS))
    page: ServedPage = answered.reply
    order = f"?order={BY_DEADLINE}" if by_deadline else ""
    following = f"{PLACE}{order or '?'}{'&' if order else ''}after={page.after}" if page.after else ""
    return shown(
        request,
        "portal/served",
        answered,
        lines=[_line(request.house, row, answered.now) for row in page.rows],
        page=page,
        by_deadline=by_deadline,
        first=not number(request.query, "after"),
        path=PLACE + order,
        following=following,
        is_lapsed="lapsed" in request.query,
    )


def _line(house: House, row: ServedRow, now: Instant) -> ServedLine:
    return ServedLine(
        row,
        numbered(row.number, row.name),
        countdown(row.due_on, now) if row.due_on else NEVER,
        house.type_name(row.due_type) if row.due_type else "",
        tuple(_waits(row)),
        japanese.date(row.until - 1) if row.until else "",
        bool(row.until) and row.until - now <= ENDING,
        Permission.UPLOAD in row.permissions,
    )


def _waits(row: ServedRow) -> list[str]:
    """What waits there, the most pressing first; a count at its limit says that there may be more."""
    counted = (
        (row.returned, "差戻し {count}件", "差戻し {count}件以上"),
        (row.to_approve, "承認待ち {count}件", "承認待ち {count}件以上"),
        (row.to_deliver, "配信待ち {count}件", "配信待ち {count}件以上"),
        (row.unread, "未受信 {count}件", "未受信 {count}件以上"),
    )
    return [_(more if count >= MOST_COUNTED else exact, count=count) for count, exact, more in counted if count]


async def switch(request: Request) -> StreamResponse:
    """Go on for another office, at a page of it. A form that comes twice gets the one new token."""
    answered = await request.ask_once(SwitchOffice(known_id(request.fields.get("to", ""))), _seconds)
    return with_token(request, answered, go_to(way_back(request.fields.get("then", ""))))


def _seconds(answered: Answered) -> float:
    return TOKEN_SECONDS


def with_token(request: Request, answered: Answered, answer: Response) -> Response:
    """The answer, which gives the browser the token of the visit as it is now."""
    reply: Switched = answered.reply
    answer.headers.add("Set-Cookie", setting(visit_cookie(request.site), reply.token))
    return answer

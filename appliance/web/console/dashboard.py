# SPDX-License-Identifier: Apache-2.0
"""The first page of the console: the fund's dashboard, what waits and pictures; and the ways to everything else."""

from typing import NamedTuple
from urllib.parse import urlencode

from aiohttp.web import StreamResponse

from appliance.link.messages import (
    Dashboard,
    DayCount,
    DeskWork,
    FilingRow,
    Menu,
    OpenMenu,
    ReadDashboard,
    UnreadNotice,
)
from appliance.link.refusals import Refused, Why
from appliance.model.calendar import Reason
from appliance.model.time import Instant
from appliance.model.words import FilingState
from appliance.web import japanese
from appliance.web.answers import shown
from appliance.web.console.pictures import Bar, Columns, bars, columns
from appliance.web.due import countdown
from appliance.web.house import House
from appliance.web.language import Language, _, spoken
from appliance.web.month_calendar import RESTS as HOLIDAYS
from appliance.web.notice_list import PLACE as NOTICES
from appliance.web.notice_list import UNREAD
from appliance.web.office_names import numbered
from appliance.web.plugin_pages import entries
from appliance.web.request import Request
from appliance.web.said import said
from appliance.web.vault_side import Answered

RESTS = {Reason.WEEKEND: "土日", **HOLIDAYS}


class Day(NamedTuple):
    """A line of the table of days; rest says why the service rested, "" where it did not."""

    day: str
    filings: int
    notices: int
    rest: str


class Waiting(NamedTuple):
    """A filing or notice that waits: since or until when, in words, and how loudly; path "" leads nowhere."""

    name: str
    office: str
    path: str
    day: str
    words: str
    tone: str


class Board(NamedTuple):
    """The dashboard in words and shapes."""

    counted: bool
    came: Columns
    went: Columns
    days: list[Day]
    unread: tuple[Bar, ...]
    waiting: tuple[Bar, ...]
    offices: tuple[Bar, ...]
    due: list[Waiting]
    filings: list[Waiting]
    notices: list[Waiting]
    lists_filings: bool
    lists_notices: bool

    @property
    def all_unread(self) -> int:
        """How many notices nobody has received."""
        return sum(bar.amount for bar in self.unread)


async def show_menu(request: Request) -> StreamResponse:
    """The dashboard for whoever may see it, above the ways that everybody has."""
    board, answered = await _dashboard(request)
    menu = answered.reply if board is None else await _menu(request, answered.reply)
    return shown(
        request,
        "console/menu",
        answered,
        board=board,
        menu=menu,
        connected_most_at=_most_at(menu.desk),
        more=await entries(request, answered),
        said=said(request),
    )


def _most_at(desk: DeskWork) -> str:
    """When most were let through; "" where nobody was, and where more than that are just coming."""
    return japanese.clock(desk.connected_most_at) if desk.connected_most >= max(desk.connected, 1) else ""


async def _dashboard(request: Request) -> tuple[Board | None, Answered]:
    """None for whoever may not see it, and what the vault answered in its place."""
    try:
        answered = await request.ask(ReadDashboard())
    except Refused as refused:
        if refused.why is not Why.NOT_ALLOWED:
            raise
        return None, await request.ask(OpenMenu())
    return board_of(request.house, answered.reply, answered.now), answered


async def _menu(request: Request, found: Dashboard) -> Menu:
    """What stands beside the ways: how many notices are unread, filings new, and how much else waits."""
    if not found.counted:
        menu: Menu = (await request.ask(OpenMenu())).reply
        return menu
    new = {one.of: one.count for one in found.waiting}.get(FilingState.DELIVERED.value, 0)
    unread = sum(one.count for one in found.unread)
    return Menu(unread, False, to_receive=new, desk=found.desk)


def board_of(house: House, found: Dashboard, now: Instant) -> Board:
    """What the vault has found, for people."""
    return Board(
        counted=found.counted,
        came=columns([(_short(one.day), one.filings, one.closed is not None) for one in found.days]),
        went=columns([(_short(one.day), one.notices, one.closed is not None) for one in found.days]),
        days=[_day(one) for one in reversed(found.days)],
        unread=bars([(house.type_name(one.of), one.count, _of_kind(house, found, one.of)) for one in found.unread]),
        waiting=bars(
            [(house.texts.word("inbox_state", one.of), one.count, _filings(found, one.of)) for one in found.waiting]
        ),
        offices=bars(
            [
                (
                    numbered(one.number, one.name),
                    one.count,
                    _notices(found, office=one.office) if one.number else "",
                )
                for one in found.offices
            ]
        ),
        due=[_due(house, row, now) for row in found.due_filings],
        filings=[_since(house, row, now) for row in found.oldest_filings],
        notices=[_unread(house, row, now) for row in found.oldest_notices],
        lists_filings=found.lists_filings,
        lists_notices=found.lists_notices,
    )


def _short(iso: str) -> str:
    """6/9, 9 Jun."""
    _year, month, day = map(int, iso.split("-"))
    return f"{day} {japanese.month_name(month)[:3]}" if spoken() is Language.ENGLISH else f"{month}/{day}"


def _day(one: DayCount) -> Day:
    return Day(japanese.day(one.day), one.filings, one.notices, _(RESTS[one.closed]) if one.closed in RESTS else "")


def _notices(found: Dashboard, **narrowed: str) -> str:
    """The list of notices that are unread, narrowed."""
    query = urlencode({**narrowed, "state": UNREAD})
    return f"{NOTICES}?{query}" if found.lists_notices else ""


def _of_kind(house: House, found: Dashboard, kind: str) -> str:
    """Nowhere for a kind that the fund has given up: the list is not narrowed to it."""
    return _notices(found, type=kind) if any(kind == one.id for one in house.types) else ""


def _filings(found: Dashboard, state: str) -> str:
    return f"/filings?{urlencode({'state': state})}" if found.lists_filings else ""


def _due(house: House, row: FilingRow, now: Instant) -> Waiting:
    due = countdown(row.due_on, now)
    return _filing(house, row, _("期限: {day}", day=due.day), due.words, due.tone)


def _since(house: House, row: FilingRow, now: Instant) -> Waiting:
    state = house.texts.word("inbox_state", row.state)
    return _filing(
        house,
        row,
        _("配信: {day}", day=japanese.date(row.delivered_at)),
        _("{state}・{days}", state=state, days=_ago(row.delivered_at, now)),
        "",
    )


def _filing(house: House, row: FilingRow, day: str, words: str, tone: str) -> Waiting:
    return Waiting(
        house.type_name(row.type),
        numbered(row.office_number, row.office_name),
        f"/filings/{row.id}",
        day,
        words,
        tone,
    )


def _unread(house: House, row: UnreadNotice, now: Instant) -> Waiting:
    name = _("{name}（{more}）", name=house.type_name(row.type), more=japanese.month(row.period))
    path = f"{NOTICES}?{urlencode({'office': row.office, 'state': UNREAD})}" if row.office else ""
    day = _("配信: {day}", day=japanese.date(row.delivered_at))
    return Waiting(name, numbered(row.office_number, row.office_name), path, day, _ago(row.delivered_at, now), "")


def _ago(at: Instant, now: Instant) -> str:
    days = -japanese.days_until(japanese.today(at), now)
    return _("{days}日前から", days=days) if days > 0 else _("今日から")

# SPDX-License-Identifier: Apache-2.0
"""The VPN sessions of a day as a drawing over its hours, and the same as a table."""

import datetime as dt
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import urlencode

from aiohttp.web import StreamResponse

from appliance.link.messages import ReadTunnelDay, TunnelDay, TunnelRow
from appliance.model.time import HOUR, JST, Instant, instant
from appliance.model.tunnels import Cause
from appliance.web import japanese
from appliance.web.answers import shown
from appliance.web.console.dashboard import RESTS
from appliance.web.console.tunnel_words import SessionLine, session_line, whose
from appliance.web.console.tunnels import PLACE
from appliance.web.cursors import known_id, number
from appliance.web.house import House
from appliance.web.language import _
from appliance.web.request import Request

DAY = PLACE + "/day"
# In units of the drawing: names at the left, a row for each PC, room for the hours above.
LEFT, WIDTH, RIGHT, TOP, ROW = 150, 640, 20, 20, 16
MOST_NAME = 10
HOURS = (8, 20)
# How a bar is filled: by the family of its cause, each with a pattern of its own, for colour alone says nothing.
KINDS = {
    None: "open",
    Cause.LIMIT: "due",
    Cause.CLOSED: "due",
    Cause.SIGNED_OUT: "due",
    Cause.GONE: "line",
    Cause.REPLACED: "line",
}
OTHER = "fund"


class DayBar(NamedTuple):
    """A session: from x on, so wide; kind is the name of its pattern, title says all of it in words."""

    x: float
    width: float
    kind: str
    title: str


class DayRow(NamedTuple):
    """The sessions of a PC; y is the top of its row."""

    y: int
    name: str
    bars: tuple[DayBar, ...]


class Hour(NamedTuple):
    """A line of an hour."""

    x: float
    text: str


class DayPicture(NamedTuple):
    """The drawing. opens and closes are places in it, now too: 0 where it is not on this day."""

    rows: tuple[DayRow, ...]
    hours: tuple[Hour, ...]
    opens: float
    closes: float
    now: float
    width: int
    height: int
    left: int = LEFT
    right: int = LEFT + WIDTH
    top: int = TOP


class Scale(NamedTuple):
    """From when to when the drawing goes."""

    first: Instant
    last: Instant

    def x(self, at: Instant) -> float:
        """Where an instant is; what lies outside is at the edge."""
        inside = min(max(at, self.first), self.last)
        return round(LEFT + WIDTH * (inside - self.first) / (self.last - self.first), 1)


async def show_day(request: Request) -> StreamResponse:
    """A day, today where none is named, of all offices or of one."""
    office = request.query.get("office", "")
    until = number(request.query, "until")
    asked = ReadTunnelDay(request.query.get("day", "").strip(), known_id(office) if office else "", until)
    answered = await request.ask(asked)
    found: TunnelDay = answered.reply
    here = urlencode({"day": found.day, **({"office": office} if office else {})})
    return shown(
        request,
        "console/tunnels_day",
        answered,
        found=found,
        day=japanese.day(found.day),
        office=office,
        picture=picture_of(request, found, answered.now),
        lines=[line_on(request.house, row, found.day, answered.now) for row in found.rows],
        most_at=japanese.clock(found.most_at) if found.most else "",
        rest=_(RESTS[found.rest]) if found.rest in RESTS else "",
        opens=japanese.clock(found.opens_at) if found.opens_at else "",
        closes=japanese.clock(found.closes_at) if found.closes_at else "",
        here_again=f"{DAY}?{here}",
        earlier=f"{DAY}?{here}&until={found.rows[0].appeared_at}" if found.more else "",
        first=not until,
    )


def line_on(house: House, row: TunnelRow, day: str, now: Instant) -> SessionLine:
    """A session in words, with the date too where it began or ended on another day."""
    line = session_line(house, row, now)
    if japanese.today(row.appeared_at) != day:
        line = replace(line, start=line.since)
    if row.ended_at and japanese.today(row.ended_at) != day:
        line = replace(line, ended=japanese.moment(row.ended_at))
    return line


def picture_of(request: Request, found: TunnelDay, now: Instant) -> DayPicture:
    """A row for each PC, in the order in which they first came."""
    scale = scale_of(found, now)
    by_pc: dict[tuple[str, int], list[TunnelRow]] = {}
    for row in found.rows:
        by_pc.setdefault((row.office, row.seat), []).append(row)
    rows = tuple(
        DayRow(TOP + place * ROW, _short(of_pc[0]), tuple(_bar(request, scale, one, now) for one in of_pc))
        for place, of_pc in enumerate(by_pc.values())
    )
    is_today = scale.first <= now < scale.last and japanese.today(now) == found.day
    return DayPicture(
        rows,
        _hours(scale),
        scale.x(found.opens_at) if found.opens_at else 0,
        scale.x(found.closes_at) if found.closes_at else 0,
        scale.x(now) if is_today else 0,
        LEFT + WIDTH + RIGHT,
        TOP + len(rows) * ROW + 6,
    )


def scale_of(found: TunnelDay, now: Instant) -> Scale:
    """The hours of the day between which something was, whole ones; at least those of the service."""
    ends = [row.ended_at or row.ends_at or now for row in found.rows]
    starts = [row.appeared_at for row in found.rows]
    midnight = midnight_of(found.day)
    first = min([found.opens_at or midnight + HOURS[0] * HOUR, *starts])
    last = max([found.closes_at or midnight + HOURS[1] * HOUR, *ends])
    first = max(first - (first - midnight) % HOUR, midnight)
    last = min(last + (midnight - last) % HOUR, midnight + 24 * HOUR)
    return Scale(first, last)


def midnight_of(day: str) -> Instant:
    """When a day of the vault's begins in Japan."""
    return instant(dt.datetime.fromisoformat(day).replace(tzinfo=JST))


def _hours(scale: Scale) -> tuple[Hour, ...]:
    every = HOUR if scale.last - scale.first <= 14 * HOUR else 2 * HOUR
    return tuple(Hour(scale.x(at), japanese.clock(at)) for at in range(scale.first, scale.last + 1, every))


def _bar(request: Request, scale: Scale, row: TunnelRow, now: Instant) -> DayBar:
    """One that goes on ends now; one of a moment is seen nevertheless."""
    line = line_on(request.house, row, japanese.today(scale.first), now)
    x, end = scale.x(row.appeared_at), scale.x(row.ended_at or now)
    title = f"{line.label} {line.start}–{line.ended} {line.state}"
    return DayBar(x, max(round(end - x, 1), 2), kind_of(row.cause), title)


def kind_of(cause: Cause | None) -> str:
    """Which pattern."""
    return KINDS.get(cause, OTHER)


def _short(row: TunnelRow) -> str:
    """As much of the office's name as there is room for; which of its PCs it is stands there in any case."""
    name = row.office_name
    if not name:
        return whose(row)
    short = name if len(name) <= MOST_NAME else f"{name[: MOST_NAME - 1]}…"
    return _("{office}・{number}台目", office=short, number=row.seat)

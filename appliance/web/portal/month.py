# SPDX-License-Identifier: Apache-2.0
"""The page of a month (practice 4.3): what arrived, what nobody has opened, what was and has to be sent."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from aiohttp.web import StreamResponse

from appliance.link.messages import FilingRow, Month, NoticeRow, ReadMonth
from appliance.model.documents import Direction, Frequency
from appliance.model.months import first_day, month_of, neighbours
from appliance.model.time import Instant
from appliance.model.words import NoticeState, Permission
from appliance.web import japanese
from appliance.web.answers import shown
from appliance.web.due import Due, countdown
from appliance.web.house import House
from appliance.web.language import _
from appliance.web.month_calendar import FULL_WEEKDAYS, WEEKDAYS, Mark, weeks
from appliance.web.notice_list import PLACE as NOTICES
from appliance.web.notice_list import UNREAD
from appliance.web.portal.filing_lines import FilingLine, lines
from appliance.web.portal.filings import may
from appliance.web.request import Request

PLACE = "/month"


class Arrived(NamedTuple):
    """All notices of one kind that arrived in the month; path leads to them in the list."""

    type: str
    amount: int
    unread: int
    received: int
    cancelled: int
    last: str
    path: str


class Unread(NamedTuple):
    """A notice that nobody has received, and how long it has been there, in words."""

    type: str
    period: str
    file_name: str
    delivered: str
    waits: str
    path: str


async def show_month(request: Request) -> StreamResponse:
    """A month of the office; at first the present one."""
    answered = await request.ask(ReadMonth(request.query.get("month", "")))
    house, month, now = request.house, answered.reply, answered.now
    before, after = neighbours(month.month)
    return shown(
        request,
        "portal/month",
        answered,
        month=month,
        title=japanese.month(month.month),
        is_present=month.month == month_of(now),
        before=before,
        after=after,
        arrived=arrived(house, month),
        expected=expected(house, month),
        unread=[_unread(house, row, now) for row in month.unread],
        filed=lines(house, month.filed, now),
        due=_due(house, month.due, now),
        weeks=weeks(month.month, japanese.today(now), house.calendar, marks(month)),
        weekdays=[(_(short), _(full)) for short, full in zip(WEEKDAYS, FULL_WEEKDAYS, strict=True)],
        knows_holidays=house.calendar.holidays.knows(first_day(month.month)),
        may_send=may(answered, Permission.UPLOAD),
        may_download=may(answered, Permission.DOWNLOAD),
    )


def arrived(house: House, month: Month) -> list[Arrived]:
    """What arrived, by kind, in the order of the catalogue; kinds that the fund has given up come last."""
    found = defaultdict[str, list[NoticeRow]](list)
    for row in month.arrived:
        found[row.type].append(row)
    places = {kind: place for place, kind in enumerate(house.catalogue.types)}
    kinds = sorted(found, key=lambda kind: (places.get(kind, len(places)), kind))
    return [_arrived(house, month.month, kind, found[kind]) for kind in kinds]


def _arrived(house: House, month: str, kind: str, rows: Sequence[NoticeRow]) -> Arrived:
    states = Counter(row.state for row in rows)
    return Arrived(
        house.type_name(kind),
        len(rows),
        states[NoticeState.DELIVERED],
        states[NoticeState.RECEIVED],
        states[NoticeState.CANCELLED],
        japanese.date(max(row.delivered_at for row in rows)),
        f"{NOTICES}?{urlencode({'type': kind, 'month': month})}",
    )


def expected(house: House, month: Month) -> list[str]:
    """The kinds that the fund sends every month, or in this one, and that have not arrived in it."""
    if month.more_arrived:
        return []  # not all of them were looked at
    there = {row.type for row in month.arrived if row.state is not NoticeState.CANCELLED}
    number = first_day(month.month).month
    return [
        house.type_name(kind.id)
        for kind in house.catalogue.of(Direction.TO_OFFICE)
        if kind.id not in there
        and (
            kind.frequency is Frequency.MONTHLY or (kind.frequency is Frequency.IN_MONTHS and number in kind.months)
        )
    ]


def marks(month: Month) -> Mapping[str, Sequence[Mark]]:
    """What stands in the calendar, by day."""
    kinds: tuple[tuple[Iterable[str], str, str, str], ...] = (
        ((japanese.today(row.delivered_at) for row in month.arrived), _("届"), _("届いた帳票"), "arrived"),
        ((japanese.today(row.uploaded_at) for row in month.filed), _("送"), _("送った届書"), "filed"),
        ((row.due_on for row in month.due), _("限"), _("提出期限の届書"), "due"),
    )
    found = defaultdict[str, list[Mark]](list)
    for days, short, word, place in kinds:
        for day, count in Counter(days).items():
            found[day].append(Mark(count, short, word, place))
    return found


def _unread(house: House, row: NoticeRow, now: Instant) -> Unread:
    return Unread(
        house.type_name(row.type),
        japanese.month(row.period),
        row.file_name,
        japanese.date(row.delivered_at),
        waits(row.delivered_at, now),
        f"{NOTICES}?{urlencode({'type': row.type, 'month': month_of(row.delivered_at), 'state': UNREAD})}",
    )


def waits(since: Instant, now: Instant) -> str:
    """How long something has been there, in days."""
    days = -japanese.days_until(japanese.today(since), now)
    return _("{days}日前に届きました", days=days) if days > 0 else _("今日届きました")


def _due(house: House, rows: Sequence[FilingRow], now: Instant) -> list[tuple[FilingLine, Due]]:
    """Filings, each with the days that are left for it."""
    return [(line, countdown(row.due_on, now)) for line, row in zip(lines(house, rows, now), rows, strict=True)]

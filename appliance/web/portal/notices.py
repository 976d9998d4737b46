# SPDX-License-Identifier: Apache-2.0
"""The notices of the office (帳票, SC16): one by one, as they are or as a ZIP, or several together."""

from collections.abc import Mapping, Sequence

from aiohttp.web import Response, StreamResponse

from appliance.link.messages import DownloadNotice, DownloadNotices, NoticeRow
from appliance.link.refusals import Why
from appliance.model.words import NoticeState, Permission
from appliance.web import japanese
from appliance.web.answers import shown
from appliance.web.csv_files import send_sheet
from appliance.web.cursors import cursor, known_id
from appliance.web.downloads import send, send_part
from appliance.web.house import House
from appliance.web.list_cells import notice_sheet
from appliance.web.narrowed import Narrowed, listed, said_order
from appliance.web.notice_lines import lines
from appliance.web.notice_list import ORDERS, PLACE, asked_for, notice_filters
from appliance.web.portal.filings import may
from appliance.web.refusal_pages import STATUS
from appliance.web.request import Request
from appliance.web.texts import Explanation

# A form has at most 50 fields, and each line has a box; and with so many a page weighs less than 60 kB.
ROWS = 36
MARK = "mark."


async def show_notices(request: Request) -> StreamResponse:
    """A page of the list."""
    return await _page(request, request.query)


async def export_notices(request: Request) -> StreamResponse:
    """The list as a file."""
    asked = asked_for(_chosen(request, request.query), "", 0)
    return await send_sheet(request, notice_sheet(request.house, asked))


async def download(request: Request) -> StreamResponse:
    """The bytes of one notice, or a part of them; one of another office is as unknown as none."""
    id = known_id(request.values["id"])
    return await send_part(request, id, lambda start, stop: DownloadNotice(id, start=start, stop=stop))


async def download_packed(request: Request) -> StreamResponse:
    """One notice in a ZIP under the office's password."""
    return await send(request, DownloadNotice(known_id(request.values["id"]), packed=True))


async def download_together(request: Request) -> StreamResponse:
    """All marked notices in one ZIP; without a mark the list again, which says so."""
    marked = tuple(known_id(name.removeprefix(MARK)) for name in request.fields if name.startswith(MARK))
    if not marked:
        return await _page(request, request.fields, request.house.texts.explain("notices.none_marked"))
    return await send(request, DownloadNotices(marked))


def _chosen(request: Request, fields: Mapping[str, str]) -> Narrowed:
    return Narrowed.of(PLACE, notice_filters(request.house), fields)


async def _page(request: Request, fields: Mapping[str, str], fault: Explanation | None = None) -> Response:
    house, chosen, after = request.house, _chosen(request, fields), cursor(fields)
    answered = await request.ask(asked_for(chosen, after, ROWS))
    page = answered.reply
    return shown(
        request,
        "portal/notices",
        answered,
        STATUS[Why.INVALID] if fault else 200,
        lines=lines(house, page.rows),
        explained=_explained(house, page.rows),
        fault=fault,
        may_download=may(answered, Permission.DOWNLOAD),
        here_after=after,
        listed=listed(request, answered, chosen, said_order(chosen, ORDERS), after, ROWS),
    )


def _explained(house: House, rows: Sequence[NoticeRow]) -> Mapping[tuple[str, str], list[tuple[str, str]]]:
    """By month and kind as the lines have them: id and kind of those on this page that explain it (R158)."""
    types = house.catalogue.types
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for row in rows:
        kinds = types[row.type].explains if row.type in types and row.state is not NoticeState.CANCELLED else ()
        for kind in kinds:
            place = (japanese.month(row.period), house.type_name(kind))
            found.setdefault(place, []).append((row.id, house.type_name(row.type)))
    return found

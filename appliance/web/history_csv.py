# SPDX-License-Identifier: Apache-2.0
"""The history as a file for a spreadsheet (SC17): streamed, bounded, and each page of it in the journal."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace

from aiohttp.web import StreamResponse

from appliance.link.messages import HistoryPage, ReadHistory
from appliance.link.refusals import Refused
from appliance.model.csv_text import CsvText
from appliance.model.time import in_japan
from appliance.model.words import Site
from appliance.web.answers import EVERYWHERE
from appliance.web.disposition import attachment
from appliance.web.history import narrowed
from appliance.web.history_lines import HistoryLine, line
from appliance.web.limits import CHUNK_SECONDS
from appliance.web.request import Request

log = logging.getLogger(__name__)
AT_ONCE = 200
MOST_ROWS = 10_000
# A search that finds little ends as well.
MOST_PAGES = 200
NAME = "送受信・操作の履歴.csv"
HEAD = ("番号", "日時", "操作", "結果", "利用者", "場所", "内容", "書類の番号")
OFFICE = "事業所"
ENDED = "ここまでを書き出しました。続きがあります。期間を短くして、もう一度お試しください。"


async def export_history(request: Request) -> StreamResponse:
    """What the filters of the page find, newest first. A cut breaks the connection: never a clean end."""
    asked = replace(ReadHistory(limit=AT_ONCE, export=True), **narrowed(request))
    first = await request.ask(asked)  # whatever refuses it is still a page
    answer = StreamResponse(headers=_headers())
    await answer.prepare(request.raw)
    try:
        async for piece in _pieces(request, asked, first.reply):
            async with asyncio.timeout(CHUNK_SECONDS):
                await answer.write(piece)
        async with asyncio.timeout(CHUNK_SECONDS):
            await answer.write_eof()
    except (Refused, ConnectionError, TimeoutError) as error:
        log.warning("history %s cut: %r", request.number, error)
        if request.raw.transport is not None:
            request.raw.transport.abort()
    return answer


async def _pieces(request: Request, asked: ReadHistory, page: HistoryPage) -> AsyncIterator[bytes]:
    """The rows of one page after the other, as text."""
    text = CsvText(for_people=True)
    of_fund = request.site is Site.CONSOLE
    yield text.row((*HEAD, OFFICE) if of_fund else HEAD)
    room, more = MOST_ROWS, True
    for number in range(MOST_PAGES):
        if number:
            page = (await request.ask(replace(asked, before=page.before))).reply
        lines = [line(request.house, row) for row in page.rows[:room]]
        yield b"".join(text.row(_cells(one, of_fund)) for one in lines)
        more = bool(page.before) or len(page.rows) > room
        room -= len(lines)
        if not (more and room):
            break
    if more:
        yield text.row((ENDED,))


def _cells(one: HistoryLine, of_fund: bool) -> tuple[str, ...]:
    at = in_japan(one.instant).strftime("%Y-%m-%d %H:%M:%S")
    cells = (str(one.number), at, one.kind, one.result, one.who, one.where, one.about, one.thing)
    return (*cells, one.office) if of_fund else cells


def _headers() -> dict[str, str]:
    return {
        **EVERYWHERE,
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": attachment(NAME),
        "Cache-Control": "no-store",
    }

# SPDX-License-Identifier: Apache-2.0
"""A list as a file for a spreadsheet: streamed page by page, bounded, and each page of it in the journal."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from aiohttp.web import StreamResponse

from appliance.link.refusals import Refused
from appliance.model.csv_text import CsvText
from appliance.model.origin import told
from appliance.model.time import Instant, in_japan
from appliance.web.answers import EVERYWHERE
from appliance.web.disposition import attachment
from appliance.web.language import _
from appliance.web.limits import CHUNK_SECONDS
from appliance.web.request import Request

log = logging.getLogger(__name__)
AT_ONCE = 200
MOST_ROWS = 10_000
# A search that finds little ends as well.
MOST_PAGES = 200
ENDED = "ここまでを書き出しました。続きがあります。期間や条件を絞り込んで、もう一度お試しください。"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table. asked is the message of its first page; message and page call the place to go on from cursor.

    cells gives the lines of the rows of a page.
    """

    name: str
    head: Sequence[str]
    asked: Any
    cells: Callable[[Sequence[Any]], Iterable[Sequence[str]]]
    cursor: str = "after"


async def send_sheet(request: Request, sheet: Sheet) -> StreamResponse:
    """The rows in the order of the list. A cut breaks the connection: never a clean end."""
    asked = replace(sheet.asked, limit=AT_ONCE, export=True)
    first = await request.ask(asked)  # whatever refuses it is still a page
    answer = StreamResponse(headers=_headers(sheet.name))
    await answer.prepare(request.raw)
    try:
        async for piece in _pieces(request, replace(sheet, asked=asked), first.reply):
            async with asyncio.timeout(CHUNK_SECONDS):
                await answer.write(piece)
        async with asyncio.timeout(CHUNK_SECONDS):
            await answer.write_eof()
    except (Refused, ConnectionError, TimeoutError) as error:
        log.warning("file %s cut: %s", request.number, told(error))
        if request.raw.transport is not None:
            request.raw.transport.abort()
    return answer


async def _pieces(request: Request, sheet: Sheet, page: Any) -> AsyncIterator[bytes]:
    """The rows of one page after the other, as text."""
    text = CsvText(for_people=True)
    yield text.row([_(cell) for cell in sheet.head])
    room, more = MOST_ROWS, True
    for number in range(MOST_PAGES):
        if number:
            page = (await request.ask(replace(sheet.asked, **{sheet.cursor: getattr(page, sheet.cursor)}))).reply
        rows = page.rows[:room]
        yield b"".join(map(text.row, sheet.cells(rows)))
        more = bool(getattr(page, sheet.cursor)) or len(page.rows) > room
        room -= len(rows)
        if not (more and room):
            break
    if more:
        yield text.row((_(ENDED),))


def stamp(at: Instant) -> str:
    """2026-06-09 10:05:00, in Japan, "" for never: spreadsheets know it as a date."""
    return in_japan(at).strftime("%Y-%m-%d %H:%M:%S") if at else ""


def _headers(name: str) -> dict[str, str]:
    return {
        **EVERYWHERE,
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": attachment(f"{_(name)}.csv"),
        "Cache-Control": "no-store",
    }

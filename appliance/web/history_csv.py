# SPDX-License-Identifier: Apache-2.0
"""The history as a file for a spreadsheet (SC17)."""

from dataclasses import replace

from aiohttp.web import StreamResponse

from appliance.link.messages import ReadHistory
from appliance.model.words import Site
from appliance.web.csv_files import Sheet, send_sheet, stamp
from appliance.web.history import narrowed
from appliance.web.history_lines import HistoryLine, line
from appliance.web.request import Request

NAME = "送受信・操作の履歴"
HEAD = ("番号", "日時", "操作", "結果", "利用者", "場所", "内容", "書類の番号")
OFFICE = "事業所"


async def export_history(request: Request) -> StreamResponse:
    """What the filters of the page find, newest first."""
    of_fund = request.site is Site.CONSOLE
    return await send_sheet(
        request,
        Sheet(
            NAME,
            (*HEAD, OFFICE) if of_fund else HEAD,
            replace(ReadHistory(), **narrowed(request)),
            lambda rows: (_cells(line(request.house, row), of_fund) for row in rows),
            cursor="before",
        ),
    )


def _cells(one: HistoryLine, of_fund: bool) -> tuple[str, ...]:
    at = stamp(one.instant)
    cells = (str(one.number), at, one.kind, one.result, one.who, one.where, one.about, one.thing)
    return (*cells, one.office) if of_fund else cells

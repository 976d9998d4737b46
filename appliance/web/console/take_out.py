# SPDX-License-Identifier: Apache-2.0
"""Taking filings out for the core system (基幹システム): those of a period, as one ZIP with an index."""

import datetime as dt
import re
from collections.abc import Mapping

from aiohttp.web import StreamResponse

from appliance.link.messages import OpenMenu, TakeOut
from appliance.link.refusals import Refused, Why
from appliance.model.documents import Direction
from appliance.web import japanese
from appliance.web.answers import shown
from appliance.web.downloads import send
from appliance.web.refusal_pages import STATUS
from appliance.web.request import Request
from appliance.web.texts import Explanation

ENCODINGS = {"utf-8": "UTF-8（BOM 付き）", "cp932": "Shift_JIS（Windows の日本語、cp932）"}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
PEOPLE, MACHINES = "people", "machines"
# The form is shown again with these, as long as no byte has gone out; all others are pages of their own.
_MENDABLE = frozenset({Why.INVALID, Why.TOO_LARGE, Why.CONFLICT})


async def show_form(request: Request) -> StreamResponse:
    """The form; at first with this month."""
    return await _form(request, request.query, None)


async def take_out(request: Request) -> StreamResponse:
    """The ZIP; or the form again with what is wrong."""
    query = request.query
    if not _is_period(query.get("since", ""), query.get("until", "")):
        return await _form(request, query, request.house.texts.explain("take_out.dates"), STATUS[Why.INVALID])
    try:
        return await send(request, _message(query))
    except Refused as refused:
        if refused.why not in _MENDABLE:
            raise
        return await _form(request, query, request.house.texts.refusal(refused), STATUS[refused.why])


def _is_period(since: str, until: str) -> bool:
    if not (_DATE.fullmatch(since) and _DATE.fullmatch(until)):
        return False
    try:
        return dt.date.fromisoformat(since) <= dt.date.fromisoformat(until)
    except ValueError:
        return False


def _message(query: Mapping[str, str]) -> TakeOut:
    """Raises Refused INVALID for what the form does not offer."""
    encoding, reader = query.get("encoding", "utf-8"), query.get("for", MACHINES)
    if encoding not in ENCODINGS or reader not in (PEOPLE, MACHINES):
        raise Refused(Why.INVALID)
    return TakeOut(query["since"], query["until"], query.get("type", ""), encoding, reader == PEOPLE)


async def _form(
    request: Request, typed: Mapping[str, str], explanation: Explanation | None, status: int = 200
) -> StreamResponse:
    answered = await request.ask(OpenMenu())
    today = japanese.today(answered.now)
    return shown(
        request,
        "console/take_out",
        answered,
        status,
        explanation=explanation,
        since=typed.get("since") or f"{today[:7]}-01",
        until=typed.get("until") or today,
        type=typed.get("type", ""),
        encoding=typed.get("encoding", "utf-8"),
        reader=typed.get("for", MACHINES),
        types=request.house.catalogue.of(Direction.TO_FUND),
        encodings=ENCODINGS,
        new=answered.reply.to_receive,
    )

# SPDX-License-Identifier: Apache-2.0
"""マニュアル: the PDFs that people of a site can keep (R59, R248, R308); at the console the fund adds its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp.web import Response, StreamResponse

from appliance.link.messages.manuals import (
    MOST_MANUAL,
    AddManual,
    ListManuals,
    ManualOpened,
    ManualRow,
    OpenManual,
    WithdrawManual,
)
from appliance.link.refusals import Refused, Why
from appliance.model.words import Role
from appliance.web import japanese
from appliance.web.answers import EVERYWHERE, go_to, shown
from appliance.web.disposition import content_type, disposition
from appliance.web.downloads import POWERLESS
from appliance.web.language import _
from appliance.web.multipart import ComingFile
from appliance.web.refusal_pages import STATUS
from appliance.web.request import Request
from appliance.web.routes import Body, does, shows
from appliance.web.said import said, with_word
from appliance.web.texts import Explanation
from appliance.web.uploading import form_file

PLACE = "/manuals"
CHANGES = frozenset({Role.FUND_CLERK, Role.FUND_SYSTEM})
_MENDABLE = frozenset({Why.INVALID, Why.TOO_LARGE, Why.CONFLICT, Why.AWAY})
_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class ManualLine:
    """One of them, in words. scanned names who looked and when, "" where nobody did (R61)."""

    id: str
    title: str
    file_name: str
    dated: str
    size: str
    scanned: str
    of_fund: bool
    replaces: str


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the form, and what is wrong with it, by field and as a whole."""

    values: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    summary: Explanation | None = None
    status: int = 200


async def show_manuals(request: Request) -> StreamResponse:
    """The list."""
    return await _page(request, Filled())


async def open_manual(request: Request) -> StreamResponse:
    """One of them; a browser may show it with a viewer of its own. None of them is large."""
    async with request.fetch(OpenManual(request.values["id"])) as fetched:
        opened: ManualOpened = fetched.answered.reply
        body = b"".join([piece async for piece in fetched.chunks()])
    headers = {
        **EVERYWHERE,
        "Content-Security-Policy": POWERLESS,
        "Content-Type": content_type(opened.file_name),
        "Content-Disposition": disposition(opened.file_name, inline=True),
        "Cache-Control": "no-store",
    }
    return Response(body=body, headers=headers)


async def add(request: Request) -> StreamResponse:
    """One more, or one in the place of another; or the form again with what is wrong."""
    typed, file = request.fields, form_file(request)
    if file is None:
        fault = {"manual_file": request.house.texts.word("field", "file")}
        return await _page(request, Filled(typed, fault, status=STATUS[Why.INVALID]))
    try:
        await request.ask(_message(typed, file), stream=file.pieces, stream_size=file.size, timeout=_SECONDS)
    except Refused as refused:
        if refused.why not in _MENDABLE:
            raise
        told = request.house.texts.refusal(refused)
        faults = {refused.values["field"]: told.next} if refused.values.get("field") else {}
        return await _page(request, Filled(typed, faults, told, STATUS[refused.why]))
    return go_to(with_word(PLACE, "manual_added"))


def _message(typed: Mapping[str, str], file: ComingFile) -> AddManual:
    return AddManual(
        typed.get("manual_title", ""),
        typed.get("manual_dated", ""),
        typed.get("manual_replaces", ""),
        file.size,
        typed.get("command", ""),
    )


async def withdraw(request: Request) -> StreamResponse:
    """One of the fund's goes; the product's own is back in its place."""
    await request.ask(WithdrawManual(request.values["id"], request.fields.get("command", "")))
    return go_to(with_word(PLACE, "manual_withdrawn"))


async def _page(request: Request, filled: Filled) -> Response:
    answered = await request.ask(ListManuals())
    role = answered.visitor.role if answered.visitor else None
    lines = [_line(row) for row in answered.reply.rows]
    return shown(
        request,
        "manuals",
        answered,
        filled.status,
        lines=lines,
        filled=filled,
        may_change=role in CHANGES,
        today=japanese.today(answered.now),
        command=request.house.new_id(),
        largest=japanese.size(MOST_MANUAL),
        said=said(request),
    )


def _line(row: ManualRow) -> ManualLine:
    scanned = ""
    if row.engine:
        scanned = _("{engine}（{at}）", engine=row.engine, at=japanese.moment(row.scanned_at))
    return ManualLine(
        row.manual,
        row.title,
        row.file_name,
        japanese.day(row.dated),
        japanese.size(row.size),
        scanned,
        row.of_fund,
        row.replaces,
    )


BOOKLET_ROUTES = (
    shows(PLACE, show_manuals, ListManuals),
    shows(f"{PLACE}/{{id}}/pdf", open_manual, OpenManual),
)
CONSOLE_BOOKLET_ROUTES = (
    *BOOKLET_ROUTES,
    does(PLACE, add, ListManuals, AddManual, body=Body.FIELDS_THEN_FILE),
    does(f"{PLACE}/{{id}}/withdraw", withdraw, WithdrawManual),
)

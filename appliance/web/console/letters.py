# SPDX-License-Identifier: Apache-2.0
"""「お知らせ印刷」 (SC19, R187): letters that wait, printed as one PDF, and confirmed once they lie on paper."""

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp.web import Response, StreamResponse

from appliance.link.messages import (
    ENDING,
    ConfirmLetters,
    LetterPage,
    LetterRow,
    ListLetters,
    PrintLetters,
    WantingRow,
)
from appliance.link.refusals import Refused, Why
from appliance.model.time import Instant
from appliance.model.words import Role
from appliance.web import japanese
from appliance.web.answers import EVERYWHERE, go_to, shown
from appliance.web.cursors import cursor, known_id, number
from appliance.web.disposition import disposition
from appliance.web.downloads import POWERLESS
from appliance.web.forms import COMMAND, SHOWN_AGAIN
from appliance.web.language import _
from appliance.web.refusal_pages import STATUS
from appliance.web.request import Request
from appliance.web.texts import Explanation

PLACE = "/letters"
# A form has at most 50 fields, and each line has a box.
ROWS = 40
MARK = "mark."
WANTING = "wanting"
ALL, SEEN = "all", "printed_until"


@dataclass(frozen=True, slots=True)
class ByHandLine:
    """A name that is printed otherwise than it was filed. PCs may lack the same signs: numbers say which."""

    name: str
    lacked: str
    unshaped: str


@dataclass(frozen=True, slots=True)
class LetterLine:
    """One letter, in words. is_ending: it is forgotten within two days."""

    id: str
    office: str
    number: int
    name: str
    contract_number: str
    made: str
    ends: str
    is_ending: bool
    is_printed: bool
    state: str
    printed: str
    by_hand: tuple[ByHandLine, ...]


@dataclass(frozen=True, slots=True)
class WantingLine:
    """An office that needs a reissue, and why."""

    office: str
    number: int
    name: str
    contract_number: str
    why: str


async def show_letters(request: Request) -> StreamResponse:
    """What waits."""
    return await _page(request)


async def print_letters(request: Request) -> StreamResponse:
    """The marked letters, or all, as a PDF that opens in the browser; nothing keeps it."""
    ids = _marked(request.fields)
    if not ids and ALL not in request.fields:
        return await _page(request, request.house.texts.explain("letters.none_marked"), STATUS[Why.INVALID])
    try:
        async with request.fetch(PrintLetters(() if ALL in request.fields else ids)) as fetched:
            content = b"".join([piece async for piece in fetched.chunks()])
    except Refused as refused:
        return await _again(request, refused)
    headers = {
        **EVERYWHERE,
        "Content-Security-Policy": POWERLESS,
        "Content-Type": "application/pdf",
        "Content-Disposition": disposition(fetched.answered.reply.file_name, inline=True),
        "Cache-Control": "no-store",
    }
    return Response(body=content, headers=headers)


async def confirm(request: Request) -> StreamResponse:
    """The marked letters lie on paper, or all that were printed when the page was shown."""
    ids, seen = _marked(request.fields), number(request.fields, SEEN)
    if not ids and not (ALL in request.fields and seen):
        return await _page(request, request.house.texts.explain("letters.none_marked"), STATUS[Why.INVALID])
    chosen = ((), seen) if ALL in request.fields else (ids, 0)
    try:
        answered = await request.ask(ConfirmLetters(*chosen, request.fields.get(COMMAND, "")))
    except Refused as refused:
        return await _again(request, refused)
    return go_to(f"{PLACE}?confirmed={answered.reply.count}")


def _marked(fields: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(known_id(name.removeprefix(MARK)) for name in fields if name.startswith(MARK))


async def _again(request: Request, refused: Refused) -> Response:
    if refused.why not in SHOWN_AGAIN:
        raise refused
    return await _page(request, request.house.texts.refusal(refused), STATUS[refused.why])


async def _page(request: Request, explanation: Explanation | None = None, status: int = 200) -> Response:
    after, behind = cursor(request.query), cursor(request.query, WANTING)
    answered = await request.ask(ListLetters(after, ROWS, behind))
    page: LetterPage = answered.reply
    return shown(
        request,
        "console/letters",
        answered,
        status,
        explanation=explanation,
        lines=[_line(row, answered.now) for row in page.rows],
        wanting=[_wanting(row) for row in page.wanting],
        wanting_next=f"{PLACE}?{WANTING}={page.wanting_after}#{WANTING}" if page.wanting_after else "",
        wanting_first=not behind,
        waiting=page.waiting,
        printed=page.printed,
        printed_until=answered.now,
        confirmed=request.query.get("confirmed", ""),
        count=number(request.query, "confirmed"),
        by_hand=page.by_hand,
        first=not after,
        next=f"{PLACE}?after={page.after}" if page.after else "",
        may=answered.visitor is not None and answered.visitor.role is Role.FUND_CLERK,
        command=request.house.new_id(),
    )


def _line(row: LetterRow, now: Instant) -> LetterLine:
    return LetterLine(
        row.letter,
        row.office,
        row.number,
        row.name,
        row.contract_number,
        japanese.moment(row.made_at),
        japanese.moment(row.ends_at),
        row.ends_at - now < ENDING,
        bool(row.prints),
        _state(row),
        _("{count} 回目 {at}", count=row.prints, at=japanese.moment(row.printed_at)) if row.prints else "",
        tuple(ByHandLine(one.name, _numbered(one.lacked), _numbered(one.unshaped)) for one in row.by_hand),
    )


def _numbered(signs: str) -> str:
    """Signs with their numbers in Unicode."""
    return ", ".join(f"{sign} (U+{ord(sign):04X})" for sign in signs)


def _state(row: LetterRow) -> str:
    if row.prints:
        return _("印刷済み（再発行）") if row.reissue else _("印刷済み")
    return _("未印刷（再発行）") if row.reissue else _("未印刷")


def _wanting(row: WantingRow) -> WantingLine:
    if row.asked_at:
        why = _("{at} に管理者から依頼", at=japanese.moment(row.asked_at))
    else:
        why = _("{at} に印刷されないまま期限切れ", at=japanese.moment(row.forgotten_at))
    return WantingLine(row.office, row.number, row.name, row.contract_number, why)

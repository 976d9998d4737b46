# SPDX-License-Identifier: Apache-2.0
"""One filing (届書) at its office: everything about it, its document, and what the visitor may do with it now."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp.web import Response, StreamResponse

from appliance.link.messages import (
    ApproveFiling,
    AskApproval,
    CancelFiling,
    DeliverFiling,
    DownloadFiling,
    FilingDetail,
    FilingNow,
    ReadFiling,
)
from appliance.link.refusals import Refused, Why
from appliance.model.time import Instant
from appliance.model.words import Permission
from appliance.web import japanese
from appliance.web.answers import go_to, shown
from appliance.web.cursors import known_id
from appliance.web.downloads import send as send_document
from appliance.web.due import due
from appliance.web.forms import Form, Typed, empty, send
from appliance.web.house import House
from appliance.web.notice_lines import scan_words
from appliance.web.portal.filing_lines import lines, waits_for_office
from appliance.web.portal.filings import may
from appliance.web.request import Request
from appliance.web.said import said, with_word
from appliance.web.texts import person

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Fact:
    """What stands beside a label. more is said in small; tone is a class of .state, "" for plain text."""

    label: str
    value: str
    more: str = ""
    tone: str = ""


async def show_filing(request: Request) -> StreamResponse:
    """Everything about it but its bytes."""
    return await _page(request, empty(request))


async def open_document(request: Request) -> StreamResponse:
    """Its bytes; a PDF opens in the browser, with no powers there."""
    return await send_document(request, DownloadFiling(_id(request)), inline=True)


async def approve(request: Request) -> StreamResponse:
    """Approve what the page showed; with the field `deliver`, deliver it in the same breath (A13)."""
    at_once = request.fields.get("deliver") == "on"
    return await _act(request, lambda typed: ApproveFiling(_id(request), _seen(typed), typed.command, at_once))


async def deliver(request: Request) -> StreamResponse:
    """Hand what the page showed to the fund."""
    return await _act(request, lambda typed: DeliverFiling(_id(request), _seen(typed), typed.command))


async def ask(request: Request) -> StreamResponse:
    """Those who may approve it are asked by mail to do so (practice 4.5)."""
    sent = await send(request, Form(request.path, (), ""), lambda typed: AskApproval(_id(request), typed.command))
    if isinstance(sent, Typed):
        return await _page(request, sent)
    return go_to(with_word(_place(request), "approval_asked"))


async def show_cancelling(request: Request) -> StreamResponse:
    """Ask once more."""
    answered = await request.ask(ReadFiling(_id(request)))
    detail: FilingDetail = answered.reply
    if "CancelFiling" not in detail.may:
        return go_to(_place(request))
    (line,) = lines(request.house, (detail.row,), answered.now)
    return shown(request, "portal/filing_cancel", answered, line=line, typed=empty(request))


async def cancel(request: Request) -> StreamResponse:
    """Take it back; its bytes are destroyed."""
    return await _act(request, lambda typed: CancelFiling(_id(request), typed.command))


def _id(request: Request) -> str:
    return known_id(request.values["id"])


def _place(request: Request) -> str:
    return f"/filings/{_id(request)}"


def _seen(typed: Typed) -> bytes:
    """The SHA-256 of what the page showed. Raises Refused INVALID for what none of our pages sends."""
    if _SHA256.fullmatch(typed["sha256"]) is None:
        raise Refused(Why.INVALID)
    return bytes.fromhex(typed["sha256"])


async def _act(request: Request, make: Callable[[Typed], object]) -> StreamResponse:
    """Do it, and show what has become of it; or the page as it is now, with what stood in the way."""
    sent = await send(request, Form(request.path, (), ""), make)
    if isinstance(sent, Typed):
        return await _page(request, sent)
    now: FilingNow = sent.reply
    return go_to(with_word(_place(request), f"filing_{now.state}"))


async def _page(request: Request, typed: Typed) -> Response:
    house = request.house
    answered = await request.ask(ReadFiling(_id(request)))
    detail: FilingDetail = answered.reply
    return shown(
        request,
        "portal/filing",
        answered,
        typed.status,
        detail=detail,
        line=lines(house, (detail.row,), answered.now)[0],
        facts=_facts(house, detail, answered.now),
        # After a fault the form is another one: what the page shows may have changed.
        command=house.new_id(),
        sha256=detail.sha256.hex(),
        summary=typed.summary,
        said=None if typed.summary else said(request),
        is_own=answered.visitor is not None and answered.visitor.name == detail.row.uploaded_by,
        may_approve=may(answered, Permission.APPROVE),
        may_deliver=may(answered, Permission.DELIVER),
        may_download=may(answered, Permission.DOWNLOAD),
        may_ask=may(answered, Permission.UPLOAD),
    )


def _facts(house: House, detail: FilingDetail, now: Instant) -> list[Fact]:
    """What is known, in the order of its way; what is not, is not there."""
    row = detail.row
    deadline = due(row.due_on, now, is_open=waits_for_office(row))
    facts = [
        Fact("ファイル名", row.file_name, japanese.size(row.size)),
        Fact("届出年月日", japanese.day(row.filed_on)),
        Fact("事由発生年月日", japanese.day(detail.event_on)),
        Fact("提出期限", deadline.day, deadline.words, deadline.tone),
        Fact("メモ", detail.note),
        _done("アップロード", row.uploaded_at, row.uploaded_by),
        Fact("ウイルス検査", scan_words(house, row.scan, detail.engine)),
        _done("承認", detail.approved_at, detail.approved_by),
        _done("配信", row.delivered_at, detail.delivered_by),
        _done("基金の受信", row.received_at, detail.received_by),
        _done(house.texts.word("settled", row.state), detail.settled_at, detail.settled_by),
    ]
    return [fact for fact in facts if fact.value]


def _done(label: str, at: Instant, by: str) -> Fact:
    return Fact(label, japanese.moment(at) if at else "", person(by))

# SPDX-License-Identifier: Apache-2.0
"""One filing (届書) at the fund: everything about it, its document, and what the fund does with it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from aiohttp.web import StreamResponse

from appliance.link.messages import (
    AcceptFiling,
    CompleteFiling,
    DownloadFiling,
    FilingDetail,
    FilingRow,
    ListNotices,
    NoticeRow,
    ReadFiling,
    ReadNotice,
    ReceiveFiling,
    ReturnFiling,
)
from appliance.link.refusals import Refused, Why
from appliance.model.words import NoticeState
from appliance.web import japanese
from appliance.web.answers import go_to, shown
from appliance.web.console.filing_lines import line
from appliance.web.console.ready_reasons import FOR_RETURNING, ready_reasons, text_of
from appliance.web.cursors import known_id
from appliance.web.downloads import send as send_document
from appliance.web.forms import COMMAND, Choice, Field, Form, FormPage, Shape, Typed, empty, form_page, read, send
from appliance.web.house import House
from appliance.web.language import _
from appliance.web.notice_lines import scan_words
from appliance.web.office_names import numbered
from appliance.web.refusal_pages import STATUS
from appliance.web.request import Request
from appliance.web.said import said, with_word
from appliance.web.texts import Explanation
from appliance.web.vault_side import Answered

NOTICES_TO_CHOOSE = 100
NO_DECISION = "none"
# What a ready reason leaves for the clerk to fill in.
_BLANK = re.compile("〇〇|〇月〇日")
REASON = Field(
    "reason", "差戻しの理由", "事業所の画面に、このまま表示されます。送る前に、内容を整えてください。", most=1000
)
RETURN = Form("/filings/{id}/return", (REASON,), "この理由で差し戻す")
DECISION = Field(
    "decision",
    "対応する決定通知",
    "この事業所に配信した帳票が、新しい順に並んでいます。選ぶと、事業所の届書の画面から開けるようになります。",
    Shape.SELECT,
)
COMPLETE = FormPage(
    "届書の処理を完了する",
    Form("/filings/{id}/done", (DECISION,), "処理完了にする"),
    (
        "完了すると、この届書の状態はもう変えられません。",
        "決定通知がまだのときは、先に「帳票を配信する」から届けてください。",
    ),
    "filings",
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands on the page, as labels and values."""

    about: tuple[tuple[str, str], ...]
    course: tuple[tuple[str, str], ...]


async def show_filing(request: Request) -> StreamResponse:
    """Everything about it but its bytes."""
    return await _page(request)


async def open_document(request: Request) -> StreamResponse:
    """Its bytes; a PDF opens in the browser, with no powers there."""
    return await send_document(request, DownloadFiling(known_id(request.values["id"])), inline=True)


async def receive(request: Request) -> StreamResponse:
    """The fund takes it (受信)."""
    return await _act(request, ReceiveFiling, "filing_received")


async def accept(request: Request) -> StreamResponse:
    """The fund finds it in order (受理)."""
    return await _act(request, AcceptFiling, "filing_accepted")


async def show_returning(request: Request) -> StreamResponse:
    """The form for giving it back, perhaps with one of the ready reasons in it."""
    return await _return_page(request, {"reason": text_of(FOR_RETURNING, request.query.get("template", ""))})


async def give_back(request: Request) -> StreamResponse:
    """Give it back with a reason (差戻し)."""
    filing = known_id(request.values["id"])
    if _BLANK.search(request.fields.get(REASON.name, "")):
        return await _return_page(request, {}, _unfilled(request))
    done = await _send(request, RETURN, lambda typed: ReturnFiling(filing, typed["reason"], typed.command))
    if isinstance(done, Typed):
        return await _return_page(request, {}, done)
    return done or go_to(with_word(f"/filings/{filing}", "filing_returned"))


def _unfilled(request: Request) -> Typed:
    fault = {REASON.name: _("〇〇 などの部分を、実際の内容に書き換えてください。")}
    typed, summary = read(request, RETURN), request.house.texts.explain("form.faults")
    return replace(typed, faults=fault, summary=summary, status=STATUS[Why.INVALID])


async def show_completing(request: Request) -> StreamResponse:
    """The form with the notices that may answer it."""
    return await _complete_page(request)


async def complete(request: Request) -> StreamResponse:
    """The fund is done with it (処理完了)."""
    filing = known_id(request.values["id"])

    def make(typed: Typed) -> CompleteFiling:
        decision = typed["decision"]
        return CompleteFiling(filing, typed.command, "" if decision == NO_DECISION else known_id(decision))

    done = await _send(request, COMPLETE.form, make)
    if isinstance(done, Typed):
        return await _complete_page(request, done)
    return done or go_to(with_word(f"/filings/{filing}", "filing_done"))


async def _act(request: Request, message: Callable[[str, str], object], word: str) -> StreamResponse:
    """An act that needs nothing but its command; who was too late sees what is so now."""
    filing = known_id(request.values["id"])
    try:
        await request.ask(message(filing, request.fields.get(COMMAND, "")))
    except Refused as refused:
        if refused.why is not Why.CONFLICT:
            raise
        return await _page(request, refused)
    return go_to(with_word(f"/filings/{filing}", word))


async def _send(request: Request, form: Form, make: Callable[[Typed], object]) -> StreamResponse | Typed | None:
    """None when it is done; what was typed to be mended; or the filing's page for who was too late."""
    done = await send(request, form, make)
    if not isinstance(done, Typed):
        return None
    if done.status == STATUS[Why.CONFLICT]:
        return await _page(request, Refused(Why.CONFLICT))
    return done


async def _page(request: Request, refused: Refused | None = None) -> StreamResponse:
    house = request.house
    answered = await request.ask(ReadFiling(known_id(request.values["id"])))
    detail: FilingDetail = answered.reply
    decision = await _decision(request, detail)
    return shown(
        request,
        "console/filing",
        answered,
        STATUS[refused.why] if refused else 200,
        line=line(house, detail.row, answered.now),
        detail=detail,
        facts=_facts(house, detail),
        decision=_notice_words(house, decision) if decision else "",
        may=detail.may,
        command=house.new_id(),
        said=said(request),
        explanation=_too_late(house, detail, refused) if refused else None,
    )


def _too_late(house: House, detail: FilingDetail, refused: Refused) -> Explanation:
    if house.texts.has(refused.text):
        return house.texts.refusal(refused)
    return house.texts.explain("filing.changed", {"state": house.texts.word("inbox_state", detail.row.state)})


def _facts(house: House, detail: FilingDetail) -> Facts:
    row = detail.row
    about = (
        ("事業所", numbered(row.office_number, row.office_name)),
        ("届出年月日", japanese.day(row.filed_on)),
        ("事由発生年月日", japanese.day(detail.event_on)),
        ("メモ", detail.note),
        ("大きさ", japanese.size(row.size)),
        ("ウイルス検査", scan_words(house, row.scan, detail.engine)),
        ("差戻しの理由", detail.reason),
    )
    course = (
        ("アップロード", _when(row.uploaded_at, row.uploaded_by)),
        ("承認", _when(detail.approved_at, detail.approved_by)),
        ("配信", _when(row.delivered_at, detail.delivered_by)),
        ("基金の受信", _when(row.received_at, detail.received_by)),
        ("受理・差戻し・完了", _when(detail.settled_at, detail.settled_by)),
    )
    return Facts(_filled(about), _filled(course))


def _filled(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((label, value) for label, value in pairs if value)


def _when(at: int, by: str) -> str:
    if not at:
        return ""
    return _("{name}（{more}）", name=japanese.moment(at), more=by) if by else japanese.moment(at)


async def _notices_of(request: Request, row: FilingRow) -> tuple[NoticeRow, ...]:
    """The newest notices to the filing's office."""
    if not row.office:
        return ()
    asked = ListNotices(office=row.office, limit=NOTICES_TO_CHOOSE)
    rows: tuple[NoticeRow, ...] = (await request.ask(asked)).reply.rows
    return tuple(found for found in rows if found.state is not NoticeState.CANCELLED)


async def _decision(request: Request, detail: FilingDetail) -> NoticeRow | None:
    """The notice that answered it, None if there is none, or none any more."""
    if not detail.decision:
        return None
    try:
        row: NoticeRow = (await request.ask(ReadNotice(detail.decision))).reply
    except Refused as refused:
        if refused.why is not Why.NOT_FOUND:
            raise
        return None
    return None if row.state is NoticeState.CANCELLED else row


def _notice_words(house: House, row: NoticeRow) -> str:
    return _(
        "{type}（{day} 配信、{name}）",
        type=house.type_name(row.type),
        day=japanese.date(row.delivered_at),
        name=row.file_name,
    )


async def _return_page(request: Request, values: dict[str, str], typed: Typed | None = None) -> StreamResponse:
    answered = await request.ask(ReadFiling(known_id(request.values["id"])))
    detail: FilingDetail = answered.reply
    typed = typed or empty(request, values)
    return shown(
        request,
        "console/filing_return",
        answered,
        typed.status,
        line=line(request.house, detail.row, answered.now),
        form=replace(RETURN, action=RETURN.action.format(id=detail.row.id)),
        typed=typed,
        reasons=ready_reasons(FOR_RETURNING),
    )


async def _complete_page(request: Request, typed: Typed | None = None) -> StreamResponse:
    answered: Answered = await request.ask(ReadFiling(known_id(request.values["id"])))
    row: FilingRow = answered.reply.row
    house, notices = request.house, await _notices_of(request, row)
    found = [Choice(notice.id, _notice_words(house, notice)) for notice in notices]
    decision = replace(DECISION, choices=(Choice(NO_DECISION, "決定通知はない"), *found))
    back = f"/filings/{row.id}"
    page = replace(
        COMPLETE,
        form=replace(COMPLETE.form, action=f"{back}/done", fields=(decision,)),
        about=(*COMPLETE.about, f"{numbered(row.office_number, row.office_name)}: {row.file_name}"),
        back=back,
    )
    return form_page(request, page, answered, typed or empty(request))

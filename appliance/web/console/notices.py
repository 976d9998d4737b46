# SPDX-License-Identifier: Apache-2.0
"""The notices that were delivered (受信状況, SC18), and taking back what nobody has opened (誤配信)."""

from dataclasses import replace

from aiohttp.web import StreamResponse

from appliance.link.messages import CancelNotice, NoticeRow, ReadNotice
from appliance.link.refusals import Why
from appliance.model.words import NoticeState, Role
from appliance.web import japanese
from appliance.web.answers import go_to, shown
from appliance.web.console.one_office import FIELD, ChosenOffice, chosen_office
from appliance.web.csv_files import send_sheet
from appliance.web.cursors import cursor, known_id, number
from appliance.web.forms import Field, Form, FormPage, Shape, Typed, empty, form_page, send
from appliance.web.language import _
from appliance.web.list_cells import notice_sheet
from appliance.web.narrowed import Narrowed, listed, said_order
from appliance.web.notice_lines import lines
from appliance.web.notice_list import ORDERS, PLACE, asked_for, notice_filters
from appliance.web.office_names import numbered
from appliance.web.refusal_pages import STATUS
from appliance.web.request import Request
from appliance.web.said import said
from appliance.web.texts import Explanation
from appliance.web.vault_side import Answered

ROWS = 50
MAY_CANCEL = frozenset({Role.FUND_CLERK, Role.FUND_RELEASER})
ABOUT = (
    Field("office_name", "事業所", shape=Shape.FIXED),
    Field("type", "帳票", shape=Shape.FIXED),
    Field("file_name", "ファイル名", shape=Shape.FIXED),
    Field("delivered", "配信日", shape=Shape.FIXED),
)
REASON = Field("reason", "取消の理由", "履歴に残ります。例: 別の事業所の通知書を配信した", most=300)
CANCEL = FormPage(
    "帳票の配信を取り消す",
    Form("/notices/{id}/cancel", (*ABOUT, REASON), "配信を取り消す"),
    (
        "まだ開かれていない帳票だけを取り消せます。取り消すと事業所からは開けなくなり、元に戻せません。",
        "事業所には、取り消したことがメールと画面で伝わります。理由は事業所には表示されません。",
    ),
    "notices",
    "/notices",
)


async def show_notices(request: Request) -> StreamResponse:
    """The notices of all offices or of one, with whether they were received."""
    return await _page(request)


async def show_cancelling(request: Request) -> StreamResponse:
    """Which one it is, and what is asked before it is taken back; or why it cannot be."""
    row = await _row(request)
    if row.state is not NoticeState.DELIVERED:
        return await _page(request, _why_not(request, row), STATUS[Why.CONFLICT])
    house = request.house
    about = {
        "office_name": numbered(row.office_number, row.office_name),
        "type": _("{name}（{more}）", name=house.type_name(row.type), more=japanese.month(row.period)),
        "file_name": row.file_name,
        "delivered": japanese.date(row.delivered_at),
    }
    return await _form(request, empty(request, about))


async def cancel(request: Request) -> StreamResponse:
    """Take it back."""
    notice = known_id(request.values["id"])
    done = await send(request, CANCEL.form, lambda typed: CancelNotice(notice, typed["reason"], typed.command))
    if not isinstance(done, Typed):
        return go_to("/notices?done=notice_cancelled")
    if done.status == STATUS[Why.CONFLICT]:
        return await _page(request, _why_not(request, await _row(request)), STATUS[Why.CONFLICT])
    return await _form(request, done)


def _why_not(request: Request, row: NoticeRow) -> Explanation:
    """Why a notice cannot be taken back."""
    if row.state is NoticeState.CANCELLED:
        return request.house.texts.explain("cancel.done_before", {"file_name": row.file_name})
    values = {"file_name": row.file_name, "received_at": str(row.received_at) if row.received_at else ""}
    key = "cancel.received" if row.received_at else "cancel.opened"
    return request.house.texts.explain(key, values)


async def _row(request: Request) -> NoticeRow:
    """The notice in the path. Raises Refused NOT_FOUND."""
    row: NoticeRow = (await _asked(request)).reply
    return row


async def _asked(request: Request) -> Answered:
    return await request.ask(ReadNotice(known_id(request.values["id"])))


async def _form(request: Request, typed: Typed) -> StreamResponse:
    answered = await _asked(request)
    place = _place(request)
    form = replace(CANCEL.form, action=CANCEL.form.action.format(id=known_id(request.values["id"])) + place)
    return form_page(request, replace(CANCEL, form=form, back=f"/notices{place}"), answered, typed)


def _chosen(request: Request, office: ChosenOffice) -> Narrowed:
    """How the list is narrowed. Raises Refused NOT_FOUND for what it does not offer."""
    filters = (office.filter, *notice_filters(request.house))
    return Narrowed.of(PLACE, filters, {**request.query, FIELD: office.id})


async def export_notices(request: Request) -> StreamResponse:
    """The list as a file."""
    chosen = _chosen(request, await chosen_office(request, request.query))
    return await send_sheet(request, notice_sheet(request.house, asked_for(chosen, "", 0)))


async def _page(request: Request, explanation: Explanation | None = None, status: int = 200) -> StreamResponse:
    after, office = cursor(request.query), await chosen_office(request, request.query)
    chosen = _chosen(request, office)
    answered = await request.ask(asked_for(chosen, after, ROWS))
    return shown(
        request,
        "console/notices",
        answered,
        status,
        lines=lines(request.house, answered.reply.rows) if office.is_settled else [],
        listed=listed(request, answered, chosen, said_order(chosen, ORDERS), after, ROWS),
        office=office,
        place=chosen.path(after=after).removeprefix(PLACE),
        may_cancel=answered.visitor is not None and answered.visitor.role in MAY_CANCEL,
        delivered=number(request.query, "delivered"),
        had=number(request.query, "had"),
        said=said(request),
        explanation=explanation,
    )


def _place(request: Request) -> str:
    """Where in the list people are, as a query. Raises Refused for what we never wrote."""
    if office := request.query.get(FIELD, ""):
        known_id(office)
    filters = (ChosenOffice().filter, *notice_filters(request.house))
    chosen = Narrowed.of(PLACE, filters, request.query)
    return chosen.path(after=cursor(request.query)).removeprefix(PLACE)

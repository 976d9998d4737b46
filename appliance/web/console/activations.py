# SPDX-License-Identifier: Apache-2.0
"""The desk's queue of requests for activation (有効化待ち, SC19): looked at, approved, or refused with a reason."""

from dataclasses import replace

from aiohttp.web import StreamResponse

from appliance.link.messages import (
    ActivationPage,
    ActivationRow,
    ApproveActivation,
    ListActivations,
    ReadActivation,
    RefuseActivation,
)
from appliance.link.refusals import Refused, Why
from appliance.model.devices import FOREIGN, Finding
from appliance.model.words import Role
from appliance.web.answers import go_to, shown
from appliance.web.console.ready_reasons import FOR_REFUSING, ready_reasons, text_of
from appliance.web.cursors import cursor, known_id
from appliance.web.forms import Choice, Field, Form, Shape, Typed, empty, send
from appliance.web.refusal_pages import STATUS
from appliance.web.request import Request
from appliance.web.said import said, with_word
from appliance.web.seat_words import activation_line
from appliance.web.vault_side import Answered

PLACE = "/activations"
ONE = "/activations/{id}"
APPROVE = "/activations/{id}/approve"
REFUSE = "/activations/{id}/refuse"
ROWS = 50
KEEP, END = "keep", "end"
OTHERS = Field(
    "others",
    "別の事業所の端末をどうしますか",
    "両方の事業所に確かめてから選んでください。どちらにもメールでお知らせします。",
    Shape.RADIO,
    choices=(
        Choice(KEEP, "そのまま使えるようにする", "社会保険労務士など、両方の事業所で使うとき"),
        Choice(END, "無効（上書き）にする", "別の事業所では、もう使わないとき"),
    ),
)
BOTH = Form(APPROVE, (OTHERS,), "選んだとおりに承認する")
ALONE = Form(APPROVE, (), "承認する")
REASON = Field("reason", "却下の理由", "メールと事業所の画面に、このまま表示されます（100 文字まで）。", most=100)
REFUSING = Form(REFUSE, (REASON,), "この理由で却下する")


async def show_activations(request: Request) -> StreamResponse:
    """What waits, the oldest first; or what was decided, the latest first."""
    decided = request.query.get("decided") == "1"
    asked = ListActivations(decided=decided, after=cursor(request.query), limit=ROWS)
    answered = await request.ask(asked)
    page: ActivationPage = answered.reply
    return shown(
        request,
        "console/activations",
        answered,
        lines=[activation_line(request.house, row) for row in page.rows],
        page=page,
        decided=decided,
        first=not asked.after,
        said=said(request),
    )


async def show_activation(request: Request) -> StreamResponse:
    """Everything about one of them."""
    return await _page(request)


async def approve(request: Request) -> StreamResponse:
    """Its PC may connect; what becomes of other offices' seats on the same PC is said by a person (T19, A9)."""
    id = known_id(request.values["id"])
    shown_findings = tuple(one for one in Finding if one in request.fields.get("findings", "").split("."))
    form = BOTH if Finding.SAME_PC_OFFICE in shown_findings else ALONE

    def make(typed: Typed) -> ApproveActivation:
        return ApproveActivation(id, shown_findings, typed[OTHERS.name] == END, typed.command)

    sent = await send(request, form, make)
    if isinstance(sent, Typed):
        return await _page(request, sent)
    return go_to(with_word(PLACE, "activation_approved"))


async def show_refusing(request: Request) -> StreamResponse:
    """The form, perhaps with one of the ready reasons in it."""
    return await _refusing(
        request, empty(request, {"reason": text_of(FOR_REFUSING, request.query.get("template", ""))})
    )


async def refuse(request: Request) -> StreamResponse:
    """It stays as it was, and the office is told why."""
    id = known_id(request.values["id"])
    sent = await send(request, REFUSING, lambda typed: RefuseActivation(id, typed["reason"], typed.command))
    if isinstance(sent, Typed):
        return await _refusing(request, sent)
    return go_to(with_word(PLACE, "activation_refused"))


async def _read(request: Request) -> Answered:
    return await request.ask(ReadActivation(known_id(request.values["id"])))


async def _page(request: Request, typed: Typed | None = None) -> StreamResponse:
    answered = await _read(request)
    row: ActivationRow = answered.reply
    is_desk = answered.visitor is not None and answered.visitor.role is Role.FUND_DESK
    may_act = is_desk and not row.decided_at
    form = BOTH if Finding.SAME_PC_OFFICE in row.findings else ALONE
    return shown(
        request,
        "console/activation",
        answered,
        typed.status if typed else 200,
        line=activation_line(request.house, row),
        same=row.same,
        form=replace(form, action=form.action.format(id=row.id)),
        typed=_again(request, typed),
        may_approve=may_act and not set(row.findings) & FOREIGN,
        may_refuse=may_act,
        findings=".".join(row.findings),
    )


def _again(request: Request, typed: Typed | None) -> Typed:
    """A command that was refused for what is so now is not sent again: what follows is another one."""
    if typed is None:
        return empty(request)
    return replace(typed, command=request.house.new_id()) if typed.status == STATUS[Why.CONFLICT] else typed


async def _refusing(request: Request, typed: Typed) -> StreamResponse:
    answered = await _read(request)
    row: ActivationRow = answered.reply
    if row.decided_at and not typed.summary:
        raise Refused(Why.CONFLICT, f"activation.now_{row.state}", {"done_at": str(row.decided_at)})
    return shown(
        request,
        "console/activation_refuse",
        answered,
        typed.status,
        line=activation_line(request.house, row),
        form=replace(REFUSING, action=REFUSING.action.format(id=row.id)),
        typed=typed,
        reasons=ready_reasons(FOR_REFUSING),
    )

# SPDX-License-Identifier: Apache-2.0
"""事業所の利用停止 at the console: what it means, why it is done, and how it ends again."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from aiohttp.web import Response, StreamResponse

from appliance.link.messages import OfficeCard, ReadOffice, ResumeOffice, SuspendOffice, SuspensionKnown
from appliance.link.refusals import Refused, Why
from appliance.model.words import Role
from appliance.web import japanese
from appliance.web.answers import go_to
from appliance.web.cursors import known_id
from appliance.web.forms import Field, Form, FormPage, Shape, Typed, empty, form_page, send
from appliance.web.language import _
from appliance.web.request import Request
from appliance.web.said import with_word
from appliance.web.vault_side import Answered

SUSPEND_PLACE = "/offices/{office}/suspend"
RESUME_PLACE = "/offices/{office}/resume"
# Who may, as the policy that is shipped has it.
ACTS = frozenset({Role.FUND_CLERK, Role.FUND_DESK})
OFFICE = Field("office", "事業所", shape=Shape.FIXED)
WHY = Field("reason", "理由", "履歴に残ります。事業所には表示されません。例: 代表者から停止の依頼書", most=300)
WHY_NOT = replace(WHY, hint="履歴に残ります。事業所には表示されません。例: 代表者と確認が済んだ")
SUSPEND = FormPage(
    "事業所の利用を停止する",
    Form(SUSPEND_PLACE, (OFFICE, WHY), "利用を停止する"),
    (
        "押すとすぐに、この事業所の方はだれもログインできなくなり、ログイン中の画面も使えなくなります。"
        "パソコンの接続と、ダウンロード・有効化の画面も止まります。",
        "届書・帳票・利用者・端末の記録は、そのまま残ります。解除すると、元のとおりに使えます。",
        "この事業所の手続きをしているほかの事業所の方（社会保険労務士など）も、この事業所を選べなくなります。",
    ),
    "offices",
)
RESUME = FormPage(
    "利用停止を解除する",
    Form(RESUME_PLACE, (OFFICE, WHY_NOT), "解除する"),
    ("押すとすぐに、この事業所の方は今のパスワードでログインでき、パソコンも接続できるようになります。",),
    "offices",
)


@dataclass(frozen=True, slots=True)
class SuspensionLine:
    """One that goes on, in words."""

    since: str
    by: str
    reason: str


def suspension_line(known: SuspensionKnown | None) -> SuspensionLine | None:
    """For people; None for an office that is in use."""
    return SuspensionLine(japanese.moment(known.since), known.by or "―", known.reason) if known else None


async def show_suspending(request: Request) -> StreamResponse:
    """What it means. Raises Refused CONFLICT for an office that is suspended already."""
    answered = await _card(request)
    if answered.reply.suspended is not None:
        raise Refused(Why.CONFLICT, "office.is_suspended")
    return _page(request, SUSPEND, answered)


async def suspend(request: Request) -> StreamResponse:
    """From now on."""
    office = known_id(request.values["office"])
    return await _sent(
        request, SUSPEND, lambda typed: SuspendOffice(office, typed["reason"], typed.command), "suspended"
    )


async def show_resuming(request: Request) -> StreamResponse:
    """What is asked before. Raises Refused CONFLICT for an office that is not suspended."""
    answered = await _card(request)
    if answered.reply.suspended is None:
        raise Refused(Why.CONFLICT, "office.not_suspended")
    return _page(request, RESUME, answered)


async def resume(request: Request) -> StreamResponse:
    """As before, from now on."""
    office = known_id(request.values["office"])
    return await _sent(
        request, RESUME, lambda typed: ResumeOffice(office, typed["reason"], typed.command), "resumed"
    )


async def _sent(request: Request, page: FormPage, make: Callable[[Typed], object], done: str) -> StreamResponse:
    """Send the form; the page of the office with a word, or the form again."""
    sent = await send(request, page.form, make)
    if isinstance(sent, Typed):
        return _page(request, page, await _card(request), sent)
    return go_to(with_word(f"/offices/{known_id(request.values['office'])}", done))


async def _card(request: Request) -> Answered:
    return await request.ask(ReadOffice(known_id(request.values["office"])))


def _page(request: Request, page: FormPage, answered: Answered, typed: Typed | None = None) -> Response:
    office, card = known_id(request.values["office"]), answered.reply
    assert isinstance(card, OfficeCard)
    form = replace(page.form, action=page.form.action.format(office=office))
    called = _("{name}（{more}）", name=card.office.name, more=card.office.contract_number)
    typed = typed or empty(request, {"office": called})
    return form_page(request, replace(page, form=form, back=f"/offices/{office}"), answered, typed)

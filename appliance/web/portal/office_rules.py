# SPDX-License-Identifier: Apache-2.0
"""「事業所の設定」: how the office wants its filings approved (A13); the admin's page."""

from aiohttp.web import Response, StreamResponse

from appliance.link.messages import ChangeOfficeRules, OfficeRules, ReadOfficeRules
from appliance.web.answers import go_to, shown
from appliance.web.forms import TICKED, Field, Form, Shape, Typed, empty, send
from appliance.web.request import Request
from appliance.web.said import said, with_word

PLACE = "/office"
FORM = Form(
    PLACE,
    (
        Field(
            "four_eyes",
            "アップロードした人とは別の人が承認する",
            "一人の思い違いがそのまま基金に届くことを防げます。"
            "承認の権限を持つ方が一人だけのときは、その方の届書を承認できる人がいなくなります。",
            Shape.TICK,
        ),
        Field(
            "deliver_on_approve",
            "承認と同時に、基金へ配信する",
            "「配信」を押し忘れて期限を過ぎることがなくなります。"
            "承認した方に配信の権限がないときは、配信の権限を持つ方を待ちます。",
            Shape.TICK,
        ),
    ),
    "設定を変更する",
)


async def show_rules(request: Request) -> StreamResponse:
    """As they are."""
    return await _page(request)


async def change_rules(request: Request) -> StreamResponse:
    """Other rules, from the next approval on."""

    def message(typed: Typed) -> ChangeOfficeRules:
        four_eyes, deliver_on_approve = (typed.is_ticked(one.name) for one in FORM.fields)
        return ChangeOfficeRules(four_eyes, deliver_on_approve, typed.command)

    sent = await send(request, FORM, message)
    return await _page(request, sent) if isinstance(sent, Typed) else go_to(with_word(PLACE, "office_rules"))


async def _page(request: Request, typed: Typed | None = None) -> Response:
    answered = await request.ask(ReadOfficeRules())
    rules: OfficeRules = answered.reply
    kept = {one.name: TICKED for one in FORM.fields if getattr(rules, one.name)}
    typed = typed or empty(request, kept)
    return shown(request, "portal/office", answered, typed.status, asked=FORM, typed=typed, said=said(request))

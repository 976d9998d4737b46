# SPDX-License-Identifier: Apache-2.0
"""/activate/: 確認コード come up (SC3, R64, R65), with the pair of the letter on the same page or with a ticket.

Nothing is kept of a file here. Where the pair is wrong, a pasted text comes back; browsers give no file back.
"""

from dataclasses import replace

from aiohttp.web import Response, StreamResponse

from appliance.contracts.device import MAX_EVIDENCE
from appliance.link.messages import (
    CodesSent,
    CounterOpened,
    ReadCounter,
    SendCodes,
    SentFile,
    Taken,
    TakenIn,
)
from appliance.link.refusals import Refused, Why
from appliance.web.addresses import ACTIVATE
from appliance.web.answers import go_to, shown
from appliance.web.disposition import base_name
from appliance.web.forms import COMMAND, Form, Typed, empty, refused, send
from appliance.web.language import _
from appliance.web.public.activate_lines import WELL, sent_lines
from appliance.web.public.counter import PAIR, opening, pair_page, with_ticket
from appliance.web.public.download_lines import seat_lines
from appliance.web.refusal_pages import STATUS
from appliance.web.request import Request
from appliance.web.vault_side import Answered

SEND = "/activate/send"
WITH_PAIR = Form(ACTIVATE, PAIR, "リクエスト送信")
WITH_TICKET = Form(SEND, (), "リクエスト送信")
# A 確認コード that was copied instead of saved.
PASTED = "pasted"
NONE_CHOSEN = "activate.none"


async def with_slash(request: Request) -> StreamResponse:
    """People leave the last sign out."""
    return go_to(ACTIVATE)


async def show_form(request: Request) -> StreamResponse:
    """The form with the pair; whoever has a ticket need not type it again, and comes back if it has ended."""
    if request.token:
        return go_to(SEND)
    return pair_page(request, "public/activate", WITH_PAIR, empty(request))


async def show_files(request: Request) -> StreamResponse:
    """The form of a ticket."""
    return _ticket_page(request, await request.ask(ReadCounter(files=False)), empty(request))


async def open_and_send(request: Request) -> StreamResponse:
    """The pair first; only then the files. Whoever has the pair goes on with a ticket."""
    if not sent_files(request):
        return pair_page(request, "public/activate", WITH_PAIR, _without_files(request))
    sent = await send(request, WITH_PAIR, opening)
    if isinstance(sent, Typed):
        return pair_page(request, "public/activate", WITH_PAIR, sent)
    opened: CounterOpened = sent.reply
    request.token, request.form = opened.token, opened.form
    return with_ticket(await _send(request), opened)


async def send_codes(request: Request) -> StreamResponse:
    """The files of a ticket."""
    if not sent_files(request):
        answered = await request.ask(ReadCounter(files=False))
        return _ticket_page(request, answered, _without_files(request))
    return await _send(request)


async def show_status(request: Request) -> StreamResponse:
    """How far the PCs of the office are."""
    answered = await request.ask(ReadCounter(files=False))
    return shown(request, "public/status", answered, seats=seat_lines(answered.reply))


def sent_files(request: Request) -> tuple[SentFile, ...]:
    """What was chosen, and what was pasted."""
    chosen = [SentFile(base_name(one.name), one.content) for one in request.files if one.name or one.content]
    pasted = request.fields.get(PASTED, "").strip()
    if pasted:
        chosen.append(SentFile(_("貼り付けた文字"), f"{pasted}\n".encode()))
    return tuple(chosen)


async def _send(request: Request) -> Response:
    """Send the files, and show what became of each. One that is too long to be a 確認コード stays here."""
    files = sent_files(request)
    fit = tuple(file for file in files if len(file.content) <= MAX_EVIDENCE)
    too_long = [
        TakenIn(file.file_name, Taken.UNUSABLE, "too_long") for file in files if len(file.content) > MAX_EVIDENCE
    ]
    try:
        answered = await request.ask(
            SendCodes(fit, request.fields.get(COMMAND, "")) if fit else ReadCounter(files=False)
        )
    except Refused as error:
        if error.why in (Why.NOT_SIGNED_IN, Why.FORGED):
            raise
        counter = await request.ask(ReadCounter(files=False))
        return _ticket_page(request, counter, refused(request, WITH_TICKET, empty(request), error))
    outcomes = list(answered.reply.outcomes) if isinstance(answered.reply, CodesSent) else []
    return _sent_page(request, answered, [*outcomes, *too_long])


def _sent_page(request: Request, answered: Answered, outcomes: list[TakenIn]) -> Response:
    return shown(
        request,
        "public/activated",
        answered,
        lines=sent_lines(request.house, outcomes),
        is_well=all(one.taken in WELL for one in outcomes),
        is_active=all(one.taken is Taken.ACTIVE for one in outcomes),
    )


def _ticket_page(request: Request, answered: Answered, typed: Typed) -> Response:
    return shown(
        request,
        "public/activate",
        answered,
        typed.status,
        asked=WITH_TICKET,
        typed=typed,
        door="",
        ended=False,
        left=False,
    )


def _without_files(request: Request) -> Typed:
    """The form again, which says that nothing was chosen."""
    said = request.house.texts.explain(NONE_CHOSEN)
    return replace(empty(request, request.fields), summary=said, status=STATUS[Why.INVALID])

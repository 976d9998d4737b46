# SPDX-License-Identifier: Apache-2.0
"""「管理者情報修正（事業所）」 (SC11): what the office has been given, and how its admin asks for a reissue."""

from aiohttp.web import Response, StreamResponse

from appliance.link.messages import AskReissue, Issued, LetterKnown, ReadOwnIssued
from appliance.web import japanese
from appliance.web.answers import go_to, shown
from appliance.web.forms import Form, Typed, empty, send
from appliance.web.language import _
from appliance.web.request import Request
from appliance.web.said import said, with_word

PLACE = "/contract"
ASKING = Form("/contract/reissue", (), "再発行を依頼する")


async def show_contract(request: Request) -> StreamResponse:
    """What the office has. The key itself stands on paper alone: here is when it was made."""
    return await _page(request)


async def ask_reissue(request: Request) -> StreamResponse:
    """The fund sees that a letter is wanted."""
    sent = await send(request, ASKING, lambda typed: AskReissue(typed.command))
    return await _page(request, sent) if isinstance(sent, Typed) else go_to(with_word(PLACE, "reissue_asked"))


async def _page(request: Request, asking: Typed | None = None) -> Response:
    answered = await request.ask(ReadOwnIssued())
    issued: Issued = answered.reply
    texts = request.house.texts
    asking = asking or empty(request)
    return shown(
        request,
        "portal/contract",
        answered,
        asking.status,
        issued=issued,
        key_made=japanese.moment(issued.key_made_at) if issued.key_made_at else "",
        letter=_letter(issued.letter),
        asked=japanese.moment(issued.letter.asked_at) if issued.letter.asked_at else "",
        seats=[
            (f"{seat.number:02d}", texts.word("seat_state", seat.state), japanese.moment(seat.since))
            for seat in issued.seats
        ],
        ask=ASKING,
        asking=asking,
        zip_until=japanese.moment(issued.zip_change_until) if issued.zip_change_until else "",
        said=said(request),
    )


def _letter(letter: LetterKnown) -> str:
    """Where the letter is, as far as the office has to know."""
    if letter.ends_at:
        return _("基金が郵送の準備をしています")
    if letter.forgotten_at:
        return _("期限が切れました。再発行を依頼してください")
    return (
        _("{at} に発送の準備が済みました", at=japanese.moment(letter.confirmed_at)) if letter.confirmed_at else "―"
    )

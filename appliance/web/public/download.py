# SPDX-License-Identifier: Apache-2.0
"""/download/: the pair of the letter (SC1), then the office's data and its files (SC2)."""

from aiohttp.web import StreamResponse

from appliance.link.messages import CounterOpened, FetchFinished, FetchKit, FetchManual, LeaveCounter, ReadCounter
from appliance.link.refusals import Refused, Why
from appliance.web.addresses import DOWNLOAD
from appliance.web.answers import go_to, shown
from appliance.web.downloads import send as send_file
from appliance.web.forms import Form, Typed, send
from appliance.web.public.counter import PAIR, opening, pair_page, with_ticket, without_ticket
from appliance.web.public.download_lines import file_lines, seat_lines
from appliance.web.repeats import TOKEN_SECONDS
from appliance.web.request import Request

LIST = "/download/list"
FORM = Form(DOWNLOAD, PAIR, "送信")
MOST_DIGITS = 3


async def with_slash(request: Request) -> StreamResponse:
    """People leave the last sign out."""
    return go_to(DOWNLOAD)


async def show_form(request: Request) -> StreamResponse:
    """The form; whoever has a ticket goes on with it, and comes back if it has ended."""
    if request.token:
        return go_to(LIST)
    return pair_page(request, "public/download", FORM, Typed({}))


async def open_counter(request: Request) -> StreamResponse:
    """Both go on as typed; the right pair leads to the list."""
    sent = await send(
        request, FORM, opening, ask=lambda message: request.ask_once(message, lambda answered: TOKEN_SECONDS)
    )
    if isinstance(sent, Typed):
        return pair_page(request, "public/download", FORM, sent)
    opened: CounterOpened = sent.reply
    return with_ticket(go_to(LIST), opened)


async def show_list(request: Request) -> StreamResponse:
    """What the office has registered, and its files."""
    answered = await request.ask(ReadCounter())
    counter = answered.reply
    return shown(
        request,
        "public/list",
        answered,
        counter=counter,
        files=file_lines(counter),
        seats=seat_lines(counter),
    )


async def fetch_kit(request: Request) -> StreamResponse:
    """The installer of one PC."""
    number = request.values["seat"]
    if not (number.isascii() and number.isdecimal() and len(number) <= MOST_DIGITS):
        raise Refused(Why.NOT_FOUND)
    return await send_file(request, FetchKit(int(number), request.values["platform"]), finished=FetchFinished)


async def fetch_manual(request: Request) -> StreamResponse:
    """A manual."""
    return await send_file(request, FetchManual(request.values["id"]), finished=FetchFinished)


async def leave(request: Request) -> StreamResponse:
    """The ticket ends (戻る); one that has already ended is as good."""
    try:
        await request.ask(LeaveCounter())
    except Refused as refused:
        if refused.why is not Why.NOT_SIGNED_IN:
            raise
    return without_ticket(f"{DOWNLOAD}?left=1")

# SPDX-License-Identifier: Apache-2.0
"""The inbox (届書の受付): what the offices have delivered, narrowed and in order, and several received at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp.web import StreamResponse

from appliance.link.messages import OpenMenu, ReceiveFiling
from appliance.link.refusals import Refused, Why
from appliance.model.words import OPEN_AT_FUND, SEEN_BY_FUND, Role
from appliance.web.answers import go_to, shown
from appliance.web.console.filing_lines import line
from appliance.web.console.one_office import FIELD, ChosenOffice, chosen_office
from appliance.web.csv_files import send_sheet
from appliance.web.cursors import cursor, known_id, number
from appliance.web.filing_list import BY_DEADLINE, PLACE, asked_for, filing_filters
from appliance.web.forms import COMMAND
from appliance.web.language import _
from appliance.web.list_cells import filing_sheet
from appliance.web.narrowed import OLDEST, Narrowed, listed, said_order
from appliance.web.refusal_pages import STATUS
from appliance.web.request import Request
from appliance.web.texts import Explanation

# A form has at most 50 fields, and each line has a box.
ROWS = 40
STILL_OPEN = "open"
SEVERAL = {STILL_OPEN: OPEN_AT_FUND}
ORDERS = {
    "": ("届いたのが新しい順", "届いたのが新しいものから順に表示しています。"),
    OLDEST: ("届いたのが古い順", "届いたのが古いものから順に表示しています。"),
    BY_DEADLINE: ("法定期限が近い順", "法定期限が近いものから順に表示しています。"),
}
MARK = "mark."
# These say something about one filing; with any other the rest would fare no better.
OF_ONE = frozenset({Why.NOT_FOUND, Why.CONFLICT, Why.INVALID})


@dataclass(frozen=True, slots=True)
class Left:
    """A filing that could not be received, and why."""

    id: str
    file_name: str
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class Told:
    """What came of receiving several: a summary, and those that are left."""

    summary: Explanation | None = None
    left: tuple[Left, ...] = ()
    status: int = 200


async def show_filings(request: Request) -> StreamResponse:
    """A page of the inbox."""
    return await _page(request, request.query, Told())


async def export_filings(request: Request) -> StreamResponse:
    """The inbox as a file."""
    chosen = _chosen(request, request.query, await chosen_office(request, request.query))
    return await send_sheet(request, filing_sheet(request.house, asked_for(chosen, SEVERAL, "", 0)))


async def receive_marked(request: Request) -> StreamResponse:
    """Receive each marked filing by a command of its own; those that cannot be are named, each with its reason."""
    marked = {known_id(name.removeprefix(MARK)): value for name, value in _marks(request.fields)}
    texts = request.house.texts
    if not marked:
        nothing = Told(texts.explain("filings.none_marked"), status=STATUS[Why.INVALID])
        return await _page(request, request.fields, nothing)
    chosen = _chosen(request, request.fields, await chosen_office(request, request.fields))
    left = [one for filing, name in marked.items() if (one := await _receive(request, filing, name))]
    count = len(marked) - len(left)
    if not left:
        return go_to(chosen.path(received=str(count)))
    summary = texts.explain("filings.some_left", {"count": str(count)})
    return await _page(request, request.fields, Told(summary, tuple(left), STATUS[Why.CONFLICT]))


def _marks(fields: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in fields.items() if name.startswith(MARK)]


async def _receive(request: Request, filing: str, name: str) -> Left | None:
    """One of them; None when it is received. Raises Refused for what would stop all others as well."""
    try:
        await request.ask(ReceiveFiling(filing, f"{request.fields.get(COMMAND, '')}-{filing}"))
    except Refused as refused:
        if refused.why not in OF_ONE:
            raise
        return Left(filing, name, request.house.texts.refusal(refused))
    return None


def _chosen(request: Request, fields: Mapping[str, str], office: ChosenOffice) -> Narrowed:
    """How the list is narrowed. Raises Refused NOT_FOUND for what no list of ours offers."""
    house = request.house
    states = [(state.value, house.texts.word("inbox_state", state)) for state in SEEN_BY_FUND]
    filters = filing_filters(house, [(STILL_OPEN, _("処理が済んでいないもの")), *states], "届いた月", ORDERS)
    return Narrowed.of(PLACE, (office.filter, *filters), {**fields, FIELD: office.id})


async def _page(request: Request, fields: Mapping[str, str], told: Told) -> StreamResponse:
    house, after = request.house, cursor(fields)
    office = await chosen_office(request, fields)
    chosen = _chosen(request, fields, office)
    new = (await request.ask(OpenMenu())).reply.to_receive
    answered = await request.ask(asked_for(chosen, SEVERAL, after, ROWS))
    return shown(
        request,
        "console/filings",
        answered,
        told.status,
        lines=[line(house, row, answered.now) for row in answered.reply.rows] if office.is_settled else [],
        listed=listed(request, answered, chosen, said_order(chosen, ORDERS), after, ROWS),
        office=office,
        new=new,
        may_receive=answered.visitor is not None and answered.visitor.role is Role.FUND_CLERK,
        received=number(request.query, "received"),
        outcome=told,
        command=house.new_id(),
        after=after,
    )

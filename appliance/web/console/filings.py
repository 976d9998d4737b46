# SPDX-License-Identifier: Apache-2.0
"""The inbox (届書の受付): what the offices have delivered, narrowed and in order, and several received at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp.web import StreamResponse

from appliance.link.messages import ListFilings, OfficeRow, OpenMenu, ReceiveFiling
from appliance.link.refusals import Refused, Why
from appliance.model.documents import Direction
from appliance.model.words import SEEN_BY_FUND, FilingState, Role
from appliance.web.answers import go_to, shown
from appliance.web.console.filing_lines import OPEN, line
from appliance.web.console.pages import offices_to_choose
from appliance.web.cursors import cursor, known_id, number
from appliance.web.forms import COMMAND
from appliance.web.house import House
from appliance.web.language import _
from appliance.web.refusal_pages import STATUS
from appliance.web.request import Request
from appliance.web.texts import Explanation

# A form has at most 50 fields, and each line has a box.
ROWS = 40
STILL_OPEN = "open"
BY_DEADLINE = "due"
MARK = "mark."
# These say something about one filing; with any other the rest would fare no better.
OF_ONE = frozenset({Why.NOT_FOUND, Why.CONFLICT, Why.INVALID})


@dataclass(frozen=True, slots=True)
class Chosen:
    """How the list is narrowed and in which order it stands; "" is everything, newest first."""

    office: str = ""
    type: str = ""
    state: str = ""
    order: str = ""

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> "Chosen":
        """As it stands in a query or a form. Raises Refused NOT_FOUND for what no list of ours offers."""
        chosen = cls(*(fields.get(name, "") for name in ("office", "type", "state", "order")))
        if chosen.office:
            known_id(chosen.office)
        if chosen.state not in ("", STILL_OPEN, *SEEN_BY_FUND) or chosen.order not in ("", BY_DEADLINE):
            raise Refused(Why.NOT_FOUND)
        return chosen

    @property
    def states(self) -> tuple[FilingState, ...]:
        """For the vault."""
        if self.state == STILL_OPEN:
            return OPEN
        return (FilingState(self.state),) if self.state else ()

    @property
    def fields(self) -> dict[str, str]:
        """What was chosen, by field."""
        all = {"office": self.office, "type": self.type, "state": self.state, "order": self.order}
        return {name: value for name, value in all.items() if value}

    def path(self, **more: str) -> str:
        """The address of this list."""
        query = urlencode({**self.fields, **more})
        return f"/filings?{query}" if query else "/filings"


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
    return await _page(request, Chosen.of(request.query), cursor(request.query), Told())


async def receive_marked(request: Request) -> StreamResponse:
    """Receive each marked filing by a command of its own; those that cannot be are named, each with its reason."""
    chosen = Chosen.of(request.fields)
    marked = {known_id(name.removeprefix(MARK)): value for name, value in _marks(request.fields)}
    texts = request.house.texts
    if not marked:
        nothing = Told(texts.explain("filings.none_marked"), status=STATUS[Why.INVALID])
        return await _page(request, chosen, cursor(request.fields), nothing)
    left = [one for filing, name in marked.items() if (one := await _receive(request, filing, name))]
    count = len(marked) - len(left)
    if not left:
        return go_to(chosen.path(received=str(count)))
    summary = texts.explain("filings.some_left", {"count": str(count)})
    return await _page(request, chosen, cursor(request.fields), Told(summary, tuple(left), STATUS[Why.CONFLICT]))


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


def _conditions(house: House, chosen: Chosen, offices: Sequence[OfficeRow]) -> str:
    """How the list is narrowed, in words: a print does not show the fields in which it was chosen."""
    office = next((f"{row.number:04d} {row.name}" for row in offices if row.id == chosen.office), chosen.office)
    state = _("処理が済んでいないもの") if chosen.state == STILL_OPEN else ""
    words = {
        _("事業所"): office,
        _("種類"): house.type_name(chosen.type) if chosen.type else "",
        _("状態"): state or (house.texts.word("inbox_state", chosen.state) if chosen.state else ""),
    }
    return _("、").join(f"{label}: {word}" for label, word in words.items() if word)


async def _page(request: Request, chosen: Chosen, after: str, told: Told) -> StreamResponse:
    house = request.house
    offices, _ = await offices_to_choose(request)
    new = (await request.ask(OpenMenu())).reply.to_receive
    asked = ListFilings(chosen.office, chosen.states, chosen.type, chosen.order == BY_DEADLINE, after, ROWS)
    answered = await request.ask(asked)
    page = answered.reply
    may_receive = answered.visitor is not None and answered.visitor.role is Role.FUND_CLERK
    return shown(
        request,
        "console/filings",
        answered,
        told.status,
        lines=[line(house, row, answered.now) for row in page.rows],
        chosen=chosen,
        conditions=_conditions(house, chosen, offices),
        offices=offices,
        types=house.catalogue.of(Direction.TO_FUND),
        states=[(state.value, house.texts.word("inbox_state", state)) for state in SEEN_BY_FUND],
        new=new,
        may_receive=may_receive,
        received=number(request.query, "received"),
        told=told,
        command=house.new_id(),
        after=after,
        next=chosen.path(after=page.after) if page.after else "",
    )

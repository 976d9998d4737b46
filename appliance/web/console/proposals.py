# SPDX-License-Identifier: Apache-2.0
"""What waits for another person (A46): each proposal in words, and the yes or no to it."""

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp.web import StreamResponse

from appliance.link.messages import Decide, ListProposals, ListStaff, ProposalRow, StaffRow
from appliance.link.refusals import Refused, Why
from appliance.model.words import Role
from appliance.web import japanese
from appliance.web.answers import go_to, shown
from appliance.web.console.staff import after_act
from appliance.web.cursors import known_id
from appliance.web.forms import COMMAND, SHOWN_AGAIN
from appliance.web.house import House
from appliance.web.refusal_pages import STATUS
from appliance.web.request import Request
from appliance.web.texts import Explanation

APPROVE, DECLINE = "yes", "no"
# In the order in which people read them.
SHOWN = ("login", "name", "mail", "role")


@dataclass(frozen=True, slots=True)
class ProposalCard:
    """One of them, in words. lines are labels and values; is_own: by the visitor."""

    proposal: str
    act: str
    lines: tuple[tuple[str, str], ...]
    reason: str
    proposer: str
    at: str
    until: str
    left: str
    is_own: bool
    command: str


async def show_proposals(request: Request) -> StreamResponse:
    """The list, the oldest first."""
    return await _page(request)


async def decide(request: Request) -> StreamResponse:
    """Yes or no; for the proposer, no means to take it back."""
    choice = request.fields.get("choice", "")
    if choice not in (APPROVE, DECLINE):
        raise Refused(Why.INVALID)
    message = Decide(known_id(request.values["proposal"]), choice == APPROVE, request.fields.get(COMMAND, ""))
    try:
        done = await request.ask(message)
    except Refused as error:
        if error.why not in SHOWN_AGAIN:
            raise
        return await _page(request, request.house.texts.refusal(error), STATUS[error.why])
    return await after_act(request, done) if message.approve else go_to("/proposals?declined=1")


async def _page(request: Request, explanation: Explanation | None = None, status: int = 200) -> StreamResponse:
    staff = {row.login: row for row in (await request.ask(ListStaff())).reply.rows}
    answered = await request.ask(ListProposals())
    cards = [_card(request.house, row, staff, answered.now) for row in answered.reply.rows]
    may_decide = answered.visitor is not None and answered.visitor.role is Role.FUND_SYSTEM
    return shown(
        request,
        "console/proposals",
        answered,
        status,
        cards=cards,
        may_decide=may_decide,
        explanation=explanation,
        said=next((name for name in ("made", "declined") if name in request.query), ""),
    )


def _card(house: House, row: ProposalRow, staff: Mapping[str, StaffRow], now: int) -> ProposalCard:
    return ProposalCard(
        row.proposal,
        house.texts.word("act_of_two", row.act),
        tuple(_lines(house, row, staff)),
        row.reason,
        row.proposer_name,
        japanese.moment(row.at),
        japanese.moment(row.ends_at),
        japanese.span(row.ends_at - now),
        not row.may_decide,
        house.new_id(),
    )


def _lines(house: House, row: ProposalRow, staff: Mapping[str, StaffRow]) -> list[tuple[str, str]]:
    """Whom it is about, and what would be another: what is there now stands before it."""
    words = house.texts
    present = staff.get(row.fields.get("account", ""))
    before = _values(present) if present else {}
    after = {name: row.fields[name] for name in SHOWN if name in row.fields}
    lines = []
    for name in SHOWN:
        values = dict.fromkeys(value for value in (before.get(name), after.get(name)) if value)
        if values:
            shown = (words.word("role", value) if name == "role" else value for value in values)
            lines.append((words.word("label", name), " → ".join(shown)))
    if not before and "account" in row.fields:
        lines.insert(0, (words.word("label", "login"), row.fields["account"]))
    return lines


def _values(row: StaffRow) -> dict[str, str]:
    return {"login": row.login, "name": row.name, "mail": row.mail, "role": row.role.value}

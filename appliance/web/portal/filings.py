# SPDX-License-Identifier: Apache-2.0
"""The office's own filings (SC15), the newest first, narrowed by state and type."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp.web import StreamResponse

from appliance.link.messages import ListFilings
from appliance.link.refusals import Refused, Why
from appliance.model.documents import Direction
from appliance.model.words import FilingState, Permission
from appliance.web.answers import shown
from appliance.web.cursors import cursor
from appliance.web.portal.filing_lines import NOT_YET_SENT, lines, state_word
from appliance.web.request import Request
from appliance.web.said import said
from appliance.web.vault_side import Answered

ROWS = 50
PLACE = "/filings"
# A state that is several: what the office itself still has to do something about.
OURS = "ours"
_OURS = (*NOT_YET_SENT, FilingState.RETURNED)


@dataclass(frozen=True, slots=True)
class Chosen:
    """How the list is narrowed; "" is everything."""

    state: str = ""
    type: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Chosen":
        """As it stands in a query. Raises Refused NOT_FOUND for what the page does not offer."""
        chosen = cls(query.get("state", ""), query.get("type", ""))
        if chosen.state not in ("", OURS, *FilingState):
            raise Refused(Why.NOT_FOUND)
        return chosen

    @property
    def states(self) -> tuple[FilingState, ...]:
        """For the vault."""
        if self.state == OURS:
            return _OURS
        return (FilingState(self.state),) if self.state else ()

    def path(self, **more: str) -> str:
        """The address of this list."""
        fields = {"state": self.state, "type": self.type, **more}
        query = urlencode({name: value for name, value in fields.items() if value})
        return f"{PLACE}?{query}" if query else PLACE


async def show_filings(request: Request) -> StreamResponse:
    """A page of the list."""
    house, chosen = request.house, Chosen.of(request.query)
    asked = ListFilings(states=chosen.states, type=chosen.type, after=cursor(request.query), limit=ROWS)
    answered = await request.ask(asked)
    page = answered.reply
    return shown(
        request,
        "portal/filings",
        answered,
        lines=lines(house, page.rows, answered.now),
        chosen=chosen,
        types=house.catalogue.of(Direction.TO_FUND),
        states=[(state.value, state_word(house, state)) for state in FilingState],
        may_send=may(answered, Permission.UPLOAD),
        said=said(request),
        first=not request.query.get("after"),
        next=chosen.path(after=page.after) if page.after else "",
    )


def may(answered: Answered, *permissions: Permission) -> bool:
    """Whether the visitor has one of these: only to show no button in vain; the vault decides."""
    return answered.visitor is not None and not answered.visitor.permissions.isdisjoint(permissions)

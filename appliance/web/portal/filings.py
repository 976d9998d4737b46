# SPDX-License-Identifier: Apache-2.0
"""The office's own filings (SC15), the newest first, narrowed by state and type."""

from aiohttp.web import StreamResponse

from appliance.model.words import OPEN_AT_OFFICE, FilingState, Permission
from appliance.web.answers import shown
from appliance.web.csv_files import send_sheet
from appliance.web.cursors import cursor
from appliance.web.filing_list import BY_DEADLINE, PLACE, asked_for, filing_filters
from appliance.web.house import House
from appliance.web.language import _
from appliance.web.list_cells import filing_sheet
from appliance.web.narrowed import OLDEST, Filter, Narrowed, listed, said_order
from appliance.web.portal.filing_lines import lines, state_word
from appliance.web.request import Request
from appliance.web.said import said
from appliance.web.vault_side import Answered

ROWS = 50
# What the office itself still has to do something about.
OURS = "ours"
SEVERAL = {OURS: OPEN_AT_OFFICE}
ORDERS = {
    "": ("新しい順", "新しいものから順に表示しています。"),
    OLDEST: ("古い順", "古いものから順に表示しています。"),
    BY_DEADLINE: ("提出期限が近い順", "提出期限が近いものから順に表示しています。"),
}


async def show_filings(request: Request) -> StreamResponse:
    """A page of the list."""
    house, after, chosen = request.house, cursor(request.query), _chosen(request)
    answered = await request.ask(asked_for(chosen, SEVERAL, after, ROWS))
    return shown(
        request,
        "portal/filings",
        answered,
        lines=lines(house, answered.reply.rows, answered.now),
        listed=listed(request, answered, chosen, said_order(chosen, ORDERS), after, ROWS),
        may_send=may(answered, Permission.UPLOAD),
        said=said(request),
    )


async def export_filings(request: Request) -> StreamResponse:
    """The list as a file."""
    chosen = _chosen(request)
    return await send_sheet(request, filing_sheet(request.house, asked_for(chosen, SEVERAL, "", 0)))


def _chosen(request: Request) -> Narrowed:
    return Narrowed.of(PLACE, _filters(request.house), request.query)


def _filters(house: House) -> tuple[Filter, ...]:
    states = [(state.value, state_word(house, state)) for state in FilingState]
    return filing_filters(house, [(OURS, _("事業所の操作を待っているもの")), *states], "送った月", ORDERS)


def may(answered: Answered, *permissions: Permission) -> bool:
    """Whether the visitor has one of these: only to show no button in vain; the vault decides."""
    return answered.visitor is not None and not answered.visitor.permissions.isdisjoint(permissions)

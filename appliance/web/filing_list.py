# SPDX-License-Identifier: Apache-2.0
"""How lists of filings are narrowed, at the portal and at the console."""

from collections.abc import Mapping, Sequence

from appliance.link.messages import ListFilings
from appliance.model.documents import Direction
from appliance.model.words import FilingState
from appliance.web.house import House
from appliance.web.language import _
from appliance.web.narrowed import OLDEST, ORDER, Filter, Narrowed, Orders, Shape, order_filter

PLACE = "/filings"
BY_DEADLINE = "due"


def filing_filters(
    house: House, states: Sequence[tuple[str, str]], month: str, orders: Orders
) -> tuple[Filter, ...]:
    """What people choose: states with their words, the label of the month, and the orders."""
    kinds = [(kind.id, house.type_name(kind.id)) for kind in house.catalogue.of(Direction.TO_FUND)]
    return (
        Filter("state", "状態", options=[("", _("すべての状態")), *states]),
        Filter("type", "種類", options=[("", _("すべての種類")), *kinds]),
        Filter("month", month, Shape.MONTH),
        Filter("search", "キーワード", Shape.WORDS, hint="ファイル名や種類"),
        order_filter(orders),
    )


def asked_for(
    chosen: Narrowed, several: Mapping[str, tuple[FilingState, ...]], after: str, limit: int
) -> ListFilings:
    """The message of a page; several are the choices that stand for more than one state."""
    state = chosen["state"]
    return ListFilings(
        office=chosen["office"],
        states=several.get(state) or ((FilingState(state),) if state else ()),
        type=chosen["type"],
        by_deadline=chosen[ORDER] == BY_DEADLINE,
        after=after,
        limit=limit,
        month=chosen["month"],
        search=chosen["search"],
        oldest_first=chosen[ORDER] == OLDEST,
    )

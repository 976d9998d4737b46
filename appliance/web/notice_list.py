# SPDX-License-Identifier: Apache-2.0
"""How lists of notices are narrowed, at the portal and at the console."""

from appliance.link.messages import ListNotices
from appliance.model.documents import Direction
from appliance.model.words import NoticeState
from appliance.web.house import House
from appliance.web.language import _
from appliance.web.narrowed import OLDEST, ORDER, Filter, Narrowed, Shape, order_filter

PLACE = "/notices"
ORDERS = {
    "": ("新しい順", "新しいものから順に表示しています。"),
    OLDEST: ("古い順", "古いものから順に表示しています。"),
}
UNREAD = "unread"
STATES = {
    UNREAD: NoticeState.DELIVERED,
    "received": NoticeState.RECEIVED,
    "cancelled": NoticeState.CANCELLED,
}


def notice_filters(house: House) -> tuple[Filter, ...]:
    """What people choose."""
    states = [(name, house.texts.word("state", state)) for name, state in STATES.items()]
    kinds = [(kind.id, house.type_name(kind.id)) for kind in house.catalogue.of(Direction.TO_OFFICE)]
    return (
        Filter("state", "状態", options=[("", _("すべての状態")), *states]),
        Filter("type", "種類", options=[("", _("すべての種類")), *kinds]),
        Filter("period", "対象年月", Shape.MONTH),
        Filter("month", "配信月", Shape.MONTH),
        Filter("search", "キーワード", Shape.WORDS, hint="ファイル名や種類"),
        order_filter(ORDERS),
    )


def asked_for(chosen: Narrowed, after: str, limit: int) -> ListNotices:
    """The message of a page."""
    return ListNotices(
        office=chosen["office"],
        after=after,
        limit=limit,
        type=chosen["type"],
        period=chosen["period"],
        month=chosen["month"],
        state=STATES.get(chosen["state"]),
        search=chosen["search"],
        oldest_first=chosen[ORDER] == OLDEST,
    )

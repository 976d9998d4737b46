# SPDX-License-Identifier: Apache-2.0
"""Delegations in words, as portal and console have in common."""

from dataclasses import dataclass

from appliance.link.messages import DelegationRow
from appliance.model.delegations import DelegationState
from appliance.model.words import Permission
from appliance.web import japanese
from appliance.web.house import House
from appliance.web.language import _
from appliance.web.office_names import numbered

_WORDS = {
    DelegationState.COMING: "開始前",
    DelegationState.IN_FORCE: "有効",
    DelegationState.OVER: "期間満了",
    DelegationState.ENDED: "終了",
}
_OPEN = frozenset({DelegationState.COMING, DelegationState.IN_FORCE})


@dataclass(frozen=True, slots=True)
class DelegationLine:
    """One of them. is_open: it can still be ended, or narrowed."""

    row: DelegationRow
    person: str
    managing: str
    office: str
    role: str
    permissions: str
    first: str
    last: str
    state: str
    is_open: bool


def line(house: House, row: DelegationRow) -> DelegationLine:
    """The line of a delegation."""
    return DelegationLine(
        row,
        row.person + (_("（削除された利用者）") if row.is_person_gone else ""),
        numbered(row.managing_number, row.managing_name),
        numbered(row.office_number, row.office_name),
        house.texts.word("role", row.role),
        permission_words(house, row.permissions),
        japanese.date(row.since),
        japanese.date(row.until - 1),
        _(_WORDS[row.state]),
        row.state in _OPEN,
    )


def permission_words(house: House, permissions: frozenset[Permission]) -> str:
    """The permissions in their usual order."""
    return _("・").join(house.texts.word("permission", one) for one in Permission if one in permissions)

# SPDX-License-Identifier: Apache-2.0
"""Delegations as they are read: by the fund, and by the admins of the two offices that each concerns."""

import heapq
from collections.abc import Iterator
from itertools import islice

from appliance.link.messages import (
    DelegationPage,
    DelegationRow,
    FindOffices,
    ListDelegations,
    OfficeRow,
    OfficesFound,
)
from appliance.link.refusals import Refused, Why
from appliance.model.delegations import Delegation
from appliance.model.ids import is_id
from appliance.model.words import AccountState
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.office_list import known_office
from appliance.vault.people.accounts import need_admin
from appliance.vault.reading import journal_reading
from appliance.vault.records.grouping_tables import delegations
from appliance.vault.records.row_keys import newest_first
from appliance.vault.records.tables import accounts, offices
from appliance.vault.records.transaction import Snapshot

MAX_ROWS = 200
MOST_NUMBERS = 100
LAST_NUMBER = 999_999
Place = tuple[int, str]


def office_of_list(snapshot: Snapshot, caller: Caller, message: ListDelegations) -> str:
    """The office that is asked about; at the portal the visitor's own. Raises Refused NOT_FOUND."""
    return caller.own_office or known_office(snapshot, message.office)


async def list_delegations(core: Core, caller: Caller, message: ListDelegations) -> DelegationPage:
    """One page, the newest first. Raises AdminOnly, or Refused NOT_FOUND for a cursor that there is not."""
    if caller.own_office:
        need_admin(caller)
    office = caller.own_office or message.office
    await journal_reading(core, caller, f"{office}/{message.after}/{message.only}", office)
    limit = max(1, min(message.limit, MAX_ROWS))
    if message.only:
        return await core.read(lambda snapshot: _only(snapshot, caller, office, message.only))
    return await core.read(lambda snapshot: _page(snapshot, caller, office, message.after, limit))


def _only(snapshot: Snapshot, caller: Caller, office: str, id: str) -> DelegationPage:
    found = _known(snapshot, office, id)
    return DelegationPage((_row(snapshot, caller, office or found.office, found),))


def _known(snapshot: Snapshot, office: str, id: str) -> Delegation:
    """One that concerns the office, "" for any. Raises Refused NOT_FOUND."""
    found = delegations.get(snapshot, id) if is_id(id) else None
    if found is None or office not in ("", found.office, found.managing):
        raise Refused(Why.NOT_FOUND)
    return found


async def find_offices(core: Core, caller: Caller, message: FindOffices) -> OfficesFound:
    """The offices of these numbers. Raises Refused TOO_LARGE beyond MOST_NUMBERS."""
    if len(message.numbers) > MOST_NUMBERS:
        raise Refused(Why.TOO_LARGE)
    await journal_reading(core, caller, "numbers", "", reason=f"{len(message.numbers)} by number")

    def find(snapshot: Snapshot) -> OfficesFound:
        found = (
            offices.first(snapshot, "number", number) for number in message.numbers if 0 < number <= LAST_NUMBER
        )
        rows = [OfficeRow(one.id, one.number, one.contract_number, one.name) for one in found if one is not None]
        return OfficesFound(tuple(rows))

    return await core.read(find)


def _page(snapshot: Snapshot, caller: Caller, office: str, after: str, limit: int) -> DelegationPage:
    behind = _known(snapshot, office, after) if after else None
    found = list(islice(_behind(snapshot, office, behind, limit), limit + 1))
    rows = tuple(_row(snapshot, caller, office, one) for one in found[:limit])
    return DelegationPage(rows, found[limit - 1].id if len(found) > limit else "")


def _behind(snapshot: Snapshot, office: str, behind: Delegation | None, limit: int) -> Iterator[Delegation]:
    """Those behind one, given and taken, in one order."""
    lists = [("office", (office,)), ("managing", (office,))] if office else [("all", ())]
    found = [
        delegations.scan(
            snapshot,
            index,
            parts,
            since=(*parts, *_place(behind)) if behind else None,
            limit=limit + 2,
        )
        for index, parts in lists
    ]
    merged = heapq.merge(*found, key=_place)
    return (one for one in merged if behind is None or one.id != behind.id)


def _place(one: Delegation) -> Place:
    return newest_first(one.entered_at), one.id


def _row(snapshot: Snapshot, caller: Caller, asked: str, one: Delegation) -> DelegationRow:
    person = accounts.get(snapshot, one.account)
    managing, office = offices.get(snapshot, one.managing), offices.get(snapshot, one.office)
    return DelegationRow(
        id=one.id,
        account=one.account,
        person=person.name if person else "",
        managing=one.managing,
        managing_number=managing.number if managing else 0,
        managing_name=managing.name if managing else "",
        office=one.office,
        office_number=office.number if office else 0,
        office_name=office.name if office else "",
        role=one.role,
        permissions=one.permissions,
        since=one.since,
        until=one.until,
        state=one.state(caller.now),
        reason=one.reason,
        is_given=one.office == asked,
        is_person_gone=person is None or person.state is AccountState.REMOVED,
        ended_at=one.ended_at,
    )

# SPDX-License-Identifier: Apache-2.0
"""Delegations come and go (複数事業所管理届, R229): the fund enters them, an admin narrows and ends them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from appliance.link.messages import AddDelegations, DelegationsAdded, EndDelegation, NarrowDelegation, Nothing
from appliance.link.refusals import Refused, Why
from appliance.model.delegations import Delegation, DelegationState
from appliance.model.ids import is_id
from appliance.model.journal import Kind
from appliance.model.things import Account, Office
from appliance.model.words import Permission, Role
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.door.visits import VISITS_AT_ONCE
from appliance.vault.grouping.days import span_of
from appliance.vault.grouping.serving import MOST_SERVED, delegation_to
from appliance.vault.grouping.telling import tell_of_begin, tell_of_end
from appliance.vault.outcomes import remember
from appliance.vault.people import fields
from appliance.vault.people.accounts import need_admin
from appliance.vault.records.grouping_tables import delegations
from appliance.vault.records.tables import offices, somebody, visits
from appliance.vault.records.transaction import Snapshot, Transaction

MOST_AT_ONCE = 100
ROLES = (Role.SHAROSHI, Role.OFFICE_STAFF)


@dataclass(frozen=True, slots=True)
class Filed:
    """What a 複数事業所管理届 says, found: who, and for which offices."""

    person: Account
    clients: tuple[Office, ...]


# --- entering -----------------------------------------------------------------------------------------------------


def office_of_person(snapshot: Snapshot, caller: Caller, message: AddDelegations) -> str:
    """The office of the person who is to work for others. Raises Refused NOT_FOUND."""
    return _person(snapshot, message.account).office


def _person(snapshot: Snapshot, account: str) -> Account:
    person = somebody(snapshot, account) if is_id(account) else None
    if person is None or not person.office:
        raise Refused(Why.NOT_FOUND)
    return person


async def add_delegations(core: Core, caller: Caller, message: AddDelegations) -> DelegationsAdded:
    """All of them or none. Raises Unfit with the field, Refused NOT_FOUND or CONFLICT."""
    if message.role not in ROLES:
        raise fields.Unfit("role", "user")
    if not message.permissions:
        raise fields.Unfit("permission", "none")
    since, until = span_of(message.since, message.until, caller.now)
    reason = fields.reason(message.reason)
    wanted = tuple(dict.fromkeys(message.offices))
    ids = [core.new_id() for _ in wanted]

    def add(txn: Transaction) -> DelegationsAdded:
        filed = _filed(txn, message.account, wanted)
        fresh = [
            Delegation(
                id=id,
                account=filed.person.id,
                managing=filed.person.office,
                office=client.id,
                role=message.role,
                permissions=message.permissions,
                since=since,
                until=until,
                reason=reason,
                entered_at=caller.now,
                entered_by=caller.actor,
            )
            for id, client in zip(ids, filed.clients, strict=True)
        ]
        _enter(txn, caller, filed, fresh)
        reply = DelegationsAdded(tuple(ids))
        remember(txn, caller, reply)
        return reply

    return await core.commit(add, seen=caller.seen)


def _filed(snapshot: Snapshot, account: str, wanted: Sequence[str]) -> Filed:
    """Raises Unfit for no office, too many, or the person's own; Refused NOT_FOUND for one that there is not."""
    person = _person(snapshot, account)
    if not 0 < len(wanted) <= MOST_AT_ONCE:
        raise fields.Unfit("clients", "count", most=str(MOST_AT_ONCE))
    if person.office in wanted:
        raise fields.Unfit("clients", "own")
    found = [offices.get(snapshot, id) if is_id(id) else None for id in wanted]
    clients = tuple(office for office in found if office is not None)
    if len(clients) != len(wanted):
        raise Refused(Why.NOT_FOUND)
    return Filed(person, clients)


def _enter(txn: Transaction, caller: Caller, filed: Filed, fresh: Sequence[Delegation]) -> None:
    person = filed.person
    _close_over(txn, caller, person)
    for client, one in zip(filed.clients, fresh, strict=True):
        if delegation_to(txn, person.id, client.id) is not None:
            raise fields.Unfit("clients", "twice", name=client.name)
        delegations.put(txn, one)
        _journal(txn, caller, one, Kind.DELEGATION_ADDED, " ".join(sorted(one.permissions)))
    if len(delegations.keys(txn, "serves", (person.id,), limit=MOST_SERVED + 1)) > MOST_SERVED:
        raise fields.Unfit("clients", "most", most=str(MOST_SERVED))
    _show_the_list(txn, person)
    tell_of_begin(txn, person, filed.clients, fresh, caller.now)


def _close_over(txn: Transaction, caller: Caller, person: Account) -> None:
    """Those that are over make room."""
    for before in delegations.scan(txn, "serves", (person.id,), limit=MOST_SERVED):
        if before.state(caller.now) is DelegationState.OVER:
            delegations.put(txn, replace(before, ended_at=before.until))


def _show_the_list(txn: Transaction, person: Account) -> None:
    """Whoever is signed in need not sign in again to find the new offices."""
    for visit in visits.scan(txn, "account", (person.id,), limit=VISITS_AT_ONCE):
        visits.put(txn, replace(visit, serves=True))


def _journal(txn: Transaction, caller: Caller, one: Delegation, kind: Kind, reason: str) -> None:
    """One entry for the history of each of the two offices; apart, so that neither has the salt of the other."""
    txn.journal(caller.entry(kind, office=one.office, thing=one.id, reason=reason))
    txn.journal(caller.entry(kind, office=one.managing, thing=one.office, reason=reason))


# --- narrowing and ending -----------------------------------------------------------------------------------------


def office_of_delegation(snapshot: Snapshot, caller: Caller, message: EndDelegation | NarrowDelegation) -> str:
    """The office of the two that is the visitor's; to everybody else it is that which is worked for."""
    one = _known(snapshot, message.delegation)
    return caller.own_office if caller.own_office in (one.office, one.managing) else one.office


def _known(snapshot: Snapshot, id: str) -> Delegation:
    found = delegations.get(snapshot, id) if is_id(id) else None
    if found is None:
        raise Refused(Why.NOT_FOUND)
    return found


def _open(snapshot: Snapshot, caller: Caller, id: str) -> Delegation:
    """One that is not over. Raises Refused."""
    found = _known(snapshot, id)
    if found.state(caller.now) in (DelegationState.ENDED, DelegationState.OVER):
        raise Refused(Why.CONFLICT, "delegation.over")
    return found


async def end_delegation(core: Core, caller: Caller, message: EndDelegation) -> Nothing:
    """It opens nothing any more, from this very moment on, also in a visit that goes on."""
    if caller.own_office:
        need_admin(caller)

    def end(txn: Transaction) -> None:
        one = _open(txn, caller, message.delegation)
        ended = replace(one, ended_at=caller.now, ended_by=caller.actor)
        delegations.put(txn, ended)
        _journal(txn, caller, ended, Kind.DELEGATION_ENDED, "")
        tell_of_end(txn, ended, caller.now)
        remember(txn, caller, Nothing())

    await core.commit(end, seen=caller.seen, vital=True)
    return Nothing()


async def narrow_delegation(core: Core, caller: Caller, message: NarrowDelegation) -> Nothing:
    """Fewer permissions from now on. Raises Unfit for none and for more, AdminOnly, Refused."""
    need_admin(caller)
    kept = message.permissions

    def narrow(txn: Transaction) -> None:
        one = _open(txn, caller, message.delegation)
        if one.office != caller.own_office:
            raise Refused(Why.NOT_FOUND)
        _need_narrower(one, kept)
        delegations.put(txn, replace(one, permissions=kept))
        _journal(txn, caller, one, Kind.DELEGATION_CHANGED, " ".join(sorted(kept)))
        remember(txn, caller, Nothing())

    await core.commit(narrow, seen=caller.seen)
    return Nothing()


def _need_narrower(one: Delegation, kept: frozenset[Permission]) -> None:
    if not kept:
        raise fields.Unfit("permission", "none")
    if not kept <= one.permissions:
        raise fields.Unfit("permission", "more")

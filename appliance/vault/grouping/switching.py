# SPDX-License-Identifier: Apache-2.0
"""Choosing an office (切替, R240): the visit goes on, about another office, under another token (decision 37).

Whatever was made under the token before is worth nothing from now on: pages that are still open, forms that are
being filled in, uploads and downloads that are under way. So nothing of one office gets into another one.
"""

from dataclasses import replace

from appliance.link.messages import ClientRow, Clients, ListClients, Switched, SwitchOffice
from appliance.link.refusals import Refused, Why
from appliance.model.delegations import Delegation
from appliance.model.ids import is_id
from appliance.model.things import Account, Office, Visit
from appliance.model.words import Permission
from appliance.vault.admission import token_hash
from appliance.vault.caller import Caller, form_token
from appliance.vault.core import Core
from appliance.vault.door.visits import end_visit, new_token
from appliance.vault.grouping.serving import in_force_to, served_by
from appliance.vault.reading import journal_reading
from appliance.vault.records.grouping_tables import MovedVisit, moved_visits
from appliance.vault.records.tables import accounts, offices, visits
from appliance.vault.records.transaction import Snapshot, Transaction
from appliance.vault.tunnels.inside import speaks_for
from appliance.vault.watching.telling import channel_of

AT_ONCE = 500


async def list_clients(core: Core, caller: Caller, message: ListClients) -> Clients:
    """Number and name of all offices for which the visitor may work now."""
    await journal_reading(core, caller, "clients", person_of(caller).office)
    return await core.read(lambda snapshot: Clients(_clients(snapshot, caller)))


def _clients(snapshot: Snapshot, caller: Caller) -> tuple[ClientRow, ...]:
    """The own office first, then by number."""
    rows = []
    for id, permissions in reachable(snapshot, caller):
        office = offices.get(snapshot, id)
        if office is not None and office.suspended is None:
            rows.append(ClientRow(id, office.number, office.name, Permission.UPLOAD in permissions))
    return (*rows[:1], *sorted(rows[1:], key=lambda row: row.number))


def reachable(snapshot: Snapshot, caller: Caller) -> list[tuple[str, frozenset[Permission]]]:
    """The offices that the visitor may choose, the own one first, each with what may be done there."""
    person = person_in(snapshot, caller)
    served = served_here(snapshot, caller, person)
    return [(person.office, person.permissions), *((one.office, one.permissions) for one in served)]


def served_here(snapshot: Snapshot, caller: Caller, person: Account) -> list[Delegation]:
    """The delegations of a person that are in force, as far as the PC is one for their offices (R77)."""
    served = served_by(snapshot, person.id, caller.now)
    return [one for one in served if speaks_for(snapshot, caller.tunnel, one.office, caller.now)]


def person_of(caller: Caller) -> Account:
    """The account of the visit as far as the caller knows it, at its own office."""
    return replace(caller.person, office=caller.own.id) if caller.own else caller.person


def person_in(snapshot: Snapshot, caller: Caller) -> Account:
    """The account of the visit as it is kept, whatever the visit is about. Raises Refused NOT_FOUND."""
    person = accounts.get(snapshot, caller.visiting.account)
    if person is None:
        raise Refused(Why.NOT_FOUND)
    return person


async def switch_office(core: Core, caller: Caller, message: SwitchOffice) -> Switched:
    """The visit is about another office from now on. Raises Refused NOT_FOUND for one that is not served."""
    token = new_token(core)

    def switch(txn: Transaction) -> Office:
        person = person_in(txn, caller)
        office, delegation = _chosen(txn, caller, person, message.to)
        _move(txn, caller, token_hash(core.pepper, token), office, delegation)
        # Each of the two offices reads it in its history; apart, so that neither entry has the salt of the other.
        txn.journal(caller.entry(office=person.office, thing=office.id))
        if delegation is not None:
            txn.journal(caller.entry(office=office.id, thing=person.id))
        return office

    office = await core.commit(switch, seen=caller.visit_seen)
    core.watching.over(caller.call.site, {channel_of(core, caller.call.token)})
    return Switched(token, form_token(core.pepper, token), office.number, office.name)


def _chosen(txn: Transaction, caller: Caller, person: Account, to: str) -> tuple[Office, Delegation | None]:
    """The office, and what opens it if it is not the own one. One that there is not gets no other answer."""
    office = offices.get(txn, to) if is_id(to) else None
    if office is not None and office.id == person.office:
        return office, None
    delegation = in_force_to(txn, person.id, office.id, caller.now) if office else None
    if office is None or delegation is None or not speaks_for(txn, caller.tunnel, office.id, caller.now):
        raise Refused(Why.NOT_FOUND)
    return office, delegation


def _move(txn: Transaction, caller: Caller, hashed: bytes, office: Office, delegation: Delegation | None) -> None:
    before: Visit = caller.visiting
    end_visit(txn, before)
    moved_visits.put(txn, MovedVisit(before.token_hash, before.ends_at))
    opens = delegation.id if delegation else ""
    visits.put(txn, replace(before, token_hash=hashed, office=office.id, delegation=opens, serves=True))


async def sweep_moved(core: Core) -> None:
    """Forget tokens of visits that are over anyway."""
    now = core.clock.now()
    await core.commit_all(lambda txn: _forget_moved(txn, now))


def _forget_moved(txn: Transaction, now: int) -> int:
    over = moved_visits.scan(txn, "end", until=(now,), limit=AT_ONCE)
    for one in over:
        moved_visits.delete(txn, one.token_hash)
    return len(over)

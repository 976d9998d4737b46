# SPDX-License-Identifier: Apache-2.0
"""The fund ends VPN sessions: one, those of a PC, a person or an office, or all; what is told is what was observed.

1. A command that comes twice ends nothing a second time; while the first is being done, it hears that nothing was
   observed yet.
2. Each session's entry in the journal says who has ended it, and why; the reason is for the fund alone.
"""

from dataclasses import replace

from appliance.link.messages import (
    CloseTunnels,
    EndingWeighed,
    EndTunnel,
    EndTunnels,
    Scope,
    TunnelsEnded,
    WeighEnding,
    Which,
)
from appliance.link.refusals import Refused, Why
from appliance.model.journal import TYPED, Entry, Kind
from appliance.model.things import Account
from appliance.model.tunnels import Cause, SessionState, TunnelSession
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.devices.at_host import contracted
from appliance.vault.devices.seat_list import office_of
from appliance.vault.outcomes import remember
from appliance.vault.people import fields
from appliance.vault.reading import journal_reading
from appliance.vault.records.row_keys import newest_first
from appliance.vault.records.tables import somebody, visits
from appliance.vault.records.transaction import Snapshot
from appliance.vault.records.tunnel_tables import tunnel_sessions
from appliance.vault.tunnels.ending import Ended, EntryOf, end
from appliance.vault.tunnels.present import sessions_of
from appliance.vault.tunnels.rows import rows_of

SHOWN = 20
PAGE = 500
VISITS = 50


async def weigh_ending(core: Core, caller: Caller, message: WeighEnding) -> EndingWeighed:
    """How many would end, and the first of them. Raises Refused NOT_FOUND."""
    which = message.which
    await journal_reading(core, caller, f"weigh/{which.scope}/{which.of}/{which.seat}")

    def work(snapshot: Snapshot) -> EndingWeighed:
        if which.scope is Scope.ALL:
            first = tunnel_sessions.scan(snapshot, "connected", limit=SHOWN)
            return EndingWeighed(len(core.tunnels.held), rows_of(core.tunnels, snapshot, first))
        found = chosen(snapshot, which)
        rows = rows_of(core.tunnels, snapshot, found[:SHOWN])
        return _whose(snapshot, which, EndingWeighed(len(found), rows))

    return await core.read(work)


async def end_tunnel(core: Core, caller: Caller, message: EndTunnel) -> TunnelsEnded:
    """One session. Raises Refused NOT_FOUND."""
    return await _end(core, caller, Which(Scope.SESSION, message.session), message.reason)


async def end_tunnels(core: Core, caller: Caller, message: EndTunnels) -> TunnelsEnded:
    """All that are meant. Raises Refused NOT_FOUND."""
    return await _end(core, caller, message.which, message.reason)


async def close_tunnels(core: Core, caller: Caller, message: CloseTunnels) -> TunnelsEnded:
    """At the vault's own host. Raises Refused NOT_FOUND."""
    if not message.contract_number:
        return await _end(core, caller, Which(Scope.ALL), message.reason)
    office = await core.read(lambda snapshot: contracted(snapshot, message.contract_number))
    scope = Scope.SEAT if message.seat else Scope.OFFICE
    return await _end(core, caller, Which(scope, office.id, message.seat), message.reason)


def office_of_which(snapshot: Snapshot, caller: Caller, message: WeighEnding | EndTunnel | EndTunnels) -> str:
    """Whose sessions are meant: "" for all, and for one that is nobody's. Raises Refused NOT_FOUND."""
    which = Which(Scope.SESSION, message.session) if isinstance(message, EndTunnel) else message.which
    match which.scope:
        case Scope.ALL:
            return ""
        case Scope.SESSION:
            return _session(snapshot, which.of).office
        case Scope.USER:
            return _person(snapshot, which.of).office
        case _:
            return office_of(snapshot, which.of).id


async def _end(core: Core, caller: Caller, which: Which, typed: str) -> TunnelsEnded:
    reason = fields.reason(typed)
    found = await _found(core, which)
    await core.commit(lambda txn: remember(txn, caller, TunnelsEnded(len(found))), seen=caller.seen)
    entry_of = entry_of_end(caller, reason)
    ended = await end(core, found, Cause.DESK, by=caller.actor, told=reason, entry_of=entry_of)
    return await observed(core, caller, ended)


async def observed(core: Core, caller: Caller, ended: Ended) -> TunnelsEnded:
    """What the gate has seen, kept as the outcome of the command (contract 1)."""
    rows = await core.read(lambda snapshot: rows_of(core.tunnels, snapshot, ended.left[:SHOWN]))
    gone, left = len(ended.gone), len(ended.left)
    reply = TunnelsEnded(gone + left, gone, left, ended.shut, ended.heard, rows)
    await core.commit(lambda txn: remember(txn, caller, reply))
    return reply


def entry_of_end(caller: Caller, reason: str) -> EntryOf:
    """Contract 2."""

    def entry(session: TunnelSession) -> Entry:
        what = f"seat {session.seat} by {session.engine}: ended by the fund"
        typed = {TYPED: reason}
        return caller.entry(Kind.TUNNEL_ENDED, office=session.office, thing=session.id, reason=what, personal=typed)

    return entry


async def _found(core: Core, which: Which) -> list[TunnelSession]:
    if which.scope is not Scope.ALL:
        return await core.read(lambda snapshot: chosen(snapshot, which))
    found: list[TunnelSession] = []
    since = None
    while page := await core.read(
        lambda snapshot, since=since: tunnel_sessions.scan(snapshot, "connected", since=since, limit=PAGE)  # type: ignore[misc]
    ):
        found += page
        since = (newest_first(page[-1].appeared_at), page[-1].id + "\0")
    return found


def chosen(snapshot: Snapshot, which: Which) -> list[TunnelSession]:
    """Those that are meant and have not ended. Raises Refused NOT_FOUND for what there is not."""
    if which.scope is Scope.SESSION:
        return _live(_session(snapshot, which.of))
    if which.scope is Scope.USER:
        return _of_person(snapshot, which.of)
    office = office_of(snapshot, which.of)
    if which.scope is Scope.SEAT and which.seat < 1:
        raise Refused(Why.NOT_FOUND)
    return sessions_of(snapshot, office.id, which.seat if which.scope is Scope.SEAT else 0)


def _session(snapshot: Snapshot, id: str) -> TunnelSession:
    found = tunnel_sessions.get(snapshot, id) if id else None
    if found is None:
        raise Refused(Why.NOT_FOUND)
    return found


def _live(session: TunnelSession | None) -> list[TunnelSession]:
    return [session] if session is not None and session.state is not SessionState.ENDED else []


def _of_person(snapshot: Snapshot, account: str) -> list[TunnelSession]:
    """Those through which somebody is signed in now."""
    id = _person(snapshot, account).id
    ids = {visit.tunnel for visit in visits.scan(snapshot, "account", (id,), limit=VISITS) if visit.tunnel}
    return [one for id in sorted(ids) for one in _live(tunnel_sessions.get(snapshot, id))]


def _person(snapshot: Snapshot, account: str) -> Account:
    person = somebody(snapshot, account)
    if person is None:
        raise Refused(Why.NOT_FOUND)
    return person


def _whose(snapshot: Snapshot, which: Which, weighed: EndingWeighed) -> EndingWeighed:
    """With the names of who or what is meant."""
    if which.scope is Scope.USER:
        return replace(weighed, person=_person(snapshot, which.of).name)
    office = _session(snapshot, which.of).office if which.scope is Scope.SESSION else which.of
    if not office:
        return weighed
    known = office_of(snapshot, office)
    return replace(weighed, office_name=known.name, contract_number=known.contract_number)

# SPDX-License-Identifier: Apache-2.0
"""Sessions have to end: first in the records, with the visits in them; then the gate is told, and says what it saw.

1. A session, its entry in the journal and the visits that were begun in it change in one transaction: from then on
   the portal knows none of them.
2. The gate is told after that, at once, whatever else it is being told: shut in the kernel, barred, closed.
3. What is returned was observed. While the gate is away nothing was: the kernel's own time-outs hold, and the
   keeper tells the gate when it is back.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from appliance.link.messages import GATE_PAGE, BarSeats, EndSessions, GateDone, ToEnd
from appliance.link.refusals import Refused
from appliance.model.journal import Entry, Kind
from appliance.model.time import Instant
from appliance.model.tunnels import BARRING, Cause, SessionState, TunnelSession
from appliance.vault.core import Core
from appliance.vault.door.visits import end_visit
from appliance.vault.records.device_tables import bonds
from appliance.vault.records.tables import visits
from appliance.vault.records.transaction import Snapshot, Transaction
from appliance.vault.records.tunnel_tables import tunnel_sessions
from appliance.vault.tunnels.connected import Held
from appliance.vault.tunnels.entries import Entries
from appliance.vault.workflow.vpn_session import Command, Facts, step

# A visit hangs together with some rows and index entries each, and a transaction writes at most 10,000.
AT_ONCE = 100
VISITS_OF_ONE = 50
_CAN_END = (SessionState.APPEARED, SessionState.OPEN)
EntryOf = Callable[[TunnelSession], Entry]


@dataclass(frozen=True, slots=True)
class Ended:
    """What was observed: gone are those that no engine shows any more, left those that one still shows.

    shut: the kernel lets nothing of them through. heard: the gate answered; if not, nothing was observed, and all
    of them are left.
    """

    gone: tuple[TunnelSession, ...] = ()
    left: tuple[TunnelSession, ...] = ()
    shut: bool = True
    heard: bool = True


async def end(
    core: Core,
    sessions: Iterable[TunnelSession],
    cause: Cause,
    *,
    by: str = "",
    told: str = "",
    entry_of: EntryOf | None = None,
) -> Ended:
    """End these, as promised above; those that are ending already are only told once more. Raises Refused.

    by is who ends them, told the reason that is kept. entry_of makes the journal's entry of each, of the kind
    TUNNEL_ENDED; without it, it is the vault's own act.
    """
    wanted = list(sessions)
    rows = await ended_in_records(core, wanted, Facts(core.clock.now(), cause=cause, by=by, told=told), entry_of)
    return await tell_end(core, rows, cause)


async def ended_in_records(
    core: Core, sessions: Sequence[TunnelSession], facts: Facts, entry_of: EntryOf | None = None
) -> list[TunnelSession]:
    """The rows after promise 1, without those that had ended before."""
    made = entry_of or _of_the_vault(core, facts)
    found: list[TunnelSession] = []
    for start in range(0, len(sessions), AT_ONCE):
        entries = {one.id: made(one) for one in sessions[start : start + AT_ONCE]}
        found += await core.commit(lambda txn, entries=entries: _end_some(txn, entries, facts), vital=True)  # type: ignore[misc]
    for row in found:
        core.tunnels.take(row)
    return found


def _of_the_vault(core: Core, facts: Facts) -> EntryOf:
    entries = Entries.of(core)
    return lambda session: entries.of_end(session, str(facts.cause))


def _end_some(txn: Transaction, entries: dict[str, Entry], facts: Facts) -> list[TunnelSession]:
    return [row for id, entry in entries.items() if (row := end_one(txn, id, facts, entry)) is not None]


def end_one(txn: Transaction, id: str, facts: Facts, entry: Entry) -> TunnelSession | None:
    """The row of one that has to end now, or had to already; None for one that is over (promise 1)."""
    session = tunnel_sessions.get(txn, id)
    if session is None or session.state is SessionState.ENDED:
        return None
    if session.state not in _CAN_END:
        return session
    after = step(session, Command.END, facts)
    tunnel_sessions.put(txn, after)
    end_visits_in(txn, id)
    txn.journal(entry)
    return after


def end_visits_in(txn: Transaction, session: str) -> None:
    """A visit does not outlive the session in which it was begun."""
    for visit in visits.scan(txn, "tunnel", (session,), limit=VISITS_OF_ONE):
        end_visit(txn, visit)


async def vanished_in_records(core: Core, helds: Sequence[Held]) -> list[TunnelSession]:
    """The rows of sessions that no engine shows any more, ended when they were last seen. Raises Refused."""
    entries, found = Entries.of(core), list[TunnelSession]()
    for start in range(0, len(helds), AT_ONCE):
        some = helds[start : start + AT_ONCE]
        found += await core.commit(lambda txn, some=some: _vanish(txn, some, entries), vital=True)  # type: ignore[misc]
    return found


def _vanish(txn: Transaction, helds: Sequence[Held], entries: Entries) -> list[TunnelSession]:
    return [row for held in helds if (row := _vanish_one(txn, held, entries)) is not None]


def _vanish_one(txn: Transaction, held: Held, entries: Entries) -> TunnelSession | None:
    before = tunnel_sessions.get(txn, held.row.id)
    if before is None or before.state is SessionState.ENDED:
        return before
    live = held.live
    counted = (live.bytes_in, live.bytes_out) if live else (0, 0)
    facts = Facts(held.seen, bytes_in=counted[0], bytes_out=counted[1])
    after = step(before, Command.VANISH, facts)
    tunnel_sessions.put(txn, after)
    if before.state is SessionState.OPEN:
        end_visits_in(txn, after.id)
        txn.journal(entries(Kind.TUNNEL_ENDED, after, Cause.GONE))
    return after


async def shortened_in_records(core: Core, shorter: Mapping[str, Instant]) -> list[TunnelSession]:
    """The rows of open sessions that now end earlier, by their id, at these instants. Raises Refused."""
    found, ids = list[TunnelSession](), sorted(shorter)
    for start in range(0, len(ids), AT_ONCE):
        some = {id: shorter[id] for id in ids[start : start + AT_ONCE]}
        found += await core.commit(lambda txn, some=some: _shorten(txn, some), vital=True)  # type: ignore[misc]
    return found


def _shorten(txn: Transaction, some: Mapping[str, Instant]) -> list[TunnelSession]:
    found = []
    for id, ends_at in some.items():
        session = tunnel_sessions.get(txn, id)
        if session is not None and session.state is SessionState.OPEN and ends_at < session.ends_at:
            found.append(step(session, Command.SHORTEN, Facts(0, ends_at=ends_at)))
            tunnel_sessions.put(txn, found[-1])
    return found


async def tell_end(core: Core, rows: Sequence[TunnelSession], cause: Cause) -> Ended:
    """Promises 2 and 3."""
    async with core.tunnels.opening:
        pass  # what was being opened is open now: the end comes after it, and is not overtaken
    for held in core.tunnels.those(rows):
        held.told = core.clock.monotonic()
    names = await _names_of(core, rows)
    if cause in BARRING:
        core.tunnels.barred |= {*names.values()}
        core.tunnels.look_at({row.office for row in rows} - {""})
    pages = [rows[start : start + GATE_PAGE] for start in range(0, len(rows), GATE_PAGE)]
    # Side by side: all of them are shut in the kernel at once, however long the engine takes for the first page.
    done = await asyncio.gather(*(_tell_some(core, page, names, cause) for page in pages))
    core.tunnels.nudge()
    return Ended(
        tuple(row for one in done for row in one.gone),
        tuple(row for one in done for row in one.left),
        all(one.shut for one in done),
        all(one.heard for one in done),
    )


async def _tell_some(core: Core, rows: Sequence[TunnelSession], names: dict[str, str], cause: Cause) -> Ended:
    ends = tuple(ToEnd(row.engine, row.engine_session, names[row.id]) for row in rows)
    barred = tuple(sorted({one.seat for one in ends}))
    try:
        message = BarSeats(barred, cause) if cause in BARRING else EndSessions(ends, cause)
        answer: GateDone = await core.gate.tell(message)
    except Refused:
        return Ended(left=tuple(rows), shut=False, heard=False)
    left = {(one.engine, one.session) for one in answer.left}
    if answer.under_way:
        core.tunnels.wait_for(left, core.clock.monotonic())
    is_left = {row.id: (row.engine, row.engine_session) in left or row.engine in answer.failed for row in rows}
    return Ended(
        tuple(row for row in rows if not is_left[row.id]),
        tuple(row for row in rows if is_left[row.id]),
        answer.shut,
    )


async def _names_of(core: Core, rows: Sequence[TunnelSession]) -> dict[str, str]:
    """How the engines call the seats of these sessions."""
    names = {held.row.id: held.name for held in core.tunnels.those(rows)}
    missing = [row for row in rows if row.id not in names]
    if missing:
        names |= await core.read(lambda snapshot: {row.id: name_of(snapshot, row) for row in missing})
    return names


def name_of(snapshot: Snapshot, session: TunnelSession) -> str:
    """How an engine calls the seat of a session: by the kit of its bond."""
    bond = bonds.get(snapshot, session.bond) if session.bond else None
    return bond.claim.kit if bond is not None else ""

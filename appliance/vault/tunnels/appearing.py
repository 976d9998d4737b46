# SPDX-License-Identifier: Apache-2.0
"""Sessions that the gate shows for the first time, or with an address at last: judged, a page in a transaction.

1. A session is of the seat whose PC's kit the engine names, and of nobody whom a PC only claims to be.
2. One session a seat, by whichever engines: the newest counts, and what was there before it ends (L2).
3. An address that another seat's open session has opens nothing: it waits until that one is gone.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass, field

from appliance.config.tunnel_settings import Tunnels
from appliance.link.messages import LiveSession
from appliance.model.devices import Bond
from appliance.model.journal import Kind
from appliance.model.time import SECOND, Instant
from appliance.model.tunnels import Cause, SessionState, TunnelSession
from appliance.vault.devices.standing import may_connect
from appliance.vault.records.transaction import Snapshot, Transaction
from appliance.vault.records.tunnel_tables import TunnelPeak, tunnel_sessions
from appliance.vault.tunnels.ending import end_one
from appliance.vault.tunnels.entries import Entries
from appliance.vault.tunnels.judging import Facts, Hours, Start, Until, judged, start_of
from appliance.vault.tunnels.peaks import note_peak
from appliance.vault.tunnels.present import last_opened, sessions_of
from appliance.vault.tunnels.seats import bond_named, kept_out, not_after
from appliance.vault.workflow import vpn_session as machine


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A session to be judged; id is what it is called if it is not known yet.

    pause is for how many seconds its PC has to stay out, because it came too often; else 0.
    """

    live: LiveSession
    id: str
    pause: float = 0.0


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of one: its row, how its engine calls the seat, and why it ends when its time is over."""

    row: TunnelSession
    name: str
    due: Cause = Cause.LIMIT
    certificate_ends: Instant = 0
    pause: float = 0.0


@dataclass(slots=True)
class Outcome:
    """What became of a page of them; replaced are the rows of those before them. peak is that of the day by now."""

    judgements: list[Judgement] = field(default_factory=list)
    replaced: list[TunnelSession] = field(default_factory=list)
    peak: TunnelPeak | None = None


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges at one moment; let_through are the ids of those that are open by then."""

    entries: Entries
    hours: Hours
    settings: Tunnels
    let_through: Set[str] = frozenset()

    @property
    def now(self) -> Instant:
        """The moment."""
        return self.entries.now

    def page(self, txn: Transaction, newcomers: Sequence[Newcomer]) -> Outcome:
        """The oldest first, so that of two of one seat the newest stays."""
        outcome = Outcome()
        for one in newcomers:
            row = tunnel_sessions.get(txn, one.id)
            if row is None or row.state is SessionState.APPEARED:  # somebody may have ended it meanwhile
                outcome.judgements.append(self._one(txn, one, row, outcome.replaced))
        latest = {one.row.id: one for one in outcome.judgements}
        for row in outcome.replaced:
            latest.pop(row.id, None)
        outcome.judgements = list(latest.values())
        opened = {one.row.id for one in outcome.judgements if one.row.state is SessionState.OPEN}
        count = len((self.let_through | opened) - {row.id for row in outcome.replaced})
        outcome.peak = note_peak(txn, count, self.now)
        return outcome

    def _one(
        self, txn: Transaction, newcomer: Newcomer, known: TunnelSession | None, replaced: list[TunnelSession]
    ) -> Judgement:
        live = newcomer.live
        bond = bond_named(txn, live.seat)
        row = known or self._appeared(newcomer, bond)
        start = Start(row.appeared_at)
        if bond is not None:
            start = self._start(txn, row, bond)
            replaced += self._replaced(txn, row)
        ends = SECOND * not_after(bond.claim.certificate) if bond is not None else 0
        verdict = judged(
            Facts(
                now=self.now,
                began_at=start.began_at,
                is_new=True,
                hours=self.hours,
                minutes=self.settings.minutes,
                kept_out=_kept_out(txn, bond) or (Cause.OFTEN if newcomer.pause else None),
                certificate_ends=ends,
                comes_from=start.comes_from,
            )
        )
        after = self._settled(txn, row, newcomer, start, verdict)
        due = verdict.due if isinstance(verdict, Until) else verdict
        return Judgement(after, live.seat, due, ends, newcomer.pause)

    def _appeared(self, newcomer: Newcomer, bond: Bond | None) -> TunnelSession:
        """Since when, is what the gate says: it may have shown it before the vault was there."""
        live, at = newcomer.live, self.now - round(max(newcomer.live.seconds, 0) * SECOND)
        fresh = TunnelSession(
            id=newcomer.id,
            office=bond.office if bond else "",
            seat=bond.seat if bond else 0,
            bond=bond.id if bond else "",
            engine=live.engine,
            engine_session=live.session,
            address=live.address,
            source=live.source,
            state=SessionState.APPEARED,
            appeared_at=at,
            began_at=at,
        )
        return machine.step(None, machine.Command.APPEAR, machine.Facts(self.now, session=fresh))

    def _start(self, txn: Transaction, row: TunnelSession, bond: Bond) -> Start:
        settings = self.settings
        return start_of(
            last_opened(txn, row.office, row.seat),
            bond.id,
            row.appeared_at,
            minutes=settings.minutes,
            back=settings.return_minutes,
            cooldown=settings.cooldown_seconds,
        )

    def _replaced(self, txn: Transaction, row: TunnelSession) -> list[TunnelSession]:
        """Promise 2."""
        facts = machine.Facts(self.now, cause=Cause.REPLACED)
        older = [one for one in sessions_of(txn, row.office, row.seat) if one.id != row.id]
        ended = [end_one(txn, one.id, facts, self.entries.of_end(one, Cause.REPLACED)) for one in older]
        return [one for one in ended if one is not None]

    def _settled(
        self, txn: Transaction, row: TunnelSession, newcomer: Newcomer, start: Start, verdict: Until | Cause
    ) -> TunnelSession:
        """The row after the verdict; without an address of its own it waits (promise 3)."""
        address = newcomer.live.address
        if isinstance(verdict, Cause):
            refused = machine.Facts(self.now, cause=verdict)
            after = machine.step(row, machine.Command.REFUSE, refused)
            stays = f"; its PC stays out for {newcomer.pause:.0f} s" if newcomer.pause else ""
            txn.journal(self.entries(Kind.TUNNEL_REFUSED, after, f"{verdict}{stays}"))
        elif not address or _is_taken(txn, address):
            after = row
        else:
            facts = machine.Facts(self.now, address=address, began_at=start.began_at, ends_at=verdict.at)
            after = machine.step(row, machine.Command.OPEN, facts)
            seconds = (after.ends_at - self.now) // SECOND
            txn.journal(self.entries(Kind.TUNNEL_OPENED, after, f"for {seconds} s, then {verdict.due}"))
        tunnel_sessions.put(txn, after)
        return after


def _kept_out(snapshot: Snapshot, bond: Bond | None) -> Cause | None:
    """Why the PC of a bond may not connect (promise 1)."""
    if bond is None:
        return Cause.STRANGER
    if cause := kept_out(snapshot, bond.office, bond.seat):
        return cause
    return None if may_connect(snapshot, bond.office, bond.seat) == bond else Cause.SEAT


def _is_taken(snapshot: Snapshot, address: str) -> bool:
    return bool(tunnel_sessions.keys(snapshot, "address", (address,), limit=1))

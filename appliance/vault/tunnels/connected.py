# SPDX-License-Identifier: Apache-2.0
"""What the vault has at hand of the sessions that are not over: their rows, and what the gate last showed of them.

Every row here is what is durable. It changes after the commit that changed it, and before anything else is awaited,
so that whoever looks in between sees nothing newer than the records.
"""

import asyncio
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from appliance.link.messages import GateReport, LiveSession
from appliance.model.journal import Entry, Kind, Result
from appliance.model.time import Instant
from appliance.model.tunnels import Cause, SessionState, TunnelSession
from appliance.vault.records.tunnel_tables import EngineFacts, TunnelPeak
from appliance.vault.tunnels.pauses import Key, Pauses

# An engine that ends one session after another gets so many seconds for thousands before it is told again.
PATIENCE_SECONDS = 7.0
# After these another PC may connect as a seat than before, or none.
OF_SEATS = frozenset(
    {
        Kind.ACTIVATION_ASKED,
        Kind.ACTIVATION_APPROVED,
        Kind.ACTIVATION_REFUSED,
        Kind.SEAT_OPENED,
        Kind.SEAT_CLOSED,
        Kind.SEAT_OVERRIDDEN,
        Kind.SEAT_REVOKED,
        Kind.SEAT_BLOCKED,
        Kind.SEAT_UNBLOCKED,
        Kind.SEATS_CHANGED,
        Kind.HAND_OVER_DONE,
        Kind.OFFICE_SUSPENDED,
        Kind.OFFICE_RESUMED,
    }
)
# After these something else is due earlier than it was.
OF_TIME = frozenset({Kind.CLOCK_MOVED, Kind.SIGN_OUT})


@dataclass(slots=True)
class Held:
    """A session that is not over. name is how the engine calls its seat; live is what the gate last showed of it.

    until is when it has to end, by the clock that never goes back, and due is why; both only while it is open.
    certificate_ends is 0 where that is not known. seen is when the gate last showed it, by the wall, told when the
    gate was last told what to do with it, by the other clock.
    """

    row: TunnelSession
    name: str
    live: LiveSession | None = None
    until: float = math.inf
    due: Cause = Cause.LIMIT
    certificate_ends: Instant = 0
    seen: Instant = 0
    told: float = -math.inf


@dataclass
class Connected:
    """The sessions by the engine's name of each, and by their id.

    offices are those whose seats are to be looked at again; leaving: somebody has left the portal. barred are names
    that were told to stay out, and of which the keeper does not know it yet. report is the gate's last one, None
    while it is away, and watches counts how often it came back. drift and overrun are what it shows that should not
    be: how many sessions, and for how many seconds too long the worst of them has been let through. ends counts;
    peak is the last that was written down.
    last_alive is the newest time that the vault before this one has written. pauses are of PCs that came too often.
    engine_facts are what is kept of how PCs connect to each engine, None before it was read; whoever changes them
    holds learning.
    """

    held: dict[Key, Held] = field(default_factory=dict)
    offices: set[str] = field(default_factory=set)
    leaving: bool = True
    barred: set[str] = field(default_factory=set)
    last_alive: Instant = 0
    engine_facts: dict[str, EngineFacts] | None = None
    learning: asyncio.Lock = field(default_factory=asyncio.Lock)
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    report: GateReport | None = None
    watches: int = 0
    drift: int = 0
    overrun: float = 0.0
    ends: Counter[Cause] = field(default_factory=Counter)
    peak: TunnelPeak | None = None
    pauses: Pauses = field(default_factory=Pauses)
    _keys: dict[str, Key] = field(default_factory=dict)

    def nudge(self) -> None:
        """Something may be due."""
        self.woken.set()

    def look_at(self, offices: set[str]) -> None:
        """The seats of these offices are to be looked at again."""
        if offices:
            self.offices |= offices
            self.woken.set()

    def note(self, entries: Sequence[Entry]) -> None:
        """These acts are durable: what they say of seats and of time is looked at again."""
        for entry in entries:
            if entry.result is Result.DONE and entry.kind in OF_SEATS and entry.office:
                self.offices.add(entry.office)
                self.woken.set()
            elif entry.kind in OF_TIME:
                self.leaving |= entry.kind is Kind.SIGN_OUT
                self.woken.set()

    def hear(self, report: GateReport) -> None:
        """The gate reports; what an older report said is of no interest any more."""
        if self.report is None:
            self.watches += 1
        self.report = report
        self.woken.set()

    def lose(self) -> None:
        """The gate is away, and nothing is known of what it shows now."""
        self.report = None
        self.woken.set()

    def of(self, id: str) -> Held | None:
        """A session that is not over, by its id."""
        key = self._keys.get(id)
        return None if key is None else self.held[key]

    def seen(self, id: str) -> LiveSession | None:
        """What the gate last showed of a session, its bytes among it."""
        held = self.of(id)
        return None if held is None else held.live

    def wait_for(self, sessions: Iterable[Key], monotonic: float) -> None:
        """The gate says that it is still ending these: they are not told again before it has had time for it."""
        for key in sessions:
            if (held := self.held.get(key)) is not None:
                held.told = monotonic + PATIENCE_SECONDS

    def take(self, row: TunnelSession, name: str = "") -> Held | None:
        """A row is durable; what is held of its session, None when that is over. name for one that is new here."""
        held = self.of(row.id)
        self._count(held.row if held else None, row)
        if row.state is SessionState.ENDED:
            if held is not None:
                self.held.pop(self._keys.pop(row.id))
            return None
        if held is None:
            held = self.hold(row, name)
        held.row = row
        return held

    def hold(self, row: TunnelSession, name: str) -> Held:
        """A session that is not over, and was not known here."""
        key = (row.engine, row.engine_session)
        held = self.held[key] = Held(row, name)
        self._keys[row.id] = key
        return held

    def _count(self, before: TunnelSession | None, row: TunnelSession) -> None:
        """Each end once: when it is said, not when it is seen."""
        if row.cause is not None and (before is None or before.cause is None):
            self.ends[row.cause] += 1

    def named(self, engine: str, state: SessionState) -> int:
        """How many sessions of an engine are in a state."""
        return sum(held.row.state is state and held.row.engine == engine for held in self.held.values())

    def most_on(self, day: str) -> int:
        """How many were let through at once at most on a day "YYYY-MM-DD" in Japan, those of now included."""
        known = self.peak.most if self.peak is not None and self.peak.day == day else 0
        return max(known, sum(held.row.state is SessionState.OPEN for held in self.held.values()))

    def in_state(self, state: SessionState) -> Iterator[Held]:
        """Those in a state."""
        return (held for held in list(self.held.values()) if held.row.state is state)

    def those(self, rows: Iterable[TunnelSession]) -> list[Held]:
        """What is held of these rows."""
        return [held for row in rows if (held := self.of(row.id)) is not None]

# SPDX-License-Identifier: Apache-2.0
"""A gate in memory: engines, a kernel with time-outs, and everything that can go wrong with them."""

from dataclasses import dataclass, field
from typing import Any

from appliance.link.messages import (
    AdmitSeats,
    AdmittedSeat,
    BarSeats,
    EndSessions,
    EngineNow,
    GateDone,
    GateReport,
    LiveSession,
    Nothing,
    OpenSessions,
    TellSeats,
    ToEnd,
)
from appliance.link.refusals import Refused, Why
from appliance.testing.clock import FakeClock
from appliance.vault.tunnels.connected import Connected

ENGINE = "softether"


@dataclass
class Line:
    """A session at an engine."""

    engine: str
    session: str
    seat: str
    address: str
    source: str
    since: float


@dataclass
class FakeGate:
    """What core.gate is. away: it does not answer. lies: it says to have done what it is told, and does not.

    seats are those that the gate was told, users those that the engines let in. kernel holds until when each
    address passes, and for which session. told are all messages, in order.
    """

    clock: FakeClock
    tunnels: Connected
    connected: bool = True
    report: GateReport = field(default_factory=lambda: GateReport((), ()))
    away: bool = False
    lies: bool = False
    engines: tuple[str, ...] = (ENGINE,)
    run_id: str = "run-1"
    is_told: bool = False
    seats: dict[str, AdmittedSeat] = field(default_factory=dict)
    users: set[str] = field(default_factory=set)
    lines: dict[tuple[str, str], Line] = field(default_factory=dict)
    kernel: dict[str, tuple[float, tuple[str, str]]] = field(default_factory=dict)
    told: list[object] = field(default_factory=list)
    states: tuple[EngineNow, ...] = ()
    _pages: dict[str, AdmittedSeat] = field(default_factory=dict)
    _count: int = 0

    async def run(self) -> None:
        """Nothing to watch."""

    # --- what PCs and faults do -----------------------------------------------------------------------------------

    def connect(self, seat: str, address: str | None = None, *, engine: str = ENGINE, name: str = "") -> str:
        """A PC connects with the key of this seat; the session, or "" where the engine keeps it out."""
        if seat not in self.users:
            return ""
        self._count += 1
        session = name or f"SID-{self._count}"
        given = f"10.0.0.{100 + self._count}" if address is None else address
        line = Line(engine, session, seat, given, "198.51.100.7", self.clock.monotonic())
        self.lines[(engine, session)] = line
        return session

    def vanish(self, session: str, engine: str = ENGINE) -> None:
        """The line breaks; the kernel's element goes with it."""
        line = self.lines.pop((engine, session), None)
        if line is not None:
            self._shut((engine, session))

    def restart(self) -> None:
        """The gate is killed, and starts anew: the kernel and the engines hold what they held."""
        self.run_id += "+"
        self.is_told = False
        self.tunnels.lose()

    def passing(self) -> set[str]:
        """The addresses that pass at this moment."""
        now = self.clock.monotonic()
        return {address for address, (until, _) in self.kernel.items() if until > now}

    def open_seconds(self, line: Line) -> float:
        """For how long the kernel lets a session through."""
        until, key = self.kernel.get(line.address, (0.0, ("", "")))
        return max(until - self.clock.monotonic(), 0) if key == (line.engine, line.session) else 0

    def _shut(self, key: tuple[str, str]) -> None:
        self.kernel = {address: held for address, held in self.kernel.items() if held[1] != key}

    def show(self) -> GateReport | None:
        """Report what there is now."""
        if self.away:
            return None
        now = self.clock.monotonic()
        live = tuple(
            LiveSession(
                one.engine,
                one.session,
                one.seat,
                now - one.since,
                one.address,
                one.source,
                1000,
                2000,
                self.open_seconds(one),
            )
            for one in self.lines.values()
            if one.engine in self.engines
        )
        self.report = GateReport(self.engines, live, self.states, self.is_told, self.run_id)
        self.tunnels.hear(self.report)
        return self.report

    # --- what the vault says --------------------------------------------------------------------------------------

    async def tell(self, message: object) -> Any:
        """The answer of a gate that is there."""
        if self.away:
            raise Refused(Why.AWAY)
        self.told.append(message)
        if isinstance(message, TellSeats):
            return self._tell(message)
        if isinstance(message, AdmitSeats):
            self.seats |= {seat.name: seat for seat in message.seats}
            self.users |= {seat.name for seat in message.seats}
            return GateDone()
        if isinstance(message, BarSeats):
            self.seats = {name: seat for name, seat in self.seats.items() if name not in message.seats}
        if self.lies:
            return GateDone()
        if isinstance(message, OpenSessions):
            return self._open(message)
        if isinstance(message, BarSeats):
            self.users -= set(message.seats)
            return self._end([key for key, one in self.lines.items() if one.seat in message.seats])
        assert isinstance(message, EndSessions)
        return self._end([(one.engine, one.session) for one in message.sessions])

    def _tell(self, message: TellSeats) -> Nothing:
        if message.first:
            self._pages = {}
        self._pages |= {seat.name: seat for seat in message.seats}
        if message.last:
            self.seats, self.is_told = self._pages, True
            if not self.lies:
                self.users = set(self.seats)
                self._end([key for key, one in self.lines.items() if one.seat not in self.seats])
        return Nothing()

    def _open(self, message: OpenSessions) -> GateDone:
        for one in message.sessions:
            line = self.lines.get((one.engine, one.session))
            if line is not None and (line.seat, line.address) == (one.seat, one.address):
                self.kernel[one.address] = self.clock.monotonic() + one.seconds, (one.engine, one.session)
        return GateDone()

    def _end(self, keys: list[tuple[str, str]]) -> GateDone:
        left = []
        for key in keys:
            line = self.lines.get(key)
            if line is None:
                continue
            self._shut(key)
            if key[0] in self.engines:
                del self.lines[key]
            else:
                left.append(ToEnd(line.engine, line.session, line.seat))
        failed = tuple(sorted({one.engine for one in left}))
        return GateDone(tuple(left), True, failed)

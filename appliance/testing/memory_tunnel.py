# SPDX-License-Identifier: Apache-2.0
"""A VPN engine in memory, to which a test connects PCs, and that can be away, hang, and lie."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from appliance.contracts.plugin import Clock
from appliance.contracts.tunnel import EngineAway, EngineSession, Prepared, TunnelSeat
from appliance.model.tunnels import Cause
from appliance.testing.clock import FakeClock

INTERFACE = "rk-mem0"


def memory_seat(number: int, key: str = "") -> TunnelSeat:
    """A seat for tests, with a name like that of a kit. key makes another PC of the same seat."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    name = "".join(letters[number // 26**place % 26] for place in range(25, -1, -1))
    return TunnelSeat(name, f"certificate {number} {key}".encode(), f"key-{number}-{key}", address_of(number))


def address_of(number: int) -> str:
    """The address of the PC of memory_seat(number), where the engine hands out none."""
    return f"10.8.{number // 250 % 250}.{number % 250 + 2}"


@dataclass
class _Connection:
    session: EngineSession
    since: float


class MemoryEngine:
    """The fake of contracts.tunnel.TunnelEngine.

    away, if it is set, is why it does not answer. hang() lets every call wait until it is released. lies: what it
    is told it says to have done, and does not. calls are the names of all that was called, with seat or session.
    """

    def __init__(self, clock: Clock | None = None, interface: str = INTERFACE) -> None:
        """It is there, not prepared, and knows nobody."""
        self.clock = clock or FakeClock()
        self.interface = interface
        self.away = ""
        self.lies = False
        self.calls: list[tuple[str, str]] = []
        self.prepared = False
        self.seats: dict[str, TunnelSeat] = {}
        self._connections: dict[str, _Connection] = {}
        self._count = 0
        self._going_on = asyncio.Event()
        self._going_on.set()

    # --- what a test does -----------------------------------------------------------------------------------------

    def connect(self, seat: TunnelSeat, *, address: str | None = None, source: str = "198.51.100.7") -> str:
        """The PC of seat connects: the engine's name of its session, or "" where it is refused.

        address is "" for a PC that has none yet; give_address() comes then.
        """
        if self.seats.get(seat.name) != seat:
            return ""
        self._count += 1
        name = f"MEM-{self._count}"
        given = f"10.0.{self._count // 250 % 250}.{self._count % 250 + 2}" if address is None else address
        session = EngineSession(name, seat.name, given, source, 0.0)
        self._connections[name] = _Connection(session, self.clock.monotonic())
        return name

    def give_address(self, session: str, address: str) -> None:
        """The PC of a session gets, or takes, an address."""
        found = self._connections[session]
        found.session = replace(found.session, address=address)

    def vanish(self, session: str) -> None:
        """The line of a session breaks."""
        self._connections.pop(session, None)

    def restart(self) -> None:
        """The engine starts anew: it keeps its users, and its sessions are gone."""
        self.prepared = False
        self._connections.clear()

    def hang(self) -> None:
        """No call ends, until go_on()."""
        self._going_on.clear()

    def go_on(self) -> None:
        """End hang()."""
        self._going_on.set()

    @property
    def connected(self) -> list[str]:
        """The seats of all sessions that really are there, whatever it says."""
        return [found.session.seat for found in self._connections.values()]

    # --- the contract ---------------------------------------------------------------------------------------------

    async def prepare(self, seats: Sequence[TunnelSeat]) -> Prepared:
        """Know exactly these."""
        await self._called("prepare", "")
        if not self.lies:
            self.seats = {seat.name: seat for seat in seats}
            self._cut(lambda session: session.seat not in self.seats)
        self.prepared = True
        return Prepared(self.interface, {"host": "198.51.100.1", "port": "443"})

    async def admit(self, seat: TunnelSeat) -> None:
        """Know this one; who was called so before is cut."""
        await self._called("admit", seat.name)
        if self.lies:
            return
        if self.seats.get(seat.name, seat) != seat:
            self._cut(lambda session: session.seat == seat.name)
        self.seats[seat.name] = seat

    async def bar(self, seat: str, cause: Cause) -> None:
        """Do not know it any more."""
        await self._called("bar", seat)
        if not self.lies:
            self.seats.pop(seat, None)

    async def live(self) -> Sequence[EngineSession]:
        """Who is there."""
        await self._called("live", "")
        now = self.clock.monotonic()
        return [replace(found.session, seconds=now - found.since) for found in self._connections.values()]

    async def close(self, session: str, cause: Cause) -> None:
        """Cut it."""
        await self._called("close", session)
        if not self.lies:
            self._connections.pop(session, None)

    async def _called(self, method: str, subject: str) -> None:
        self.calls.append((method, subject))
        await self._going_on.wait()
        if self.away:
            raise EngineAway(self.away)

    def _cut(self, whom: Callable[[EngineSession], bool]) -> None:
        gone = [name for name, found in self._connections.items() if whom(found.session)]
        for name in gone:
            del self._connections[name]

# SPDX-License-Identifier: Apache-2.0
"""A gate with engines and a kernel in memory, and a clock in the test's hand."""

import asyncio
from collections.abc import Callable, Sequence

from appliance.contracts.tunnel import TunnelSeat
from appliance.gate import orders
from appliance.gate.gate import Gate
from appliance.gate.kernel import Place
from appliance.gate.memory_kernel import MemoryKernel
from appliance.link.messages import AdmittedSeat, GateDone, LiveSession, OpenSessions, TellSeats, ToEnd, ToOpen
from appliance.testing.clock import FakeClock
from appliance.testing.memory_tunnel import MemoryEngine, memory_seat

SEATS = [memory_seat(number) for number in range(1, 7)]
ONE, TWO, THREE = SEATS[:3]
MEMORY = "memory"


class Yard:
    """The gate, and what is around it; engines are called memory, memory1 and so on."""

    def __init__(self, engines: int = 1) -> None:
        """Nothing was told yet."""
        self.clock = FakeClock()
        self.kernel = MemoryKernel(self.clock)
        self.engines = [MemoryEngine(self.clock, f"rk-mem{number}") for number in range(engines)]
        names = [f"{MEMORY}{number or ''}" for number in range(engines)]
        self.gate = Gate(dict(zip(names, self.engines, strict=True)), self.kernel, self.clock, run="run-1")

    @property
    def engine(self) -> MemoryEngine:
        """The first one."""
        return self.engines[0]

    async def ready(self, seats: Sequence[TunnelSeat] = SEATS) -> "Yard":
        """The table stands, all seats were told, and the engines were prepared for them."""
        await self.gate.table.stand()
        await orders.tell(self.gate, TellSeats(tuple(map(admitted, seats)), first=True, last=True))
        await self.attend()
        return self

    async def attend(self) -> None:
        """One round at each engine."""
        for engine in self.gate.engines.values():
            await engine.attend()

    async def connected(self, seat: TunnelSeat, **more: str) -> LiveSession:
        """The PC of a seat connects at the first engine, and the gate sees it."""
        session = self.engine.connect(seat, **more)
        assert session
        await self.attend()
        return self.live(session)

    async def opened(self, seat: TunnelSeat, seconds: float = 600.0) -> LiveSession:
        """And the vault lets it through."""
        found = await self.connected(seat)
        assert await self.open(found, seconds=seconds) == GateDone()
        return self.live(found.session)

    async def open(self, *sessions: LiveSession, seconds: float = 600.0) -> GateDone:
        """What the vault says to let these through."""
        return await orders.open_(self.gate, OpenSessions(tuple(to_open(one, seconds) for one in sessions)))

    def live(self, session: str) -> LiveSession:
        """A session in the report of this moment."""
        [found] = [one for one in self.gate.report().live if one.session == session]
        return found

    def passes(self, session: LiveSession) -> bool:
        """Whether the kernel lets a packet of it through."""
        interface = self.gate.engines[session.engine].interface
        return self.kernel.passes(Place(interface, session.address))


def admitted(seat: TunnelSeat) -> AdmittedSeat:
    """As the vault tells it."""
    return AdmittedSeat(seat.name, seat.certificate, seat.wireguard_key, seat.address, seat.not_after)


def to_open(session: LiveSession, seconds: float = 600.0) -> ToOpen:
    """As the vault tells it."""
    return ToOpen(session.engine, session.session, session.seat, session.address, seconds)


def to_end(session: LiveSession) -> ToEnd:
    """As the vault tells it."""
    return ToEnd(session.engine, session.session, session.seat)


async def when(so: Callable[[], object]) -> None:
    """Let others go on until it is so."""
    while not so():  # noqa: ASYNC110 - any step of theirs may be the last
        await asyncio.sleep(0)

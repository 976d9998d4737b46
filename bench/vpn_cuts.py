# SPDX-License-Identifier: Apache-2.0
"""How fast somebody is cut: the last byte of a live stream, counted from the moment at which it was told to end."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from renkei_tunnel_softether.engine import SoftEther

from appliance.contracts.tunnel import TunnelSeat
from appliance.gate import orders
from appliance.gate.gate import Gate
from appliance.gate.kernel import Opening, Place
from appliance.gate.nft import NftKernel
from appliance.gate.service import GateService
from appliance.host.system import SystemClock
from appliance.link.messages import AdmitSeats, AdmittedSeat, BarSeats, LiveSession, OpenSessions, TellSeats, ToOpen
from appliance.model.tunnels import Cause
from bench.measure import Row, Spread
from tests.plugins.tunnel_softether.pcs import seat
from tests.plugins.tunnel_softether.real import World, world
from tests.servers.netns import Machine, Resident, cable, machine, resident, until

PORTAL, PC, PORT = "10.0.0.10", "10.0.0.101", 443
CUTS = 20
TICK = 0.001
# So long nothing comes, and the stream is over.
SILENCE = 0.25
STEADY_BYTES = 20
HALF_AN_HOUR = 1800


@dataclass
class Stream:
    """A TCP stream of a byte each millisecond; last is when the latest one arrived."""

    line: socket.socket
    last: float = 0.0
    got: int = 0
    _over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        """It is read from now on."""
        self.line.settimeout(SILENCE)
        threading.Thread(target=self._read, daemon=True).start()
        until(lambda: self.got >= STEADY_BYTES, "the stream flows")

    def _read(self) -> None:
        with contextlib.suppress(OSError):
            while arrived := self.line.recv(4096):
                self.last = time.perf_counter()
                self.got += len(arrived)
        self._over.set()

    def over(self) -> float:
        """When the last byte came, once nothing comes any more."""
        assert self._over.wait(20), "the stream goes on"
        self.line.close()
        return self.last


async def ticking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A byte each millisecond, for as long as somebody listens, or until the world ends: no fault either."""
    with contextlib.suppress(ConnectionError, asyncio.CancelledError):
        while True:
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(TICK)


def connected(pc: Machine) -> Stream:
    """A stream from the portal's address to a PC."""
    line = pc.socket()
    line.settimeout(5)
    line.connect((PORTAL, PORT))
    return Stream(line)


async def listening(appliance: Machine) -> asyncio.Server:
    """The portal's place, taken by a stream."""
    line = appliance.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    line.bind((PORTAL, PORT))
    return await asyncio.start_server(ticking, sock=line)


def nft() -> Row:
    """The kernel's set alone: one element less."""
    mark = "seat session"
    place = Place("rk-b0", PC)
    with machine("app") as appliance, machine("pc") as pc:
        cable(appliance, place.interface, f"{PORTAL}/24", pc, "eth0", f"{PC}/24")
        with resident(appliance) as there:
            kernel = NftKernel(PORTAL, (PORT,))
            there.run(kernel.prepare())
            there.run(listening(appliance))
            return Row(
                "cut: nft, a live stream's last byte", "ms", _cuts(there, kernel, place, mark, pc), "≤ 10", digits=1
            )


def _cuts(there: Resident, kernel: NftKernel, place: Place, mark: str, pc: Machine) -> Spread:
    values = []
    for _ in range(CUTS):
        there.run(kernel.change([Opening(place, HALF_AN_HOUR, mark)], []))
        stream = connected(pc)
        began = time.perf_counter()
        there.run(kernel.change([], [place]))
        values.append(max(stream.over() - began, 0) * 1000)
    return Spread(tuple(values))


@dataclass
class Gated:
    """A world with a real SoftEther VPN server, and the gate in front of it."""

    world: World
    there: Resident
    gate: Gate

    def told(self, order: Callable[..., Awaitable[object]], message: object) -> object:
        """What the gate answers to a message of the vault."""

        async def telling() -> object:
            return await order(self.gate, message)

        return self.there.run(telling())

    def live(self) -> list[LiveSession]:
        """What the gate would report."""

        async def reporting() -> list[LiveSession]:
            return list(self.gate.report().live)

        return self.there.run(reporting())

    def with_address(self, seats: set[str]) -> list[LiveSession]:
        """All sessions of these seats, once each of them has one with an address."""

        def found() -> list[LiveSession]:
            live = [one for one in self.live() if one.seat in seats and one.address]
            return live if {one.seat for one in live} == seats else []

        return until(found, "the gate shows them with their addresses", 30)


@contextmanager
def gated() -> Iterator[Gated]:
    """The world, with the gate attending to the engine."""
    with world() as made, resident(made.appliance) as there:

        async def engine_of() -> SoftEther:
            return made.new_engine()

        engine = there.run(engine_of())
        gate = Gate({"tunnel_softether": engine}, NftKernel(PORTAL, (PORT,)), SystemClock())
        with _attending(there, gate):
            there.run(listening(made.appliance))
            yield Gated(made, there, gate)
            there.run(made.rpc.close())


@contextmanager
def _attending(there: Resident, gate: Gate) -> Iterator[None]:
    service = GateService(now=SystemClock().now, gate=gate)
    ready, stop = threading.Event(), asyncio.Event()

    async def attend() -> None:
        async with asyncio.TaskGroup() as group:
            await service.start(group)
            await orders.tell(gate, TellSeats((), True, True))
            ready.set()
            await stop.wait()
            await service.close()

    async def end() -> None:
        stop.set()

    running = asyncio.run_coroutine_threadsafe(attend(), there.loop)
    assert ready.wait(20)
    until(lambda: not gate.engines["tunnel_softether"].trouble, "the engine is ready")
    try:
        yield
    finally:
        there.run(end())
        running.result(20)


def admitted(seat: TunnelSeat) -> AdmittedSeat:
    """As the vault says it."""
    return AdmittedSeat(seat.name, seat.certificate, seat.wireguard_key, seat.address, seat.not_after)


def to_open(live: LiveSession, seconds: float = HALF_AN_HOUR) -> ToOpen:
    """As the vault says it."""
    return ToOpen(live.engine, live.session, live.seat, live.address, seconds)


def softether() -> list[Row]:
    """The whole revocation on a real SoftEther: kernel, user, session, and read back."""
    one = seat(1)
    lasts, answers = [], []
    with gated() as it:
        office = it.world.pc()
        interface = office.has_seat(1)
        for _ in range(CUTS):
            it.told(orders.admit, AdmitSeats((admitted(one),)))
            # One that was cut may keep a line that carries nothing; people start theirs anew, too.
            office.client.kill9()
            office.client.start()
            assert office.gets_in("a"), "the PC connects"
            office.client.lease(interface)
            [live] = it.with_address({one.name})
            it.told(orders.open_, OpenSessions((to_open(live),)))
            stream = connected(office.machine)
            began = time.perf_counter()
            it.told(orders.bar, BarSeats((one.name,), Cause.SEAT))
            answers.append((time.perf_counter() - began) * 1000)
            lasts.append(max(stream.over() - began, 0) * 1000)
    return [
        Row("cut: revoking on SoftEther, a live stream's last byte", "ms", Spread(tuple(lasts)), "≤ 90", digits=1),
        Row("cut: the same, until all of it was read back", "ms", Spread(tuple(answers)), "≤ 90", digits=1),
    ]

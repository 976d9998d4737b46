# SPDX-License-Identifier: Apache-2.0
"""A vault whose clock is in the test's hand, with a gate, a kernel, an engine and PCs that are real.

The vault runs in the test's own loop; the gate in a thread that has the appliance's network.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from renkei_policy_hours import PolicyHours

from appliance.contracts.plugin import NoSettings
from appliance.contracts.records import RecordStore
from appliance.contracts.tunnel import TunnelEngine
from appliance.gate.engine import Pace
from appliance.gate.gate import Gate
from appliance.gate.nft import NftKernel
from appliance.gate.service import GateService
from appliance.host.system import SystemClock
from appliance.model.devices import Bond, Ended
from appliance.model.things import Office
from appliance.model.time import SECOND, Instant
from appliance.model.tunnels import Cause, SessionState, TunnelSession
from appliance.testing.clock import FakeClock
from appliance.testing.memory_records import MemoryRecords
from appliance.testing.services import fake_services
from appliance.vault.records.device_tables import bonds
from appliance.vault.records.tunnel_tables import tunnel_sessions
from appliance.vault.tunnels.ending import end
from appliance.vault.tunnels.seats import address_of
from tests.appliance.vault.devices.scene import Scene
from tests.appliance.vault.tunnels.keeping import keeping
from tests.appliance.vault.world import World, opened
from tests.plugins.tunnel_softether.pcs import pc as pc_keys
from tests.plugins.tunnel_wireguard import real as wireguard
from tests.servers.netns import Machine, Resident, resident
from tests.story.vpn_sides import PORT, Pc, Side, portal
from tests.story.vpn_sides import side as side_of
from tests.story.vpn_world import PORTAL_ADDRESS, open_places

PATIENCE = 30.0
REPORT_SECONDS = 0.3
# A tick: by so much an end may be late. A second of it is that the kernel counts whole ones.
TICK_SECONDS = 3.0


class HandClock:
    """Runs as the real one does, from Tuesday 10:00 in Japan; it can be moved on, and set."""

    def __init__(self) -> None:
        """Nothing was moved yet."""
        self._start = FakeClock().now()
        self._began = time.monotonic()
        self._moved = 0
        self._stepped = 0

    def now(self) -> Instant:
        """The wall's time."""
        return self._start + self._stepped + round((self.monotonic() - self._began) * SECOND)

    def monotonic(self) -> float:
        """Seconds; never goes back."""
        return time.monotonic() + self._moved / SECOND

    def move(self, milliseconds: int) -> None:
        """So much time has gone by."""
        self._moved += milliseconds

    def step(self, milliseconds: int) -> None:
        """Somebody sets the clock."""
        self._stepped += milliseconds


class Patient(World):
    """A vault whose pauses are some."""

    async def rested(self, seconds: float) -> None:
        """As the real one does."""
        await asyncio.sleep(seconds)


class Careless:
    """A real engine, of which a test can make one that says that it did what it did not."""

    def __init__(self, real: TunnelEngine) -> None:
        """An honest one at first."""
        self._real = real
        self.lies = False
        self.prepare, self.admit, self.live = real.prepare, real.admit, real.live

    async def bar(self, seat: str, cause: Cause) -> None:
        """Or not."""
        if not self.lies:
            await self._real.bar(seat, cause)

    async def close(self, session: str, cause: Cause) -> None:
        """Or not."""
        if not self.lies:
            await self._real.close(session, cause)


@dataclass
class Kept:
    """The office with its PC's seat, and all that keeps its sessions."""

    scene: Scene
    clock: HandClock
    side: Side
    inside: Resident
    run: Path
    office: Office = field(init=False)
    engine: Careless = field(init=False)
    _serving: "Future[None] | None" = None
    _down: asyncio.Event | None = None

    @property
    def world(self) -> World:
        """The vault."""
        return self.scene.world

    # --- who is there ---------------------------------------------------------------------------------------------

    async def bonded(self, number: int = 1, key: str = "1") -> Bond:
        """A seat whose PC has this key, at either engine."""
        bond = await self.scene.activated(self.office, number, pc=f"pc-{number}", key=f"key-{number}")
        claim = replace(bond.claim, certificate=pc_keys(key).der, wireguard_key=wireguard.keys(0, key).public)
        bond = replace(bond, claim=claim)
        await self.world.core.commit(lambda txn: bonds.put(txn, bond))
        self.world.core.tunnels.look_at({self.office.id})
        return bond

    async def pc(self, bond: Bond, key: str = "1") -> Pc:
        """A PC with this key, and the address of the seat."""
        network = self.world.core.settings.tunnels.addresses
        address = await self.world.core.commit(lambda txn: address_of(txn, bond.office, bond.seat, network))
        return await asyncio.to_thread(self.side.pc, bond, key, address)

    async def connected(self, pc: Pc) -> TunnelSession:
        """It connects, and is let through."""
        assert await self.tried(pc.connects), "the engine keeps it out"
        return await self.let_through()

    async def tried(self, connects: Callable[[], Awaitable[bool]]) -> bool:
        """Whether it gets in, tried a few times: what is told to an engine takes a moment."""
        for _ in range(20):
            if await connects():
                return True
            await asyncio.sleep(0.2)
        return False

    async def let_through(self) -> TunnelSession:
        """The one session that is open, once the kernel knows it."""
        await self.until(lambda: bool(self.passing()), "the kernel lets somebody through")
        rows = await self.rows(SessionState.OPEN)
        assert [row.address for row in rows] == list(self.passing())
        return rows[0]

    async def rows(self, *states: SessionState) -> list[TunnelSession]:
        """Sessions in these states, the newest first."""
        found = await self.world.core.read(lambda view: tunnel_sessions.scan(view, "appeared"))
        return [row for row in found if row.state in states or not states]

    async def again(self, row: TunnelSession) -> TunnelSession:
        """A session as it is now."""
        return next(one for one in await self.rows() if one.id == row.id)

    async def ended(self, row: TunnelSession) -> TunnelSession:
        """A session once no engine shows it any more."""
        async with asyncio.timeout(PATIENCE):
            while (found := await self.again(row)).state is not SessionState.ENDED:  # noqa: ASYNC110 - it tells nobody
                await asyncio.sleep(0.02)
        return found

    async def until(self, is_so: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
        """Look until it is so."""
        try:
            async with asyncio.timeout(seconds):
                while not await asyncio.to_thread(is_so):  # noqa: ASYNC110 - what is waited for tells nobody
                    await asyncio.sleep(0.01)
        except TimeoutError as error:
            raise AssertionError(f"not within {seconds:.0f} s: {what}") from error

    # --- what is done ---------------------------------------------------------------------------------------------

    async def revoke(self, number: int = 1) -> None:
        """The fund ends a seat."""
        await self.scene.revoke(self.office, Ended.LOST, number)

    async def end(self, row: TunnelSession) -> None:
        """The fund ends a session."""
        await end(self.world.core, [row], Cause.DESK, by="staff", told="理由")

    async def gate_starts(self) -> None:
        """A gate, with an engine that knows nothing yet."""
        up: Future[None] = Future()
        self._serving = asyncio.run_coroutine_threadsafe(self._serve(up), self.inside.loop)
        await asyncio.wait_for(asyncio.wrap_future(up), PATIENCE)

    async def gate_dies(self) -> None:
        """The kernel and the engine hold what they held."""
        if self._down is None or self._serving is None:
            return
        self.inside.loop.call_soon_threadsafe(self._down.set)
        await asyncio.wrap_future(self._serving)
        self._serving = None

    async def _serve(self, up: "Future[None]") -> None:
        self._down, self.engine = asyncio.Event(), Careless(self.side.engine())
        kernel = NftKernel(PORTAL_ADDRESS, (PORT,))
        gate = Gate(
            {self.side.name: self.engine}, kernel, SystemClock(), run=str(id(up)), pace=Pace(REPORT_SECONDS)
        )
        service = GateService(now=lambda: 0, report_seconds=REPORT_SECONDS, gate=gate)
        async with asyncio.TaskGroup() as group:
            await service.start(group)
            await service.listen_unix(self.run)
            up.set_result(None)
            await self._down.wait()
            await service.close(0.01)
        await self.side.close()

    @asynccontextmanager
    async def keeper(self) -> AsyncIterator[None]:
        """The vault watches, and keeps, until the block ends."""
        async with keeping(self.world.core, self.run):
            yield

    # --- what holds -----------------------------------------------------------------------------------------------

    def passing(self) -> dict[str, int]:
        """What the kernel lets through now, whatever anybody thinks of it, and for how many seconds."""
        return open_places(self.side.machine)

    async def holds(self) -> None:
        """Nothing passes that the records do not know as open, or for longer than they say, by more than a tick."""
        deadline = time.monotonic() + TICK_SECONDS
        while wrong := await self._wrong():
            assert time.monotonic() < deadline, wrong
            await asyncio.sleep(0.05)

    async def _wrong(self) -> str:
        """What does not hold at this moment."""
        passing, now = await asyncio.to_thread(self.passing), self.clock.now()
        rows = {row.address: row for row in await self.rows(SessionState.OPEN)}
        for address, seconds in passing.items():
            if address not in rows:
                return f"{address} passes, and no session of that address is open"
            left = (rows[address].ends_at - now) / SECOND
            if seconds > left + TICK_SECONDS:
                return f"{address} passes for {seconds} s, and may for {left:.0f}"
        return ""

    async def is_cut(self) -> None:
        """Nothing passes, within a tick."""
        await self.until(lambda: not self.passing(), "nothing passes any more", TICK_SECONDS)

    async def is_at_rest(self) -> None:
        """What is shown is what is held, and the figures say so."""
        tunnels = self.world.core.tunnels
        await self.until(lambda: tunnels.report is not None and not self.figures, f"no drift: {self.figures}")
        await self.holds()

    def trouble(self) -> str:
        """What the gate says is the matter with its engine."""
        report = self.world.core.tunnels.report
        return " ".join(one.trouble for one in report.states) if report else ""

    @property
    def figures(self) -> dict[str, float]:
        """Drift and overrun, those that are not 0."""
        tunnels = self.world.core.tunnels
        return {name: value for name in ("drift", "overrun") if (value := getattr(tunnels, name))}


@dataclass
class Disk:
    """A small one, mounted in a machine alone."""

    machine: Machine
    place: Path = field(init=False)

    def __post_init__(self) -> None:
        """It is empty."""
        self.place = self.machine.folder / "disk"
        self.place.mkdir()
        self.machine.run("mount", "-t", "tmpfs", "-o", "size=96m", "renkei", self.place)

    @property
    def seen_from_here(self) -> Path:
        """The same, for the process that plays the test."""
        return Path(f"/proc/{self.machine.pids()[0]}/root{self.place}")

    def fill(self) -> None:
        """Nothing more can be written."""
        self.machine.tried("dd", "if=/dev/zero", f"of={self.place}/full", "bs=4096")
        assert self.machine.run("df", "--output=avail", self.place).split()[-1] == "0"

    def empty(self) -> None:
        """There is room again."""
        self.machine.run("rm", self.place / "full")


@asynccontextmanager
async def kept(engine: str, folder: Path, store: RecordStore | None = None) -> AsyncIterator[Kept]:
    """An office without PCs, with a gate that runs; keeper() is the test's to begin."""
    with side_of(engine) as side:
        async with kept_at(side, folder, store) as made:
            yield made


@asynccontextmanager
async def kept_at(side: Side, folder: Path, store: RecordStore | None = None) -> AsyncIterator[Kept]:
    """The same with an engine that is there already. store has the records, if not the memory."""
    with portal(side.machine), resident(side.machine) as inside:
        clock = HandClock()
        new = Patient.new(folder / "shreds", clock)
        new.store = cast(MemoryRecords, store or new.store)
        async with opened(new) as world:
            world.plugins.add("policy", PolicyHours(NoSettings(), fake_services()), "policy_hours")
            made = Kept(Scene(world), clock, side, inside, folder)
            made.office = await made.scene.office(1)
            await made.gate_starts()
            try:
                yield made
            finally:
                await made.gate_dies()

# SPDX-License-Identifier: Apache-2.0
"""The keeper and the real gate, over the link: with an engine in memory, and a kernel in memory."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from appliance.contracts.tunnel import TunnelSeat
from appliance.gate.engine import Pace
from appliance.gate.gate import Gate
from appliance.gate.memory_kernel import MemoryKernel
from appliance.gate.service import GateService
from appliance.host.system import SystemClock
from appliance.model.devices import Bond, Ended
from appliance.model.things import Office
from appliance.model.tunnels import Cause, SessionState, TunnelSession
from appliance.testing.memory_tunnel import MemoryEngine
from appliance.vault.records.tunnel_tables import engine_facts, tunnel_sessions
from appliance.vault.tunnels.ending import end
from tests.appliance.vault.devices.scene import Scene
from tests.appliance.vault.tunnels.keeping import keeping
from tests.appliance.vault.world import World

PATIENCE = 20


@dataclass
class Both:
    """A vault and a gate that speak with each other."""

    scene: Scene
    run: Path
    engine: MemoryEngine = field(default_factory=lambda: MemoryEngine(SystemClock()))
    kernel: MemoryKernel = field(default_factory=lambda: MemoryKernel(SystemClock()))

    @property
    def world(self) -> World:
        """The vault."""
        return self.scene.world

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for it."""
        async with asyncio.timeout(PATIENCE):
            while not condition():  # noqa: ASYNC110 - what is waited for tells nobody
                await asyncio.sleep(0.001)

    async def until_row(self, session: str, condition: Callable[[TunnelSession], bool]) -> TunnelSession:
        """Wait for a row to be so."""
        async with asyncio.timeout(PATIENCE):
            while True:
                rows = await self.world.core.read(lambda snapshot: tunnel_sessions.scan(snapshot, "appeared"))
                for row in rows:
                    if row.engine_session == session and condition(row):
                        return row
                await asyncio.sleep(0.001)

    async def connected(self, bond: Bond) -> TunnelSession:
        """Its PC connects, and is let through."""
        await self.until(lambda: bond.claim.kit in self.engine.seats)
        session = self.engine.connect(self.engine.seats[bond.claim.kit])
        row = await self.until_row(session, lambda row: row.state is SessionState.OPEN)
        await self.until(lambda: self.passes(row))
        return row

    def passes(self, row: TunnelSession) -> bool:
        """Whether the kernel lets it through."""
        return any(place.address == row.address and self.kernel.passes(place) for place in list(self.kernel._open))

    @asynccontextmanager
    async def gate(self) -> AsyncIterator[None]:
        """A gate runs; at the end it is killed, and the kernel and the engine hold what they held."""
        gate = Gate({"memory": self.engine}, self.kernel, SystemClock(), run=str(id(object())), pace=Pace(0.02))
        service = GateService(now=lambda: 0, report_seconds=0.05, gate=gate)
        async with asyncio.TaskGroup() as group:
            await service.start(group)
            await service.listen_unix(self.run)
            yield
            await service.close(drain=0.01)

    @asynccontextmanager
    async def keeper(self) -> AsyncIterator[None]:
        """The vault watches, and keeps."""
        async with keeping(self.world.core, self.run):
            yield


@pytest.fixture
async def both(world: World, tmp_path: Path) -> Both:
    """Not speaking yet."""
    return Both(Scene(world), tmp_path)


@pytest.fixture
async def sakura(both: Both) -> Office:
    """An office with an active PC."""
    return await both.scene.office(1)


@pytest.fixture
async def pc(both: Both, sakura: Office) -> Bond:
    """The PC of its first seat."""
    return await both.scene.activated(sakura, 1)


async def test_a_pc_connects_is_let_through_and_ended(both: Both, pc: Bond) -> None:
    async with both.gate(), both.keeper():
        row = await both.connected(pc)
        assert row.bond == pc.id
        ended = await end(both.world.core, [row], Cause.DESK)
        assert ([one.id for one in ended.gone], ended.shut, ended.heard) == ([row.id], True, True)
        assert not both.passes(row) and both.engine.connected == []
        await both.until_row(row.engine_session, lambda row: row.state is SessionState.ENDED)
        assert (await both.connected(pc)).id != row.id, "it may come again at once"
        facts = await both.world.core.read(engine_facts.walk)
        assert [one.name for one in facts] == ["memory"]


async def test_a_revoked_pc_is_cut_and_cannot_return(both: Both, sakura: Office, pc: Bond) -> None:
    async with both.gate(), both.keeper():
        row = await both.connected(pc)
        seat = both.engine.seats[pc.claim.kit]
        await both.scene.revoke(sakura, Ended.LOST)
        await both.until(lambda: not both.passes(row) and not both.engine.connected)
        assert both.engine.connect(seat) == ""
        after = await both.until_row(row.engine_session, lambda row: row.state is SessionState.ENDED)
        assert after.cause is Cause.SEAT


async def test_a_gate_that_is_killed_cuts_nobody(both: Both, pc: Bond) -> None:
    async with both.keeper():
        async with both.gate():
            row = await both.connected(pc)
        assert both.passes(row)
        async with both.gate():
            tunnels = both.world.core.tunnels
            await both.until(lambda: tunnels.report is not None and bool(tunnels.report.live))
            await both.until(lambda: tunnels.drift == 0)
            assert both.passes(row)
            held = tunnels.of(row.id)
            assert held is not None and held.row == row


async def test_a_vault_that_is_killed_finds_its_sessions_again(both: Both, sakura: Office, pc: Bond) -> None:
    async with both.gate():
        async with both.keeper():
            row = await both.connected(pc)
        await both.world.restart()
        async with both.keeper():
            await both.until(lambda: both.world.core.tunnels.seen(row.id) is not None)
            assert both.passes(row)
            await both.scene.revoke(sakura, Ended.LOST)
            await both.until(lambda: not both.passes(row))


async def test_a_pc_that_nobody_knows_reaches_nothing(both: Both, pc: Bond) -> None:
    async with both.gate(), both.keeper():
        await both.until(lambda: pc.claim.kit in both.engine.seats)
        stranger = TunnelSeat("a" * 26, b"rogue")
        both.engine.seats[stranger.name] = stranger
        session = both.engine.connect(stranger)
        row = await both.until_row(session, lambda row: row.state is SessionState.ENDED)
        assert row.cause is Cause.STRANGER
        assert not both.passes(row) and both.engine.connect(stranger) == ""

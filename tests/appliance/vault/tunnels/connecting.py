# SPDX-License-Identifier: Apache-2.0
"""A vault with a keeper, a gate in memory, and PCs that connect."""

from dataclasses import dataclass, field, replace
from typing import Any

from appliance.model.devices import Bond
from appliance.model.journal import Entry, Kind
from appliance.model.things import Office
from appliance.model.time import SECOND
from appliance.model.tunnels import SeatBlock, SessionState, TunnelSession
from appliance.vault.records.transaction import Transaction
from appliance.vault.records.tunnel_tables import seat_blocks, tunnel_sessions
from appliance.vault.tunnels.keeper import Keeper
from appliance.vault.tunnels.present import session_at
from tests.appliance.vault.devices.scene import Scene
from tests.appliance.vault.tunnels.fake_gate import FakeGate
from tests.appliance.vault.world import World


@dataclass
class Tunnels:
    """The scene of these tests."""

    scene: Scene
    gate: FakeGate = field(init=False)
    keeper: Keeper = field(init=False)

    def __post_init__(self) -> None:
        """The gate is there, and has told nothing yet."""
        self.gate = FakeGate(self.world.clock, self.world.core.tunnels)
        self.started()

    @property
    def world(self) -> World:
        """Its vault."""
        return self.scene.world

    def started(self) -> None:
        """A keeper of the vault that there is."""
        core = self.world.core
        core.gate, self.gate.tunnels = self.gate, core.tunnels
        self.keeper = Keeper(core)

    async def restart(self) -> None:
        """The vault is killed, and starts anew."""
        newest = self.world.core.clock.now()
        await self.world.restart()
        self.world.core.tunnels.last_alive = newest
        self.started()

    def set(self, **tunnels: Any) -> None:
        """Other settings of [tunnels]."""
        core = self.world.core
        core.settings = replace(core.settings, tunnels=replace(core.settings.tunnels, **tunnels))

    async def round(self) -> None:
        """The gate reports, the keeper goes round, and what follows is told."""
        self.gate.show()
        await self.quiet()

    async def quiet(self) -> None:
        """The keeper goes round without a new report."""
        await self.keeper.turn()
        await self.keeper.settle()

    async def pass_time(self, seconds: float, step: float = 5) -> None:
        """So many seconds go by, with a report every few."""
        while seconds > 0:
            self.world.clock.move(round(min(step, seconds) * SECOND))
            seconds -= step
            await self.round()

    async def bonded(self, office: Office, number: int = 1, **made: Any) -> Bond:
        """A PC that may connect, and of which the gate knows."""
        bond = await self.scene.activated(office, number, **made)
        await self.round()
        return bond

    async def opened(self, bond: Bond, **how: Any) -> TunnelSession:
        """Its PC connects, and is let through."""
        session = self.gate.connect(bond.claim.kit, **how)
        assert session, "the engine keeps it out"
        await self.round()
        row = await self.row(session)
        assert row.state is SessionState.OPEN, row
        return row

    async def rows(self) -> list[TunnelSession]:
        """All sessions, the newest first."""
        return await self.world.core.read(lambda snapshot: tunnel_sessions.scan(snapshot, "appeared"))

    async def row(self, session: str) -> TunnelSession:
        """The latest of an engine's name."""
        return next(row for row in await self.rows() if row.engine_session == session)

    async def again(self, row: TunnelSession) -> TunnelSession:
        """A session as it is now."""
        found = await self.world.core.read(lambda snapshot: tunnel_sessions.get(snapshot, row.id))
        assert found is not None
        return found

    async def at(self, address: str) -> TunnelSession | None:
        """What the portal would find at an address."""
        core = self.world.core
        return await core.read(lambda snapshot: session_at(snapshot, address, core.clock.now()))

    async def block(self, bond: Bond) -> None:
        """The fund keeps the seat out."""
        core = self.world.core
        block = SeatBlock(bond.office, bond.seat, core.clock.now(), "staff", "理由")
        entry = replace(core.own_entry(Kind.SEAT_BLOCKED), office=bond.office)

        def work(txn: Transaction) -> None:
            seat_blocks.put(txn, block)
            txn.journal(entry)

        await core.commit(work)

    async def unblock(self, bond: Bond) -> None:
        """And lets it in again."""
        core = self.world.core
        entry = replace(core.own_entry(Kind.SEAT_UNBLOCKED), office=bond.office)

        def work(txn: Transaction) -> None:
            seat_blocks.delete(txn, bond.office, bond.seat)
            txn.journal(entry)

        await core.commit(work)

    async def journal(self) -> list[Entry]:
        """The entries about sessions."""
        return await self.world.journal(Kind.TUNNEL_OPENED, Kind.TUNNEL_REFUSED, Kind.TUNNEL_ENDED)

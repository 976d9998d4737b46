# SPDX-License-Identifier: Apache-2.0
"""The contract of VPN engines, kept by a real SoftEther VPN server with real clients."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from appliance.contracts.tunnel import TunnelEngine, TunnelSeat
from appliance.testing.tunnel_suite import TunnelSuite
from tests.plugins.tunnel_softether.pcs import Pc, pc, seat
from tests.plugins.tunnel_softether.real import Office, World, world
from tests.servers.netns import need_lab

pytestmark = pytest.mark.lab


class TestRealSoftEther(TunnelSuite):
    """Ours, and the server that it is for. Each key is on a PC of its own."""

    # The server notices after five seconds that a line is dead.
    looks = 200
    pause = 0.05

    @pytest.fixture(autouse=True)
    async def _given(self) -> AsyncIterator[None]:
        need_lab()
        self.keys: dict[bytes, Pc] = {}
        self.offices: dict[bytes, Office] = {}
        with world() as made:
            self.world: World = made
            yield
            await made.rpc.close()

    async def make_engine(self) -> TunnelEngine:
        """One that was never prepared."""
        return self.world.new_engine()

    def seat(self, number: int, key: str = "") -> TunnelSeat:
        """With a real certificate."""
        made = seat(number, key)
        self.keys[made.certificate] = pc(f"{number}{key}")
        return made

    async def connect(self, engine: TunnelEngine, seat: TunnelSeat) -> bool:
        """The PC that has this key."""
        return await asyncio.to_thread(self._connects, seat)

    def _connects(self, seat: TunnelSeat) -> bool:
        if seat.certificate not in self.offices:
            self.offices[seat.certificate] = self.world.pc()
            self.offices[seat.certificate].has("a", seat, self.keys[seat.certificate])
        return self.offices[seat.certificate].gets_in("a")

    async def vanish(self, engine: TunnelEngine, seat: TunnelSeat) -> None:
        """It loses its power."""
        self.offices.pop(seat.certificate).client.kill9()

# SPDX-License-Identifier: Apache-2.0
"""The contract of VPN engines, kept by a real WireGuard with real clients."""

import asyncio
from collections.abc import Iterator

import pytest
from renkei_tunnel_wireguard.engine import WireGuard as Engine

from appliance.contracts.tunnel import TunnelEngine, TunnelSeat
from appliance.testing.tunnel_suite import TunnelSuite
from tests.plugins.tunnel_wireguard.real import Pc, World, keys, seat, world
from tests.servers.netns import need_lab

pytestmark = pytest.mark.lab


class TestRealWireGuard(TunnelSuite):
    """Ours, and the program that it is for. Each key is on a PC of its own."""

    looks = 100
    pause = 0.05

    @pytest.fixture(autouse=True)
    def _given(self) -> Iterator[None]:
        need_lab()
        self.which: dict[str, tuple[int, str]] = {}
        self.pcs: dict[str, Pc] = {}
        with world() as made:
            self.world: World = made
            yield

    async def make_engine(self) -> TunnelEngine:
        """One that was never prepared."""
        return self.world.new_engine()

    def seat(self, number: int, key: str = "") -> TunnelSeat:
        """With a real key."""
        self.which[keys(number, key).public] = number, key
        return seat(number, key)

    async def connect(self, engine: TunnelEngine, seat: TunnelSeat) -> bool:
        """The PC that has this key."""
        return await asyncio.to_thread(self._connects, seat.wireguard_key)

    def _connects(self, key: str) -> bool:
        if key not in self.pcs:
            self.pcs[key] = self.world.pc(*self.which[key])
        return self.pcs[key].gets_in()

    async def vanish(self, engine: TunnelEngine, seat: TunnelSeat) -> None:
        """It loses its power; the three minutes of the protocol are not waited for."""
        assert isinstance(engine, Engine)
        self.pcs.pop(seat.wireguard_key).goes()
        engine.hearing.silence = 0.0

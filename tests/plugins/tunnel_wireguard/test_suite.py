# SPDX-License-Identifier: Apache-2.0
"""The contract of VPN engines, kept in front of a host in memory."""

import pytest
from renkei_tunnel_wireguard.engine import WireGuard

from appliance.contracts.tunnel import TunnelEngine, TunnelSeat
from appliance.testing.clock import FakeClock
from appliance.testing.tunnel_suite import TunnelSuite
from tests.plugins.tunnel_wireguard.fake_host import PROTOCOL_SECONDS, FakeHost, seat


class TestWireGuard(TunnelSuite):
    """Ours."""

    @pytest.fixture(autouse=True)
    def _given(self, engine: WireGuard, host: FakeHost, clock: FakeClock) -> None:
        self.engine, self.host, self.clock = engine, host, clock

    async def make_engine(self) -> TunnelEngine:
        """The one of the fixture."""
        return self.engine

    def seat(self, number: int, key: str = "") -> TunnelSeat:
        """With a key that nobody else has."""
        return seat(number, key)

    async def connect(self, engine: TunnelEngine, seat: TunnelSeat) -> bool:
        """By the key alone; a moment passes."""
        self.clock.move(1500)
        return self.host.shake(seat.wireguard_key)

    async def vanish(self, engine: TunnelEngine, seat: TunnelSeat) -> None:
        """Nothing is heard of it any more."""
        self.clock.move((PROTOCOL_SECONDS + 10) * 1000)

# SPDX-License-Identifier: Apache-2.0
"""The contract of VPN engines, kept in front of a fake server."""

from base64 import b64encode

import pytest
from renkei_tunnel_softether.engine import SoftEther

from appliance.contracts.tunnel import TunnelEngine, TunnelSeat
from appliance.testing.tunnel_suite import TunnelSuite
from tests.plugins.tunnel_softether.fake_softether import FakeSoftEther
from tests.plugins.tunnel_softether.pcs import seat


class TestSoftEther(TunnelSuite):
    """Ours."""

    @pytest.fixture(autouse=True)
    def _given(self, engine: SoftEther, fake: FakeSoftEther) -> None:
        self.engine, self.fake = engine, fake

    async def make_engine(self) -> TunnelEngine:
        """The one of the fixture."""
        return self.engine

    def seat(self, number: int, key: str = "") -> TunnelSeat:
        """With a real certificate."""
        return seat(number, key)

    async def connect(self, engine: TunnelEngine, seat: TunnelSeat) -> bool:
        """As a client would."""
        return bool(self.fake.connect(seat.name, b64encode(seat.certificate).decode()))

    async def vanish(self, engine: TunnelEngine, seat: TunnelSeat) -> None:
        """The server noticed."""
        for name in [name for name, row in self.fake.sessions.items() if row["Username_str"] == seat.name]:
            del self.fake.sessions[name]

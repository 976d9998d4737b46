# SPDX-License-Identifier: Apache-2.0
"""The engine of the plain demo keeps the contract of engines, but that it believes what it is told."""

from typing import cast

import pytest
from renkei_tunnel_loopback.engine import LoopbackEngine, proof_of

from appliance.contracts.tunnel import NO_INTERFACE, EngineAway, TunnelEngine, TunnelSeat
from appliance.testing.clock import FakeClock
from appliance.testing.memory_tunnel import memory_seat
from appliance.testing.tunnel_suite import TunnelSuite

ONE, TWO = memory_seat(1), memory_seat(2)


class TestLoopback(TunnelSuite):
    async def make_engine(self) -> TunnelEngine:
        return listening()

    def seat(self, number: int, key: str = "") -> TunnelSeat:
        return memory_seat(number, key)

    async def connect(self, engine: TunnelEngine, seat: TunnelSeat) -> bool:
        address = f"127.8.0.{ord(seat.name[-1])}"
        return cast(LoopbackEngine, engine).connect(seat.name, address, proof_of(seat))

    async def vanish(self, engine: TunnelEngine, seat: TunnelSeat) -> None:
        cast(LoopbackEngine, engine).disconnect(seat.name)


def listening(clock: FakeClock | None = None) -> LoopbackEngine:
    engine = LoopbackEngine(clock or FakeClock())
    engine.url = "http://127.0.0.1:8449/"
    return engine


async def test_it_has_no_interface_and_says_where_kits_connect() -> None:
    prepared = await listening().prepare([])
    assert (prepared.interface, prepared.client) == (NO_INTERFACE, {"url": "http://127.0.0.1:8449/"})


async def test_before_it_listens_it_is_away() -> None:
    with pytest.raises(EngineAway):
        await LoopbackEngine(FakeClock()).prepare([ONE])


async def test_one_address_is_one_pc() -> None:
    engine = listening()
    await engine.prepare([ONE, TWO])
    assert engine.connect(ONE.name, "127.8.0.1") and engine.connect(TWO.name, "127.8.0.1")
    assert [session.seat for session in await engine.live()] == [TWO.name]
    assert (engine.is_connected(ONE.name), engine.is_connected(TWO.name)) == (False, True)


async def test_one_seat_may_have_two_sessions_for_the_vault_to_judge() -> None:
    clock = FakeClock()
    engine = listening(clock)
    await engine.prepare([ONE])
    engine.connect(ONE.name, "127.8.0.1")
    clock.move(3000)
    engine.connect(ONE.name, "127.8.0.2")
    assert [(one.seconds, one.address) for one in await engine.live()] == [(3.0, "127.8.0.1"), (0.0, "127.8.0.2")]

# SPDX-License-Identifier: Apache-2.0
"""The VPN engine in memory does what a test wants of it, also what a good one would not."""

import pytest

from appliance.contracts.tunnel import EngineAway
from appliance.model.tunnels import Cause
from appliance.testing.memory_tunnel import MemoryEngine, memory_seat


async def test_the_fake_can_be_away() -> None:
    engine = MemoryEngine()
    engine.away = "gone"
    for call in (engine.prepare([]), engine.live(), engine.bar("x", Cause.SEAT), engine.close("x", Cause.SEAT)):
        with pytest.raises(EngineAway, match="gone"):
            await call


async def test_the_fake_can_lie() -> None:
    engine = MemoryEngine()
    await engine.prepare([memory_seat(1)])
    session = engine.connect(memory_seat(1))
    engine.lies = True
    await engine.bar(memory_seat(1).name, Cause.SEAT)
    await engine.close(session, Cause.SEAT)
    await engine.admit(memory_seat(2))
    await engine.prepare([])
    assert engine.connected == [memory_seat(1).name]
    assert engine.connect(memory_seat(1)) and not engine.connect(memory_seat(2))


async def test_the_fake_forgets_its_sessions_at_a_restart() -> None:
    engine = MemoryEngine()
    await engine.prepare([memory_seat(1)])
    engine.connect(memory_seat(1))
    engine.restart()
    assert (engine.connected, engine.prepared) == ([], False)


async def test_a_pc_of_the_fake_may_get_its_address_later() -> None:
    engine = MemoryEngine()
    await engine.prepare([memory_seat(1)])
    session = engine.connect(memory_seat(1), address="")
    assert [one.address for one in await engine.live()] == [""]
    engine.give_address(session, "10.0.0.100")
    assert [one.address for one in await engine.live()] == ["10.0.0.100"]


def test_names_of_seats_are_like_those_of_kits() -> None:
    names = {memory_seat(number).name for number in range(1000)}
    assert len(names) == 1000
    assert {len(name) for name in names} == {26}

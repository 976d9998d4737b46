# SPDX-License-Identifier: Apache-2.0
"""What PCs need to know to connect is kept once, and again only when it is another."""

from appliance.link.messages import EngineNow
from appliance.vault.records.tunnel_tables import EngineFacts, engine_facts
from appliance.vault.tunnels.engine_clients import EngineClients
from tests.appliance.vault.tunnels.connecting import Tunnels

READY = EngineNow("softether", True, client={"host": "198.18.0.9", "port": "443"})


async def kept(tunnels: Tunnels) -> list[EngineFacts]:
    """All that is kept."""
    return await tunnels.world.core.read(engine_facts.walk)


async def test_what_an_engine_says_is_kept_when_it_first_says_it(tunnels: Tunnels) -> None:
    now, clients = tunnels.world.clock.now(), EngineClients(tunnels.world.core)
    await clients.learn((READY, EngineNow("wireguard", False, "no such device")))
    assert await kept(tunnels) == [EngineFacts("softether", READY.client, now)]
    tunnels.world.clock.move(5000)
    await clients.learn((READY,))
    await EngineClients(tunnels.world.core).learn((READY,))
    assert [one.told_at for one in await kept(tunnels)] == [now]


async def test_another_port_is_kept_and_silence_forgets_nothing(tunnels: Tunnels) -> None:
    clients = EngineClients(tunnels.world.core)
    await clients.learn((READY,))
    await clients.learn((EngineNow("softether", False, "away"),))
    await clients.learn(())
    assert [dict(one.client) for one in await kept(tunnels)] == [dict(READY.client)]
    await clients.learn((EngineNow("softether", True, client={"host": "198.18.0.9", "port": "5555"}),))
    assert [one.client["port"] for one in await kept(tunnels)] == ["5555"]


async def test_the_keeper_learns_it_from_each_report(tunnels: Tunnels) -> None:
    tunnels.gate.states = (READY,)
    await tunnels.round()
    assert [one.name for one in await kept(tunnels)] == ["softether"]

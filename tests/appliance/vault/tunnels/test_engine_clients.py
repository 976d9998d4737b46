# SPDX-License-Identifier: Apache-2.0
"""What PCs need to know to connect is kept once; when it changes, a person believes it, and the journal has it."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import pytest

from appliance.config.settings import Demo
from appliance.link.messages import EngineNow
from appliance.link.messages.tunnels import BelieveEngine
from appliance.link.refusals import Refused
from appliance.model.health import About, Light
from appliance.model.journal import Kind
from appliance.model.time import SECOND
from appliance.vault.health.looking import _gate
from appliance.vault.records.tunnel_tables import EngineFacts, engine_facts
from appliance.vault.tunnels.engine_clients import (
    CHANGES_SECONDS,
    MOST_CHANGES,
    EngineClients,
    differing,
    fingerprint,
)
from tests.appliance.vault.tunnels.connecting import Tunnels

RIGHT = {"host": "198.18.0.9", "port": "443", "certificate": "ours"}
WRONG = RIGHT | {"host": "203.0.113.66", "certificate": "theirs"}
READY = EngineNow("softether", True, client=RIGHT)
TAKEN_OVER = EngineNow("softether", True, client=WRONG)
WHY = "サーバーを移した"


async def kept(tunnels: Tunnels) -> list[EngineFacts]:
    """All that is kept."""
    return await tunnels.world.core.read(engine_facts.walk)


async def told(tunnels: Tunnels) -> Mapping[str, str]:
    """What kits are told."""
    [facts] = await kept(tunnels)
    return facts.client


async def said(tunnels: Tunnels) -> list[str]:
    """What the journal has."""
    return [entry.reason for entry in await tunnels.world.journal(Kind.TUNNEL_ENGINE)]


async def test_what_an_engine_says_is_kept_when_it_first_says_it(tunnels: Tunnels) -> None:
    now, clients = tunnels.world.clock.now(), EngineClients(tunnels.world.core)
    await clients.learn((READY, EngineNow("wireguard", False, "no such device")))
    assert await kept(tunnels) == [EngineFacts("softether", READY.client, now)]
    tunnels.world.clock.move(5000)
    await clients.learn((READY,))
    tunnels.world.core.tunnels.engine_facts = None
    await EngineClients(tunnels.world.core).learn((READY,))
    assert [one.told_at for one in await kept(tunnels)] == [now]
    assert await said(tunnels) == [f"softether: {fingerprint(RIGHT)}, for the first time; kits are told so"]


async def test_a_gate_in_other_hands_sends_no_kit_elsewhere(tunnels: Tunnels) -> None:
    clients = EngineClients(tunnels.world.core)
    await clients.learn((READY,))
    for _ in range(3):
        await clients.learn((TAKEN_OVER,))
        await clients.learn(())
        await clients.learn((EngineNow("softether", False, "away"),))
    assert await told(tunnels) == RIGHT
    [_, changed] = await said(tunnels)
    both = f"was {fingerprint(RIGHT)}, is {fingerprint(WRONG)}: certificate, host"
    assert changed == f"softether: {both}; kits are told the old one until somebody believes the new one"
    await tunnels.world.restart()
    await EngineClients(tunnels.world.core).learn((TAKEN_OVER,))
    assert await told(tunnels) == RIGHT and len(await said(tunnels)) == 2


async def test_a_gate_that_says_something_else_all_the_time_fills_nothing(tunnels: Tunnels) -> None:
    clients, invented = EngineClients(tunnels.world.core), EngineNow("", True, client=WRONG)
    await clients.learn((READY,))
    for number in range(40):
        other = EngineNow("softether", True, client=WRONG | {"port": str(number)})
        await clients.learn((other, replace(invented, name=f"engine-{number}")))
    assert len(await said(tunnels)) == MOST_CHANGES and len(await kept(tunnels)) < MOST_CHANGES
    [facts] = [one for one in await kept(tunnels) if one.name == "softether"]
    assert facts.client == RIGHT
    tunnels.world.clock.move(round(CHANGES_SECONDS * SECOND))
    await clients.learn((TAKEN_OVER,))
    assert len(await said(tunnels)) == MOST_CHANGES + 1


async def test_what_is_said_again_as_before_ends_it(tunnels: Tunnels) -> None:
    clients = EngineClients(tunnels.world.core)
    for state in (READY, TAKEN_OVER, READY):
        await clients.learn((state,))
    [facts] = await kept(tunnels)
    assert (facts.client, facts.offered) == (RIGHT, {})
    assert (await said(tunnels))[-1] == f"softether: {fingerprint(RIGHT)} again, as kits are told"


async def test_who_has_changed_it_says_so_and_kits_are_told(tunnels: Tunnels) -> None:
    admin, clients = tunnels.world.admin, EngineClients(tunnels.world.core)
    for state in (READY, TAKEN_OVER):
        await clients.learn((state,))
    await admin(BelieveEngine("softether", fingerprint(WRONG), WHY))
    await clients.learn((TAKEN_OVER,))
    [facts] = await kept(tunnels)
    assert (facts.client, facts.offered) == (WRONG, {})
    assert (await said(tunnels))[-1].endswith("; kits are told the new one")
    await clients.learn((READY,))
    assert await told(tunnels) == WRONG, "the old one is not believed either, by then"


async def test_a_report_in_the_same_moment_takes_nothing_back(tunnels: Tunnels) -> None:
    """The keeper has reckoned with what was kept before somebody believed the new one."""
    admin, clients = tunnels.world.admin, EngineClients(tunnels.world.core)
    third = RIGHT | {"port": "992"}
    for state in (READY, TAKEN_OVER):
        await clients.learn((state,))
    believe = BelieveEngine("softether", fingerprint(WRONG), WHY)
    await asyncio.gather(admin(believe), clients.learn((EngineNow("softether", True, client=third),)))
    [facts] = await kept(tunnels)
    assert (facts.client, facts.offered) == (WRONG, third)


@pytest.mark.parametrize(
    ("engine", "print_of"), [("softether", RIGHT), ("softether", WRONG | {"port": "1"}), ("other", WRONG)]
)
async def test_nothing_else_is_believed_than_what_was_looked_at(
    tunnels: Tunnels, engine: str, print_of: Mapping[str, str]
) -> None:
    clients = EngineClients(tunnels.world.core)
    for state in (READY, TAKEN_OVER):
        await clients.learn((state,))
    with pytest.raises(Refused):
        await tunnels.world.admin(BelieveEngine(engine, fingerprint(print_of), WHY))
    assert await told(tunnels) == RIGHT


async def test_a_demo_believes_at_once_and_writes_it_down(tunnels: Tunnels) -> None:
    core = tunnels.world.core
    core.settings = replace(core.settings, demo=Demo(enabled=True))
    clients = EngineClients(core)
    for state in (READY, TAKEN_OVER):
        await clients.learn((state,))
    assert await told(tunnels) == WRONG
    assert (await said(tunnels))[-1].endswith("certificate, host; a demo believes it")


async def test_the_keeper_learns_it_from_each_report_and_the_doctor_says_so(tunnels: Tunnels) -> None:
    tunnels.gate.states = (READY,)
    await tunnels.round()
    assert [one.light for one in _gate(tunnels.world.core) if one.about is About.TUNNEL] == [Light.GREEN]
    tunnels.gate.states = (TAKEN_OVER,)
    await tunnels.round()
    [found] = [one for one in _gate(tunnels.world.core) if one.about is About.TUNNEL]
    [facts] = await kept(tunnels)
    assert (found.light, found.which, found.said) == (Light.YELLOW, "softether", differing(facts))
    assert fingerprint(WRONG) in found.said

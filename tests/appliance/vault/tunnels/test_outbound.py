# SPDX-License-Identifier: Apache-2.0
"""What the gate is told of sessions: never of one that is not open any more, and again if it did not hear it."""

import asyncio
import math
from typing import Any

import pytest

from appliance.link.messages import EndSessions, GateDone, OpenSessions, ToEnd
from appliance.model.devices import Bond
from appliance.model.tunnels import Cause, SessionState
from appliance.vault.tunnels.ending import end
from appliance.vault.tunnels.outbound import Outbound
from appliance.vault.tunnels.telling import Teller
from tests.appliance.vault.tunnels.connecting import Tunnels


def outbound(tunnels: Tunnels) -> Outbound:
    """One that tells when it is settled."""
    return Outbound(tunnels.world.core, Teller(tunnels.world.core))


async def test_what_ended_meanwhile_is_not_opened(tunnels: Tunnels, pc: Bond) -> None:
    row, core = await tunnels.opened(pc), tunnels.world.core
    out, held = outbound(tunnels), core.tunnels.of(row.id)
    assert held is not None
    out.open([held])
    await end(core, [row], Cause.DESK)
    told = len(tunnels.gate.told)
    await out.settle()
    assert len(tunnels.gate.told) == told


async def test_an_end_waits_for_the_opening_before_it(tunnels: Tunnels, pc: Bond) -> None:
    row, core = await tunnels.opened(pc), tunnels.world.core
    out, held = outbound(tunnels), core.tunnels.of(row.id)
    assert held is not None
    begun, going_on, plain = asyncio.Event(), asyncio.Event(), tunnels.gate.tell
    order: list[type] = []

    async def slow(message: object) -> Any:
        if isinstance(message, OpenSessions):
            begun.set()
            await going_on.wait()
        order.append(type(message))
        return await plain(message)

    tunnels.gate.tell = slow  # type: ignore[method-assign]
    out.open([held])
    async with asyncio.TaskGroup() as group:
        group.create_task(out.settle())
        await begun.wait()
        ending = group.create_task(end(core, [row], Cause.DESK))
        while core.tunnels.of(row.id).row.state is SessionState.OPEN:  # type: ignore[union-attr]  # noqa: ASYNC110 - the row tells nobody
            await asyncio.sleep(0)
        going_on.set()
    assert order == [OpenSessions, EndSessions]
    assert ending.result().gone and not tunnels.gate.passing()


async def test_a_gate_that_is_away_is_told_when_it_is_back(
    tunnels: Tunnels, pc: Bond, caplog: pytest.LogCaptureFixture
) -> None:
    row = await tunnels.opened(pc)
    out, held = outbound(tunnels), tunnels.world.core.tunnels.of(row.id)
    assert held is not None
    tunnels.gate.away = True
    out.open([held])
    await out.settle()
    assert held.told == -math.inf
    assert "was not told" in caplog.text


async def test_one_that_passes_and_was_not_confirmed_is_told_again(tunnels: Tunnels, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    await tunnels.round()
    out, held = outbound(tunnels), tunnels.world.core.tunnels.of(row.id)
    assert held is not None

    async def tell(message: object) -> GateDone:
        return GateDone(left=(ToEnd(row.engine, row.engine_session, held.name),))

    tunnels.gate.tell = tell  # type: ignore[method-assign]
    out.open([held])
    await out.settle()
    assert held.told == -math.inf


async def test_nothing_is_told_of_nobody(tunnels: Tunnels) -> None:
    out = outbound(tunnels)
    out.open([])
    out.tell_end([], Cause.DESK)
    await out.settle()
    assert tunnels.gate.told == []

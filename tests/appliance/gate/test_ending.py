# SPDX-License-Identifier: Apache-2.0
"""How sessions end at one engine (promise 8); test_orders.py has the whole of it."""

import pytest

from appliance.contracts.tunnel import EngineAway
from appliance.gate.ending import ROUNDS, bar_at, end_at
from appliance.link.messages import ToEnd
from appliance.model.tunnels import Cause
from tests.appliance.gate.gates import MEMORY, ONE, TWO, Yard, to_end


async def test_a_seat_with_several_sessions_loses_all_of_them() -> None:
    yard = await Yard().ready()
    for seat in (ONE, ONE, TWO, ONE):
        await yard.connected(seat)
    assert await bar_at(yard.gate.engines[MEMORY], {ONE.name}, Cause.SEAT) == []
    assert yard.engine.connected == [TWO.name]


async def test_a_seat_that_is_not_connected_is_barred_by_one_call() -> None:
    yard = await Yard().ready()
    yard.engine.calls.clear()
    await bar_at(yard.gate.engines[MEMORY], {ONE.name}, Cause.SEAT)
    assert yard.engine.calls == [("bar", ONE.name), ("live", "")]


async def test_a_liar_is_asked_a_few_times_and_no_more() -> None:
    yard = await Yard().ready()
    session = await yard.connected(ONE)
    yard.engine.lies = True
    yard.engine.calls.clear()
    left = await bar_at(yard.gate.engines[MEMORY], {ONE.name}, Cause.SEAT)
    assert [one.session for one in left] == [session.session]
    assert yard.engine.calls.count(("close", session.session)) == 1 + ROUNDS
    ended = await end_at(yard.gate.engines[MEMORY], [to_end(session)], Cause.LIMIT)
    assert [one.session for one in ended] == [session.session]


async def test_an_engine_that_is_not_ready_does_nothing() -> None:
    yard = Yard()
    engine = yard.gate.engines[MEMORY]
    with pytest.raises(EngineAway):
        await bar_at(engine, {ONE.name}, Cause.SEAT)
    with pytest.raises(EngineAway):
        await end_at(engine, [ToEnd(MEMORY, "MEM-1", ONE.name)], Cause.SEAT)
    assert yard.engine.calls == []


async def test_what_cannot_be_read_back_has_not_been_done() -> None:
    """The last look fails: nobody may say that it is gone."""
    yard = await Yard().ready()
    session = await yard.connected(ONE)
    real = yard.engine.live

    async def live() -> object:
        yard.engine.away = "gone just now"
        return await real()

    yard.engine.live = live  # type: ignore[assignment, method-assign]
    with pytest.raises(EngineAway, match="gone just now"):
        await end_at(yard.gate.engines[MEMORY], [to_end(session)], Cause.LIMIT)


async def test_a_seat_of_two_sessions_is_admitted_once() -> None:
    yard = await Yard().ready()
    both = [await yard.connected(ONE), await yard.connected(ONE)]
    yard.engine.calls.clear()
    assert await end_at(yard.gate.engines[MEMORY], [to_end(one) for one in both], Cause.DESK) == []
    assert yard.engine.calls.count(("admit", ONE.name)) == 1

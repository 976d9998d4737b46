# SPDX-License-Identifier: Apache-2.0
"""How sessions end at an engine: barred, closed, read back, and again if a login raced (promise 8)."""

from collections.abc import Collection, Sequence

from appliance.contracts.tunnel import EngineSession
from appliance.gate.engine import Engine
from appliance.link.messages import ToEnd
from appliance.model.tunnels import Cause

# A login that had begun before the bar shows at most once more; what is still there then is the engine's lie.
ROUNDS = 3


async def bar_at(engine: Engine, seats: Collection[str], cause: Cause) -> list[EngineSession]:
    """Bar these seats and close all that they have; what it still shows then. Raises EngineAway.

    Those that are connected come first: the others only wait to be refused.
    """
    connected = {session.seat for session in engine.of_seat(seats)}
    for seat in sorted(seats, key=lambda one: one not in connected):
        await _bar_and_close(engine, seat, engine.of_seat([seat]), cause)
    for _ in range(ROUNDS):
        await engine.look()
        engine.need()
        left = engine.of_seat(seats)
        if not left:
            break
        for session in left:
            await _bar_and_close(engine, session.seat, [session], cause)
    return engine.of_seat(seats)


async def end_at(engine: Engine, ending: Sequence[ToEnd], cause: Cause) -> list[EngineSession]:
    """End these sessions, and no later ones of their seats; what it still shows of them. Raises EngineAway.

    Their seats may connect again afterwards, unless the vault has barred them (link/messages/gate.py).
    """
    for one in ending:
        await engine.call("bar", one.seat, cause)
        await engine.call("close", one.session, cause)
    for _ in range(ROUNDS):
        await engine.look()
        engine.need()
        left = _left(engine, ending)
        if not left:
            break
        for session in left:
            await engine.call("close", session.session, cause)
    for seat in dict.fromkeys(one.seat for one in ending):
        await engine.admit_again(seat)
    return _left(engine, ending)


async def _bar_and_close(engine: Engine, seat: str, sessions: Sequence[EngineSession], cause: Cause) -> None:
    await engine.call("bar", seat, cause)
    for session in sessions:
        await engine.call("close", session.session, cause)


def _left(engine: Engine, ending: Sequence[ToEnd]) -> list[EngineSession]:
    return [found for one in ending if (found := engine.sessions.get(one.session)) is not None]

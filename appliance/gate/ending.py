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

    Those that are connected come first: the others only wait to be refused. What another order is closing is left
    to that one: an engine may need long for thousands, and the vault asks again.
    """
    connected: dict[str, list[str]] = {}
    for session in engine.of_seat(seats):
        connected.setdefault(session.seat, []).append(session.session)
    with engine.closing(one for sessions in connected.values() for one in sessions) as mine:
        for seat in sorted(seats, key=lambda one: one not in connected):
            await engine.call("bar", seat, cause)
            await _close(engine, [one for one in connected.get(seat, ()) if one in mine], cause)
        for _ in range(ROUNDS):
            left = await _seen(engine, seats)
            if not left:
                break
            with engine.closing(one.session for one in left if one.session not in mine) as more:
                for session in left:
                    if session.session in mine | more:
                        await engine.call("bar", session.seat, cause)
                        await _close(engine, [session.session], cause)
    return engine.of_seat(seats)


async def end_at(engine: Engine, ending: Sequence[ToEnd], cause: Cause) -> list[EngineSession]:
    """End these sessions, and no later ones of their seats; what it still shows of them. Raises EngineAway.

    Their seats may connect again afterwards, unless the vault has barred them (link/messages/gate.py). What another
    order is closing is left to that one.
    """
    with engine.closing(one.session for one in ending) as mine:
        ours = [one for one in ending if one.session in mine]
        for one in ours:
            await engine.call("bar", one.seat, cause)
            await _close(engine, [one.session], cause)
        for _ in range(ROUNDS):
            await engine.look()
            engine.need()
            left = _left(engine, ours)
            if not left:
                break
            await _close(engine, [one.session for one in left], cause)
        for seat in dict.fromkeys(one.seat for one in ours):
            await engine.admit_again(seat)
    return _left(engine, ending)


async def _seen(engine: Engine, seats: Collection[str]) -> list[EngineSession]:
    """What it shows of these seats at this moment. Raises EngineAway."""
    await engine.look()
    engine.need()
    return engine.of_seat(seats)


async def _close(engine: Engine, sessions: Sequence[str], cause: Cause) -> None:
    for session in sessions:
        await engine.call("close", session, cause)


def _left(engine: Engine, ending: Sequence[ToEnd]) -> list[EngineSession]:
    return [found for one in ending if (found := engine.sessions.get(one.session)) is not None]

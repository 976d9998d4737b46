# SPDX-License-Identifier: Apache-2.0
"""What the vault tells the gate, done: who may connect, what is opened, what ends (promises 8 to 14)."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence

from appliance.contracts.tunnel import EngineAway, EngineSession, TunnelSeat
from appliance.gate.ending import bar_at, end_at
from appliance.gate.engine import Engine
from appliance.gate.gate import Gate, Key
from appliance.gate.kernel import Opening, Place, mark_of, seat_of
from appliance.link.messages import (
    AdmitSeats,
    AdmittedSeat,
    BarSeats,
    EndSessions,
    GateDone,
    Nothing,
    OpenSessions,
    TellSeats,
    ToEnd,
    ToOpen,
)
from appliance.model.tunnels import Cause

# A session ends on the day on which it begins; of times without end the kernel makes places without one.
MOST_SECONDS = 24 * 3600
Work = Callable[[Engine], Awaitable[Sequence[EngineSession]]]


async def tell(gate: Gate, told: TellSeats) -> Nothing:
    """Keep a page; with the last one the engines are prepared, for which nobody waits."""
    gate.seats.page(map(_seat, told.seats), first=told.first, last=told.last)
    if told.last:
        # Also of those whose engine does not answer: the kernel need not wait for it (promise 8).
        await gate.table.shut(lambda place, mark: gate.seats.get(seat_of(mark)) is None)
        gate.hurry()
        gate.notify()
    return Nothing()


async def admit(gate: Gate, told: AdmitSeats) -> GateDone:
    """Let these connect, at every engine."""
    seats = [_seat(one) for one in told.seats]
    gate.seats.add(seats)

    async def admitted(engine: Engine) -> Sequence[EngineSession]:
        for seat in seats:
            await engine.admit_again(seat.name)
        return ()

    _, failed = await _everywhere(gate.engines.values(), admitted)
    return GateDone(failed=failed)


async def bar(gate: Gate, told: BarSeats) -> GateDone:
    """Keep these out, at every engine, and end what they have."""
    seats = frozenset(told.seats)
    gate.seats.remove(seats)
    places = await gate.table.shut(lambda place, mark: seat_of(mark) in seats)
    left, failed = await _everywhere(gate.engines.values(), lambda engine: bar_at(engine, seats, told.cause))
    return GateDone(left, await gate.is_shut(places), failed)


async def end(gate: Gate, told: EndSessions) -> GateDone:
    """End these, wherever they are."""
    return await end_sessions(gate, told.sessions, told.cause)


async def end_sessions(gate: Gate, ending: Sequence[ToEnd], cause: Cause) -> GateDone:
    """As EndSessions says."""
    keys: set[Key] = {(one.engine, one.session) for one in ending}
    gate.ending |= keys
    try:
        marks = {mark_of(one.seat, one.session) for one in ending}
        places = await gate.table.shut(lambda place, mark: mark in marks)
        at = {name: [one for one in ending if one.engine == name] for name in gate.engines}
        engines = [engine for name, engine in gate.engines.items() if at[name]]
        left, failed = await _everywhere(engines, lambda engine: end_at(engine, at[engine.name], cause))
        return GateDone(left, await gate.is_shut(places), failed)
    finally:
        gate.ending -= keys


async def open_(gate: Gate, told: OpenSessions) -> GateDone:
    """Let these through, if they are what the vault takes them for; what was not opened is left."""
    openings: dict[Key, Opening] = {}
    for one in told.sessions:
        if opening := _opening(gate, one):
            openings[one.engine, one.session] = opening
            gate.confirm((one.engine, one.session))
    keys = {opening.place: key for key, opening in openings.items()}
    opened = await gate.table.open(
        list(openings.values()), lambda opening: gate.may_open(opening, keys[opening.place])
    )
    left = [one for one in told.sessions if not _is_open(openings.get((one.engine, one.session)), opened)]
    return GateDone(tuple(ToEnd(one.engine, one.session, one.seat) for one in left))


async def so_far(gate: Gate, told: BarSeats | EndSessions) -> GateDone:
    """What is seen of an end that is still under way (promise 14)."""
    if isinstance(told, BarSeats):
        seats = frozenset(told.seats)
        shown = ((engine, one) for engine in gate.engines.values() for one in engine.of_seat(seats))
        left = tuple(ToEnd(engine.name, one.session, one.seat) for engine, one in shown)
        shut = await gate.lets_none_of(lambda place, mark: seat_of(mark) in seats)
    else:
        marks = {mark_of(one.seat, one.session) for one in told.sessions}
        left = tuple(one for one in told.sessions if gate.shows((one.engine, one.session)))
        shut = await gate.lets_none_of(lambda place, mark: mark in marks)
    failed = sorted(name for name, engine in gate.engines.items() if not engine.ready)
    return GateDone(left, shut, tuple(failed), under_way=True)


def _opening(gate: Gate, one: ToOpen) -> Opening | None:
    """The place of a session that is shown as the vault says; None where it is another one by now."""
    session, engine = gate.session((one.engine, one.session)), gate.engines.get(one.engine)
    if session is None or engine is None or (session.seat, session.address) != (one.seat, one.address):
        return None
    place = Place(engine.interface, one.address)
    if not one.address or not one.seconds > 0:
        return None
    # Never longer than the vault says, so what is left of a second counts for nothing (promise 5).
    return Opening(place, int(min(one.seconds, MOST_SECONDS)), mark_of(one.seat, one.session))


def _is_open(opening: Opening | None, opened: Collection[Place]) -> bool:
    return opening is not None and opening.place in opened


async def _everywhere(engines: Collection[Engine], work: Work) -> tuple[tuple[ToEnd, ...], tuple[str, ...]]:
    """Do it at each engine, side by side: what is left, and which did not do it (promise 11)."""
    failed: list[str] = []

    async def done(engine: Engine) -> Sequence[ToEnd]:
        try:
            sessions = await work(engine)
        except EngineAway:
            failed.append(engine.name)
            sessions = ()
        return [ToEnd(engine.name, one.session, one.seat) for one in sessions]

    left = await asyncio.gather(*map(done, engines))
    return tuple(one for found in left for one in found), tuple(sorted(failed))


def _seat(told: AdmittedSeat) -> TunnelSeat:
    return TunnelSeat(told.name, told.certificate, told.wireguard_key, told.address, told.not_after)

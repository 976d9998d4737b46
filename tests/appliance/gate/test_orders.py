# SPDX-License-Identifier: Apache-2.0
"""The orders of the vault: each is done at every engine that answers, and the answer says what was seen then."""

import asyncio
import math
from collections.abc import Sequence

import pytest

from appliance.contracts.tunnel import TunnelSeat
from appliance.gate import orders
from appliance.gate.kernel import Opening, Place
from appliance.link.messages import AdmitSeats, BarSeats, EndSessions, GateDone, OpenSessions, TellSeats, ToOpen
from appliance.model.tunnels import Cause
from appliance.testing.memory_tunnel import MemoryEngine, memory_seat
from tests.appliance.gate.gates import MEMORY, ONE, THREE, TWO, Yard, admitted, to_end, when


def barring(*seats: TunnelSeat, cause: Cause = Cause.BLOCKED) -> BarSeats:
    return BarSeats(tuple(seat.name for seat in seats), cause)


# --- who may connect ----------------------------------------------------------------------------------------------


async def test_all_seats_come_in_pages_and_count_with_the_last() -> None:
    yard = await Yard().ready([])
    for seat, first, last in ((ONE, True, False), (TWO, False, False)):
        await orders.tell(yard.gate, TellSeats((admitted(seat),), first=first, last=last))
        await yard.attend()
        assert not yard.engine.seats
    await orders.tell(yard.gate, TellSeats((admitted(THREE),), first=False, last=True))
    await yard.attend()
    assert yard.engine.seats == {seat.name: seat for seat in (ONE, TWO, THREE)}


async def test_who_is_not_among_all_is_removed_and_cut() -> None:
    yard = await Yard().ready()
    session = await yard.opened(ONE)
    await orders.tell(yard.gate, TellSeats((admitted(TWO),), first=True, last=True))
    await yard.attend()
    assert yard.engine.connected == [] and not yard.passes(session)


async def test_who_is_barred_while_pages_come_is_not_let_in_by_them() -> None:
    yard = await Yard().ready([])
    await orders.tell(yard.gate, TellSeats((admitted(ONE), admitted(TWO)), first=True, last=False))
    await orders.bar(yard.gate, barring(ONE))
    await orders.tell(yard.gate, TellSeats((), first=False, last=True))
    await yard.attend()
    assert list(yard.engine.seats) == [TWO.name]


async def test_one_more_is_admitted_at_every_engine() -> None:
    yard = await Yard(2).ready([ONE])
    assert await orders.admit(yard.gate, AdmitSeats((admitted(TWO),))) == GateDone()
    assert all(TWO.name in engine.seats for engine in yard.engines)


async def test_an_engine_that_is_away_learns_it_when_it_is_back() -> None:
    """Promise 11; and the other one knows it already."""
    yard = await Yard(2).ready([ONE, TWO])
    yard.engine.away = "gone"
    done = await orders.admit(yard.gate, AdmitSeats((admitted(THREE),)))
    assert done == GateDone(failed=(MEMORY,))
    assert THREE.name in yard.engines[1].seats
    assert (await orders.bar(yard.gate, barring(ONE))).failed == (MEMORY,)
    yard.engine.away = ""
    await yard.attend()
    assert set(yard.engine.seats) == {TWO.name, THREE.name}


# --- what is opened -----------------------------------------------------------------------------------------------


async def test_an_open_session_passes_for_its_time_and_no_longer() -> None:
    yard = await Yard().ready()
    session = await yard.opened(ONE, 5.9)
    assert session.open_seconds == 5
    yard.clock.move(5000)
    assert not yard.passes(session)


@pytest.mark.parametrize("seconds", [0.0, 0.9, -3.0])
async def test_without_a_whole_second_nothing_is_opened(seconds: float) -> None:
    yard = await Yard().ready()
    session = await yard.connected(ONE)
    assert (await yard.open(session, seconds=seconds)).left == (to_end(session),)
    assert not yard.passes(session)


@pytest.mark.parametrize(
    "wrong",
    [
        {"engine": "other"},
        {"session": "MEM-99"},
        {"seat": TWO.name},
        {"address": "10.0.9.9"},
        {"address": ""},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
async def test_what_is_not_as_the_vault_says_is_not_opened(wrong: dict[str, str]) -> None:
    yard = await Yard().ready()
    session = await yard.connected(ONE)
    told = {"engine": MEMORY, "session": session.session, "seat": ONE.name, "address": session.address, **wrong}
    done = await orders.open_(yard.gate, orders_of(ToOpen(seconds=60, **told)))
    assert [one.session for one in done.left] == [told["session"]]
    assert await yard.kernel.held() == []


def orders_of(*sessions: ToOpen) -> OpenSessions:
    return OpenSessions(sessions)


async def test_opening_again_sets_the_time_anew() -> None:
    yard = await Yard().ready()
    session = await yard.opened(ONE, 600)
    await yard.open(session, seconds=60)
    assert yard.live(session.session).open_seconds == 60


async def test_a_seat_that_may_not_connect_is_not_opened() -> None:
    """A bar that the engine did not hear."""
    yard = await Yard().ready()
    session = await yard.connected(ONE)
    yard.engine.lies = True
    await orders.bar(yard.gate, barring(ONE))
    assert (await yard.open(session)).left == (to_end(session),)


async def test_if_the_kernel_refuses_nothing_is_opened() -> None:
    """Promise 12."""
    yard = await Yard().ready()
    session = await yard.connected(ONE)
    yard.kernel.refuses = "no permission"
    assert (await yard.open(session)).left == (to_end(session),)
    yard.kernel.refuses = ""
    assert await yard.open(session) == GateDone()
    assert yard.passes(session)


async def test_many_are_opened_and_shut_in_one_change_each() -> None:
    yard = await Yard().ready([memory_seat(number) for number in range(500)])
    for number in range(500):
        yard.engine.connect(memory_seat(number))
    await yard.attend()
    live, before = yard.gate.report().live, yard.kernel.changes
    assert await yard.open(*live) == GateDone()
    assert yard.kernel.changes == before + 1
    done = await orders.bar(yard.gate, barring(*(memory_seat(number) for number in range(500))))
    assert (done, yard.kernel.changes, yard.engine.connected) == (GateDone(), before + 2, [])


# --- what ends ----------------------------------------------------------------------------------------------------


async def test_a_barred_seat_is_shut_cut_and_stays_out() -> None:
    yard = await Yard().ready()
    session, other = await yard.opened(ONE), await yard.opened(TWO)
    assert await orders.bar(yard.gate, barring(ONE)) == GateDone()
    assert not yard.passes(session) and yard.passes(other)
    assert yard.engine.connected == [TWO.name]
    assert yard.engine.connect(ONE) == ""


async def test_the_kernel_shuts_before_an_engine_is_asked() -> None:
    """Promise 8: an engine that hangs holds up nothing."""
    yard = await Yard().ready()
    session = await yard.opened(ONE)
    yard.engine.hang()
    async with asyncio.TaskGroup() as group:
        barred = group.create_task(orders.bar(yard.gate, barring(ONE)))
        await when(lambda: not yard.passes(session))
        assert not barred.done()
        yard.engine.go_on()
    assert barred.result() == GateDone()


async def test_bar_comes_before_close() -> None:
    yard = await Yard().ready()
    session = await yard.opened(ONE)
    yard.engine.calls.clear()
    await orders.bar(yard.gate, barring(ONE))
    assert yard.engine.calls[:3] == [("bar", ONE.name), ("close", session.session), ("live", "")]


async def test_who_is_connected_is_barred_before_who_is_not() -> None:
    yard = await Yard().ready()
    await yard.opened(THREE)
    yard.engine.calls.clear()
    await orders.bar(yard.gate, barring(ONE, TWO, THREE))
    assert yard.engine.calls[0] == ("bar", THREE.name)


class Racing(MemoryEngine):
    """A login that had begun before the bar shows after the first close."""

    raced = 0

    async def close(self, session: str, cause: Cause) -> None:
        await super().close(session, cause)
        if self.raced:
            self.raced -= 1
            self.seats[ONE.name] = ONE
            self.connect(ONE)
            del self.seats[ONE.name]


@pytest.mark.parametrize("raced", [1, 2])
async def test_a_login_that_raced_is_cut_too(raced: int) -> None:
    yard = await racing_yard()
    await yard.opened(ONE)
    racing = yard.engine
    assert isinstance(racing, Racing)
    racing.raced = raced
    assert await orders.bar(yard.gate, barring(ONE)) == GateDone()
    assert racing.connected == []


async def racing_yard() -> Yard:
    yard = Yard()
    yard.engines[0] = Racing(yard.clock, "rk-mem0")
    yard.gate.engines[MEMORY]._provider = yard.engines[0]
    return await yard.ready()


async def test_an_engine_that_lies_is_found_out() -> None:
    """L1: the answer says what is still there; nothing passes all the same."""
    yard = await Yard().ready()
    session = await yard.opened(ONE)
    yard.engine.lies = True
    done = await orders.bar(yard.gate, barring(ONE))
    assert done == GateDone(left=(to_end(session),), shut=True)
    assert not yard.passes(session)


async def test_an_engine_that_is_away_leaves_nothing_open() -> None:
    yard = await Yard().ready()
    session = await yard.opened(ONE)
    yard.engine.away = "gone"
    assert await orders.bar(yard.gate, barring(ONE)) == GateDone(failed=(MEMORY,))
    assert not yard.passes(session)
    yard.engine.away = ""
    await yard.attend()
    assert yard.engine.connected == []


async def test_what_the_kernel_did_not_shut_is_said_and_tried_again() -> None:
    """Promise 12; the engine has cut it meanwhile."""
    yard = await Yard().ready()
    session = await yard.opened(ONE)
    yard.kernel.refuses = "busy"
    done = await orders.bar(yard.gate, barring(ONE))
    assert (done.shut, done.left, yard.engine.connected) == (False, (), [])
    assert yard.passes(session)
    yard.kernel.refuses = ""
    await yard.gate.table.stand()
    assert not yard.passes(session)


async def test_without_an_engine_everything_is_shut() -> None:
    yard = Yard(0)
    assert await orders.bar(yard.gate, barring(ONE)) == GateDone()
    assert await orders.admit(yard.gate, AdmitSeats((admitted(ONE),))) == GateDone()


async def test_an_end_lets_the_seat_connect_again() -> None:
    yard = await Yard().ready()
    session = await yard.opened(ONE)
    ended = EndSessions((to_end(session),), Cause.SIGNED_OUT)
    yard.engine.calls.clear()
    assert await orders.end(yard.gate, ended) == GateDone()
    assert [name for name, _ in yard.engine.calls] == ["bar", "close", "live", "admit"]
    assert not yard.passes(session) and yard.engine.connect(ONE)


async def test_an_end_does_not_lift_a_bar() -> None:
    yard = await Yard().ready()
    session = await yard.opened(ONE)
    await orders.bar(yard.gate, barring(ONE))
    await orders.end(yard.gate, EndSessions((to_end(session),), Cause.LIMIT))
    assert yard.engine.connect(ONE) == ""


async def test_an_end_spares_a_later_session_of_the_seat() -> None:
    """The newest counts (R76)."""
    yard = await Yard().ready()
    before, after = await yard.opened(ONE), await yard.opened(ONE)
    assert await orders.end(yard.gate, EndSessions((to_end(before),), Cause.REPLACED)) == GateDone()
    assert yard.passes(yard.live(after.session)) and yard.engine.connected == [ONE.name]


async def test_ending_what_is_gone_is_no_error() -> None:
    yard = await Yard().ready()
    session = await yard.opened(ONE)
    yard.engine.vanish(session.session)
    assert await orders.end(yard.gate, EndSessions((to_end(session),), Cause.LIMIT)) == GateDone()


async def test_what_is_being_ended_cannot_be_opened() -> None:
    yard = await Yard().ready()
    session = await yard.opened(ONE)
    yard.engine.hang()
    async with asyncio.TaskGroup() as group:
        ended = group.create_task(orders.end(yard.gate, EndSessions((to_end(session),), Cause.DESK)))
        await when(lambda: not yard.passes(session))
        assert (await yard.open(session)).left == (to_end(session),)
        yard.engine.go_on()
    assert ended.result() == GateDone() and not yard.passes(session)


async def test_what_is_opened_just_now_is_shut_all_the_same() -> None:
    """The kernel is slow, and the bar comes while it opens."""
    yard = await Yard().ready()
    session = await yard.connected(ONE)
    slow, real = asyncio.Event(), yard.kernel.change

    async def change(opening: Sequence[Opening], shutting: Sequence[Place]) -> None:
        await real(opening, shutting)
        await slow.wait()

    yard.kernel.change = change  # type: ignore[method-assign]
    async with asyncio.TaskGroup() as group:
        group.create_task(yard.open(session))
        await when(lambda: yard.passes(session))
        barred = group.create_task(orders.bar(yard.gate, barring(ONE)))
        await asyncio.sleep(0)
        slow.set()
    assert barred.result() == GateDone() and not yard.passes(session)


async def test_engines_do_not_wait_for_each_other() -> None:
    """Promise 11."""
    yard = await Yard(2).ready()
    other = yard.engines[1]
    other.connect(TWO)
    await yard.attend()
    yard.engine.hang()
    async with asyncio.TaskGroup() as group:
        barred = group.create_task(orders.bar(yard.gate, barring(TWO)))
        await when(lambda: not other.connected)
        assert not barred.done()
        yard.engine.go_on()
    assert barred.result() == GateDone()


async def test_a_bar_at_an_engine_that_fails_half_way_is_said() -> None:
    yard = await Yard().ready()
    session = await yard.opened(ONE)
    real = yard.engine.close

    async def close(session: str, cause: Cause) -> None:
        yard.engine.away = "gone just now"
        await real(session, cause)

    yard.engine.close = close  # type: ignore[method-assign]
    assert await orders.bar(yard.gate, barring(ONE)) == GateDone(failed=(MEMORY,))
    assert not yard.passes(session)


async def test_who_is_not_among_all_is_shut_also_while_the_engine_is_away() -> None:
    """It was barred while the gate was away, and the engine hangs: the kernel need not wait for either."""
    yard = await Yard().ready()
    gone, stays = await yard.opened(ONE), await yard.opened(TWO)
    yard.engine.away = "hangs"
    await orders.tell(yard.gate, TellSeats((admitted(TWO),), first=True, last=True))
    await yard.attend()
    assert not yard.passes(gone) and yard.passes(stays)


@pytest.mark.parametrize(("seconds", "opened"), [(math.inf, 86_400), (2.0**62, 86_400), (math.nan, 0)])
async def test_no_time_is_without_an_end(seconds: float, opened: int) -> None:
    """Promise 5: of so many seconds the kernel makes a place that is open for ever."""
    yard = await Yard().ready()
    session = await yard.connected(ONE)
    assert (await yard.open(session, seconds=seconds)).left == (() if opened else (to_end(session),))
    assert yard.live(session.session).open_seconds == opened

# SPDX-License-Identifier: Apache-2.0
"""What the gate shows is what is so; what is open belongs to a session; who is not confirmed is ended."""

from dataclasses import replace

import pytest

from appliance.gate import orders
from appliance.gate.gate import CONFIRM_SECONDS
from appliance.gate.kernel import Opening, Place, mark_of
from appliance.link.messages import EngineNow, GateDone
from appliance.model.tunnels import Cause
from tests.appliance.gate.gates import MEMORY, ONE, SEATS, TWO, Yard, to_end


async def test_a_session_appears_and_nothing_passes() -> None:
    yard = await Yard().ready()
    session = await yard.connected(ONE)
    assert (session.engine, session.seat, session.open_seconds) == (MEMORY, ONE.name, 0)
    assert session.address and session.source
    assert not yard.passes(session)


async def test_the_report_says_for_how_long_the_kernel_lets_it_through() -> None:
    yard = await Yard().ready()
    session = await yard.opened(ONE, 600)
    assert session.open_seconds == 600
    yard.clock.move(10_000)
    assert yard.live(session.session).open_seconds == 590
    yard.clock.move(600_000)
    assert yard.live(session.session).open_seconds == 0
    assert not yard.passes(session)


async def test_a_clock_that_is_set_lengthens_nothing() -> None:
    """Promise 5."""
    yard = await Yard().ready()
    session = await yard.opened(ONE, 600)
    yard.clock.step(-3_600_000)
    assert yard.live(session.session).open_seconds == 600
    yard.clock.step(7_200_000)
    assert yard.passes(session)


async def test_seconds_go_on_between_two_looks() -> None:
    yard = await Yard().ready()
    session = await yard.connected(ONE)
    yard.clock.move(3000)
    assert yard.live(session.session).seconds == pytest.approx(session.seconds + 3)


async def test_an_engine_that_is_away_says_nothing_of_its_sessions() -> None:
    """Promise 11; what it let through goes on in the kernel."""
    yard = await Yard(2).ready()
    session = await yard.opened(ONE)
    yard.engine.away = "it is gone"
    await yard.attend()
    report = yard.gate.report()
    assert (report.engines, report.live) == (("memory1",), ())
    assert report.states[0] == EngineNow(MEMORY, False, "it is gone", "rk-mem0", report.states[0].client)
    assert yard.passes(session)


async def test_before_the_seats_are_told_no_engine_is_prepared() -> None:
    yard = Yard()
    await yard.attend()
    report = yard.gate.report()
    assert (report.told, report.engines, yard.engine.calls) == (False, (), [])
    await yard.ready()
    assert yard.gate.report().told


async def test_the_report_says_which_start_it_is_of_and_what_is_the_matter_with_the_table() -> None:
    yard = await Yard().ready()
    assert (yard.gate.report().run, yard.gate.report().table) == ("run-1", "")
    yard.kernel.refuses = "no permission"
    await yard.gate.table.stand()
    assert yard.gate.report().table == "no permission"


# --- what is open belongs to a session (promise 9) ----------------------------------------------------------------


async def test_what_is_open_is_shut_when_its_session_is_gone() -> None:
    yard = await Yard().ready()
    session, other = await yard.opened(ONE), await yard.opened(TWO)
    yard.engine.vanish(session.session)
    await yard.attend()
    assert not yard.passes(session) and yard.passes(other)


async def test_the_next_pc_with_an_address_does_not_inherit_it() -> None:
    yard = await Yard().ready()
    session = await yard.opened(ONE)
    yard.engine.vanish(session.session)
    heir = await yard.connected(TWO, address=session.address)
    assert heir.open_seconds == 0 and not yard.passes(session)


async def test_two_seats_that_say_to_have_one_address_are_both_shut_out() -> None:
    yard = await Yard().ready()
    session = await yard.opened(ONE)
    thief = await yard.connected(TWO, address=session.address)
    assert not yard.passes(session)
    assert (await yard.open(thief)).left == (to_end(thief),)
    assert not yard.passes(thief)


async def test_one_pc_that_came_back_before_the_engine_noticed_is_no_thief() -> None:
    yard = await Yard().ready()
    before = await yard.opened(ONE)
    again = await yard.connected(ONE, address=before.address)
    assert await yard.open(again) == GateDone()
    yard.engine.vanish(before.session)
    await yard.attend()
    assert yard.live(again.session).open_seconds > 0


async def test_a_session_that_takes_another_address_is_shut() -> None:
    yard = await Yard().ready()
    session = await yard.opened(ONE)
    yard.engine.give_address(session.session, "10.0.99.99")
    await yard.attend()
    assert not yard.passes(session)
    assert yard.live(session.session).open_seconds == 0


async def test_an_engine_may_forget_the_address_of_an_idle_pc() -> None:
    yard = await Yard().ready()
    session = await yard.opened(ONE)
    yard.engine.give_address(session.session, "")
    await yard.attend()
    assert yard.live(session.session).address == session.address
    assert yard.passes(session)


async def test_a_forgotten_address_that_another_pc_has_is_not_remembered() -> None:
    yard = await Yard().ready()
    session = await yard.opened(ONE)
    yard.engine.give_address(session.session, "")
    await yard.connected(TWO, address=session.address)
    assert yard.live(session.session).address == ""
    assert not yard.passes(session)


async def test_what_another_gate_opened_is_adopted_and_what_is_of_nobody_is_shut() -> None:
    """Promise 6: after a start the kernel says of which session a place is."""
    yard = Yard()
    await yard.engine.prepare(SEATS)
    session = yard.engine.connect(ONE, address="10.0.0.7")
    own, stray = Place("rk-mem0", "10.0.0.7"), Place("rk-mem0", "10.0.0.8")
    foreign = Place("rk-other", "10.0.0.9")
    marked = [
        Opening(own, 60, mark_of(ONE.name, session)),
        Opening(stray, 60, ""),
        Opening(foreign, 60, mark_of(TWO.name, "y")),
    ]
    await yard.kernel.change(marked, [])
    await yard.ready()
    assert yard.live(session).open_seconds == 60
    assert (yard.kernel.passes(own), yard.kernel.passes(stray), yard.kernel.passes(foreign)) == (True, False, True)


# --- who watches --------------------------------------------------------------------------------------------------


async def test_who_watches_hears_of_what_changed_and_of_nothing_else() -> None:
    yard = await Yard().ready()
    with yard.gate.watching() as changed:
        await yard.attend()
        assert not changed.is_set()
        session = await yard.connected(ONE, address="")
        assert changed.is_set()
        changed.clear()
        yard.clock.move(5000)
        await yard.attend()
        assert not changed.is_set()
        yard.engine.give_address(session.session, "10.0.0.5")
        await yard.attend()
        assert changed.is_set()
    changed.clear()
    yard.gate.notify()
    assert not changed.is_set()


async def test_who_watches_hears_of_an_engine_that_goes_and_comes() -> None:
    yard = await Yard().ready()
    with yard.gate.watching() as changed:
        yard.engine.away = "gone"
        await yard.attend()
        assert changed.is_set()
        changed.clear()
        yard.engine.away = ""
        await yard.attend()
        assert changed.is_set() and yard.gate.report().engines == (MEMORY,)


async def shown_for(yard: Yard, seconds: float) -> list[str]:
    """Whom the gate ends after the vault was shown everything for so long."""
    yard.gate.shown(yard.gate.report())
    yard.clock.move(int(1000 * seconds))
    yard.gate.shown(yard.gate.report())
    return [one.session for one in yard.gate.unconfirmed()]


async def test_what_the_vault_does_not_confirm_is_ended_after_a_while() -> None:
    """Promise 10."""
    yard = await Yard().ready()
    session = await yard.connected(ONE)
    with yard.gate.watching():
        assert await shown_for(yard, CONFIRM_SECONDS - 1) == []
        assert await shown_for(yard, 1) == [session.session]
        await orders.end_sessions(yard.gate, yard.gate.unconfirmed(), Cause.STRANGER)
    assert yard.engine.connected == []


async def test_what_is_confirmed_stays() -> None:
    yard = await Yard().ready()
    await yard.connected(TWO)
    with yard.gate.watching():
        session = await yard.opened(ONE)
        assert session.session not in await shown_for(yard, CONFIRM_SECONDS + 5)


async def test_nobody_watches_and_nobody_is_ended() -> None:
    yard = await Yard().ready()
    await yard.connected(ONE)
    assert await shown_for(yard, 3600) == []


async def test_a_new_watch_begins_anew() -> None:
    """What the one before confirmed may be unknown to this vault, which was restored from yesterday."""
    yard = await Yard().ready()
    with yard.gate.watching():
        session = await yard.opened(ONE)
        assert await shown_for(yard, 60) == []
    with yard.gate.watching():
        assert await shown_for(yard, CONFIRM_SECONDS - 1) == []
        assert await shown_for(yard, 1) == [session.session]


async def test_a_name_that_an_engine_gives_twice_is_confirmed_twice() -> None:
    yard = await Yard().ready()
    with yard.gate.watching():
        session = await yard.opened(ONE)
        yard.engine.vanish(session.session)
        await yard.attend()
        yard.gate.shown(yard.gate.report())
        yard.engine._count = 0
        await yard.connected(ONE)
        assert await shown_for(yard, CONFIRM_SECONDS) == [session.session]


# --- haste --------------------------------------------------------------------------------------------------------


async def test_a_knock_is_for_the_engine_at_its_interface() -> None:
    yard = await Yard(2).ready()
    first, second = yard.gate.engines.values()
    yard.clock.move(60_000)
    due = [engine._due() for engine in (first, second)]
    assert due == [5.0, 5.0]
    yard.gate.hurry("rk-mem1")
    assert (first._due(), second._due()) == (5.0, 0.3)
    yard.gate.hurry()
    assert (first._due(), second._due()) == (0.3, 0.3)


async def test_a_seat_that_was_replaced_is_another_session() -> None:
    yard = await Yard().ready()
    session = await yard.opened(ONE)
    yard.engine._connections[session.session].session = replace(
        yard.engine._connections[session.session].session, seat=TWO.name
    )
    await yard.attend()
    assert not yard.passes(session)


async def test_no_engine_is_prepared_before_the_table_stands_in_the_kernel() -> None:
    """Promises 3 and 12: without a table, whoever connects would reach the whole host."""
    yard = Yard()
    yard.kernel.refuses = "no such file: nft"
    await yard.ready()
    [state] = yard.gate.report().states
    assert not yard.engine.prepared and not state.ready and "does not stand" in state.trouble
    yard.kernel.refuses = ""
    await yard.gate.table.stand()
    await yard.attend()
    assert yard.engine.prepared and yard.gate.report().engines == (MEMORY,)


async def test_an_engine_that_was_prepared_goes_on_while_the_table_is_mended() -> None:
    yard = await Yard().ready()
    await yard.opened(ONE)
    yard.kernel.refuses = "busy"
    await yard.gate.table.stand()
    yard.engine.away = "gone"
    await yard.attend()
    yard.engine.away = ""
    await yard.attend()
    assert yard.gate.report().engines == (MEMORY,) and yard.gate.trouble == "busy"

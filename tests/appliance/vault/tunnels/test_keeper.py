# SPDX-License-Identifier: Apache-2.0
"""Sessions appear, are let through, and end: by time, by acts, by themselves, and through every restart."""

import math
from dataclasses import replace
from typing import Any

import pytest

from appliance.link.messages import BarSeats, EndSessions, OpenSessions
from appliance.model.devices import Bond, Ended
from appliance.model.journal import Kind
from appliance.model.things import Office
from appliance.model.time import MINUTE
from appliance.model.tunnels import Cause, SessionState
from appliance.vault.tunnels import appearing, seats
from appliance.vault.tunnels.ending import end
from tests.appliance.vault.tunnels.connecting import Tunnels


async def test_a_pc_that_connects_is_let_through_for_ninety_minutes(tunnels: Tunnels, pc: Bond) -> None:
    now = tunnels.world.clock.now()
    row = await tunnels.opened(pc)
    assert (row.office, row.seat, row.bond, row.began_at) == (pc.office, pc.seat, pc.id, now)
    assert row.ends_at == now + 90 * MINUTE
    assert tunnels.gate.passing() == {row.address}
    assert (await tunnels.at(row.address)) == row
    [opened] = await tunnels.journal()
    assert (opened.kind, opened.thing, opened.office) == (Kind.TUNNEL_OPENED, row.id, pc.office)


async def test_it_ends_when_its_minutes_are_over(tunnels: Tunnels, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    tunnels.world.clock.move(90 * MINUTE - 1)
    await tunnels.round()
    assert (await tunnels.again(row)).state is SessionState.OPEN
    tunnels.world.clock.move(1)
    await tunnels.quiet()
    ending = await tunnels.again(row)
    assert (ending.state, ending.cause, ending.ended_at) == (SessionState.ENDING, Cause.LIMIT, row.ends_at)
    assert await tunnels.at(row.address) is None
    assert tunnels.gate.passing() == set() and not tunnels.gate.lines
    await tunnels.round()
    after = await tunnels.again(row)
    assert (after.state, after.cause, after.ended_at) == (SessionState.ENDED, Cause.LIMIT, row.ends_at)
    assert [entry.kind for entry in await tunnels.journal()] == [Kind.TUNNEL_OPENED, Kind.TUNNEL_ENDED]


async def test_a_round_without_news_tells_nobody_anything(tunnels: Tunnels, pc: Bond) -> None:
    await tunnels.opened(pc)
    told, entries = len(tunnels.gate.told), len(await tunnels.world.journal())
    await tunnels.pass_time(60)
    assert (len(tunnels.gate.told), len(await tunnels.world.journal())) == (told, entries)
    assert tunnels.world.core.tunnels.drift == 0


async def test_a_revoked_pc_is_barred_and_its_session_ends(tunnels: Tunnels, sakura: Office, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    await tunnels.scene.revoke(sakura, Ended.LOST)
    await tunnels.quiet()
    assert not tunnels.gate.passing() and not tunnels.gate.lines and pc.claim.kit not in tunnels.gate.seats
    assert any(isinstance(told, BarSeats) and told.cause is Cause.SEAT for told in tunnels.gate.told)
    assert tunnels.gate.connect(pc.claim.kit) == ""
    await tunnels.round()
    after = await tunnels.again(row)
    assert (after.state, after.cause) == (SessionState.ENDED, Cause.SEAT)


async def test_the_seat_of_a_pc_that_is_set_up_as_another_ones_cannot_connect(
    tunnels: Tunnels, sakura: Office, pc: Bond
) -> None:
    row = await tunnels.opened(pc)
    await tunnels.scene.override(sakura)
    await tunnels.quiet()
    assert not tunnels.gate.passing() and tunnels.gate.connect(pc.claim.kit) == ""
    assert (await tunnels.again(row)).cause is Cause.SEAT


async def test_a_pc_whose_certificate_ends_is_cut_and_stays_out(
    tunnels: Tunnels, pc: Bond, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = tunnels.world.clock.now() // 1000 + 600
    for module in (seats, appearing):
        monkeypatch.setattr(module, "not_after", lambda certificate: ends)
    row = await tunnels.opened(pc)
    assert row.ends_at == ends * 1000
    tunnels.world.clock.move(10 * MINUTE)
    await tunnels.quiet()
    assert (await tunnels.again(row)).cause is Cause.CERTIFICATE
    tunnels.gate.restart()
    await tunnels.round()
    assert tunnels.gate.is_told and tunnels.gate.seats == {}


async def test_a_blocked_seat_stays_out_until_it_is_not(tunnels: Tunnels, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    await tunnels.block(pc)
    await tunnels.quiet()
    assert (await tunnels.again(row)).cause is Cause.BLOCKED
    assert tunnels.gate.connect(pc.claim.kit) == ""
    await tunnels.unblock(pc)
    await tunnels.quiet()
    assert (await tunnels.opened(pc)).began_at == tunnels.world.clock.now()


async def test_who_is_let_in_again_before_the_keeper_has_gone_round_comes_in(tunnels: Tunnels, pc: Bond) -> None:
    """Two clicks at the console, one behind the other."""
    row = await tunnels.opened(pc)
    await tunnels.block(pc)
    await end(tunnels.world.core, [row], Cause.BLOCKED)
    await tunnels.unblock(pc)
    await tunnels.quiet()
    assert (await tunnels.opened(pc)).id != row.id


async def test_the_newest_session_of_a_seat_counts_whatever_the_engine(tunnels: Tunnels, pc: Bond) -> None:
    tunnels.gate.engines = ("softether", "wireguard")
    first = await tunnels.opened(pc)
    tunnels.world.clock.move(MINUTE)
    second = await tunnels.opened(pc, engine="wireguard")
    assert (await tunnels.again(first)).cause is Cause.REPLACED
    assert tunnels.gate.passing() == {second.address}
    assert second.began_at == first.began_at, "the line broke, and the clock went on"


async def test_of_two_that_appear_at_once_the_newest_counts(tunnels: Tunnels, pc: Bond) -> None:
    older = tunnels.gate.connect(pc.claim.kit)
    tunnels.world.clock.move(1000)
    newer = tunnels.gate.connect(pc.claim.kit)
    await tunnels.round()
    await tunnels.round()
    assert (await tunnels.row(older)).cause is Cause.REPLACED
    assert (await tunnels.row(newer)).state is SessionState.OPEN


async def test_without_an_address_it_waits_for_one(tunnels: Tunnels, pc: Bond) -> None:
    session = tunnels.gate.connect(pc.claim.kit, "")
    await tunnels.round()
    assert (await tunnels.row(session)).state is SessionState.APPEARED
    tunnels.gate.lines["softether", session].address = "10.0.0.200"
    await tunnels.round()
    assert (await tunnels.row(session)).state is SessionState.OPEN
    assert tunnels.gate.passing() == {"10.0.0.200"}


async def test_an_address_that_another_seat_has_opens_nothing(tunnels: Tunnels, sakura: Office, pc: Bond) -> None:
    other = await tunnels.bonded(sakura, 2, pc="pc-2", key="key-2")
    row = await tunnels.opened(pc, address="10.0.0.150")
    thief = tunnels.gate.connect(other.claim.kit, "10.0.0.150")
    await tunnels.round()
    assert (await tunnels.row(thief)).state is SessionState.APPEARED
    assert await tunnels.at("10.0.0.150") == row
    tunnels.gate.vanish(row.engine_session)
    await tunnels.round()
    assert (await tunnels.row(thief)).state is SessionState.OPEN


async def test_a_stranger_is_barred(tunnels: Tunnels, pc: Bond) -> None:
    tunnels.gate.users.add("a" * 26)
    session = tunnels.gate.connect("a" * 26)
    await tunnels.round()
    row = await tunnels.row(session)
    assert (row.office, row.cause) == ("", Cause.STRANGER)
    assert "a" * 26 not in tunnels.gate.users and not tunnels.gate.lines
    [refused] = await tunnels.journal()
    assert refused.kind is Kind.TUNNEL_REFUSED


async def test_a_line_that_breaks_has_gone(tunnels: Tunnels, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    await tunnels.pass_time(10)
    seen = tunnels.world.clock.now()
    tunnels.gate.vanish(row.engine_session)
    await tunnels.pass_time(5)
    after = await tunnels.again(row)
    assert (after.state, after.cause, after.ended_at) == (SessionState.ENDED, Cause.GONE, seen)
    assert (after.bytes_in, after.bytes_out) == (1000, 2000)


@pytest.mark.parametrize(("minutes", "keeps"), [(4, True), (6, False)])
async def test_it_keeps_its_clock_if_it_comes_back_soon(
    tunnels: Tunnels, pc: Bond, minutes: int, keeps: bool
) -> None:
    row = await tunnels.opened(pc)
    await tunnels.round()
    tunnels.gate.vanish(row.engine_session)
    tunnels.world.clock.move(minutes * MINUTE)
    await tunnels.round()
    again = await tunnels.opened(pc)
    assert (again.began_at == row.began_at) is keeps


async def test_a_gate_that_restarts_is_told_everything_and_nothing_is_cut(tunnels: Tunnels, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    tunnels.gate.restart()
    tunnels.gate.told.clear()
    await tunnels.round()
    assert tunnels.gate.is_told and pc.claim.kit in tunnels.gate.seats
    assert [
        one.session for told in tunnels.gate.told if isinstance(told, OpenSessions) for one in told.sessions
    ] == [row.engine_session]
    assert (await tunnels.again(row)) == row


async def test_a_vault_that_restarts_goes_on(tunnels: Tunnels, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    await tunnels.restart()
    tunnels.world.clock.move(MINUTE)
    await tunnels.round()
    assert await tunnels.again(row) == row
    tunnels.world.clock.move(89 * MINUTE)
    await tunnels.round()
    assert (await tunnels.again(row)).cause is Cause.LIMIT


async def test_what_went_while_the_vault_was_away_ended_when_it_was_last_there(tunnels: Tunnels, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    tunnels.world.clock.move(2 * MINUTE)
    await tunnels.restart()
    alive = tunnels.world.clock.now()
    tunnels.world.clock.move(10 * MINUTE)
    tunnels.gate.vanish(row.engine_session)
    await tunnels.round()
    after = await tunnels.again(row)
    assert (after.cause, after.ended_at) == (Cause.GONE, alive)


async def test_a_deadline_passes_while_the_gate_is_away(tunnels: Tunnels, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    tunnels.gate.away = True
    tunnels.world.core.tunnels.lose()
    tunnels.world.clock.move(90 * MINUTE)
    await tunnels.quiet()
    assert (await tunnels.again(row)).state is SessionState.ENDING
    assert not tunnels.gate.passing(), "the kernel's own time-out"
    tunnels.gate.away = False
    await tunnels.round()
    await tunnels.round()
    assert (await tunnels.again(row)).state is SessionState.ENDED and not tunnels.gate.lines


async def test_a_gate_that_lies_is_told_again_and_counted(tunnels: Tunnels, pc: Bond, sakura: Office) -> None:
    row = await tunnels.opened(pc)
    tunnels.gate.lies = True
    await tunnels.block(pc)
    await tunnels.quiet()
    await tunnels.pass_time(10)
    assert tunnels.world.core.tunnels.drift == 1
    assert tunnels.world.core.tunnels.overrun >= 10
    assert (await tunnels.again(row)).state is SessionState.ENDING
    tunnels.gate.lies = False
    await tunnels.pass_time(10)
    assert (tunnels.world.core.tunnels.drift, tunnels.world.core.tunnels.overrun) == (0, 0.0)
    assert not tunnels.gate.passing()
    assert (await tunnels.again(row)).state is SessionState.ENDED


async def test_an_opening_without_effect_is_told_again(tunnels: Tunnels, pc: Bond) -> None:
    tunnels.gate.lies = True
    row = await tunnels.opened(pc)
    assert not tunnels.gate.passing()
    tunnels.gate.lies = False
    await tunnels.pass_time(10)
    assert tunnels.gate.passing() == {row.address}
    assert any(isinstance(told, EndSessions) for told in tunnels.gate.told) is False


async def test_another_pc_under_the_name_of_an_old_session_is_another_session(
    tunnels: Tunnels, sakura: Office, pc: Bond
) -> None:
    other = await tunnels.bonded(sakura, 2, pc="pc-2", key="key-2")
    row = await tunnels.opened(pc, name="SID-X-1")
    tunnels.gate.vanish("SID-X-1")
    fresh = await tunnels.opened(other, name="SID-X-1")
    assert fresh.id != row.id and fresh.bond == other.id
    assert (await tunnels.again(row)).cause is Cause.GONE


async def test_a_pc_that_moves_to_another_address_has_to_connect_anew(tunnels: Tunnels, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    tunnels.gate.lines["softether", row.engine_session].address = "10.0.0.250"
    await tunnels.round()
    assert (await tunnels.again(row)).cause is Cause.REPLACED
    assert not tunnels.gate.passing()


@pytest.mark.parametrize("wrong", [{"session": "x" * 5000}, {"seconds": math.inf}, {"bytes_in": 2**64 - 1}])
async def test_a_gate_in_other_hands_keeps_nobody_out(tunnels: Tunnels, pc: Bond, wrong: dict[str, Any]) -> None:
    """Promise 6."""
    session = tunnels.gate.connect(pc.claim.kit)
    shown = tunnels.gate.show()
    assert shown is not None
    bent = replace(shown.live[0], **{"session": "S", "address": "", **wrong})
    tunnels.gate.tunnels.hear(replace(shown, live=(bent, *shown.live)))
    await tunnels.quiet()
    assert [(row.engine_session, row.state) for row in await tunnels.rows()] == [(session, SessionState.OPEN)]


async def test_what_ended_while_the_gate_was_away_is_shut_though_the_engine_hangs(
    tunnels: Tunnels, pc: Bond
) -> None:
    row, gate = await tunnels.opened(pc), tunnels.gate
    gate.away = True
    tunnels.world.core.tunnels.lose()
    await end(tunnels.world.core, [row], Cause.DESK)
    gate.away, gate.engines = False, ()
    assert gate.passing()
    await tunnels.round()
    assert not gate.passing()
    assert (await tunnels.again(row)).state is SessionState.ENDING

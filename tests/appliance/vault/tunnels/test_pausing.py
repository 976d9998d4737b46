# SPDX-License-Identifier: Apache-2.0
"""A PC that connects in a loop, for whatever reason, is kept out; it fills neither the records nor the journal."""

from appliance.config.tunnel_settings import Tunnels as Settings
from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.devices import Bond, Ended
from appliance.model.journal import Kind
from appliance.model.things import Office
from appliance.model.time import MINUTE, SECOND
from appliance.model.tunnels import Cause, SessionState
from appliance.model.words import Role
from appliance.vault.tunnels.ending import end
from tests.appliance.vault.tunnels.connecting import Tunnels

CONNECTS = Settings().connects
PAUSE = Settings().pause_minutes * 60


async def loop(tunnels: Tunnels, pc: Bond, times: int) -> int:
    """It connects, is ended by the fund, and connects at once again; how often its engine let it in."""
    came = 0
    for _ in range(times):
        session = tunnels.gate.connect(pc.claim.kit)
        came += bool(session)
        tunnels.world.clock.move(SECOND)
        await tunnels.round()
        rows = [row for row in await tunnels.rows() if row.state is SessionState.OPEN]
        await end(tunnels.world.core, rows, Cause.DESK)
        await tunnels.round()
    return came


async def test_a_bad_line_is_not_kept_out(tunnels: Tunnels, pc: Bond) -> None:
    """Six times within ten minutes, and it goes on with the clock of before (A44)."""
    first = await tunnels.opened(pc)
    for _ in range(6):
        tunnels.gate.vanish((await tunnels.rows())[0].engine_session)
        await tunnels.pass_time(90)
        row = await tunnels.opened(pc)
        assert row.began_at == first.began_at
    assert not tunnels.world.core.tunnels.pauses


async def test_a_loop_against_a_kick_is_kept_out_after_some_connects(tunnels: Tunnels, pc: Bond) -> None:
    assert await loop(tunnels, pc, 40) == CONNECTS + 1
    rows = await tunnels.rows()
    assert [row.cause for row in rows] == [Cause.OFTEN] + [Cause.DESK] * CONNECTS
    assert len(await tunnels.journal()) == 2 * CONNECTS + 1
    assert pc.claim.kit not in tunnels.gate.users and not tunnels.gate.passing()
    [refused] = await tunnels.world.journal(Kind.TUNNEL_REFUSED)
    assert (refused.thing, refused.office) == (rows[0].id, pc.office)
    assert refused.reason == f"seat 1 by softether: often; its PC stays out for {PAUSE} s"


async def test_it_comes_in_again_after_the_pause_and_the_next_one_is_longer(tunnels: Tunnels, pc: Bond) -> None:
    await loop(tunnels, pc, CONNECTS + 1)
    await tunnels.pass_time(PAUSE - 10)
    assert tunnels.gate.connect(pc.claim.kit) == ""
    await tunnels.pass_time(20)
    assert await loop(tunnels, pc, 3 * CONNECTS) == CONNECTS + 1
    await tunnels.pass_time(PAUSE + 20)
    assert tunnels.gate.connect(pc.claim.kit) == ""
    await tunnels.pass_time(PAUSE)
    assert (await tunnels.opened(pc)).state is SessionState.OPEN


async def test_the_line_that_was_open_ends_with_it(tunnels: Tunnels, pc: Bond) -> None:
    """A copied key: each ends the other's session, and so both are out."""
    for _ in range(CONNECTS):
        await tunnels.opened(pc)
        tunnels.world.clock.move(SECOND)
    tunnels.gate.connect(pc.claim.kit)
    await tunnels.round()
    await tunnels.round()
    assert not tunnels.gate.passing() and not tunnels.gate.lines
    rows = await tunnels.rows()
    assert [row.cause for row in rows[:2]] == [Cause.OFTEN, Cause.REPLACED]
    assert all(row.state is SessionState.ENDED for row in rows)


async def test_an_engine_that_does_not_keep_it_out_fills_nothing(tunnels: Tunnels, pc: Bond) -> None:
    await loop(tunnels, pc, CONNECTS + 1)
    rows, entries = await tunnels.rows(), await tunnels.journal()
    tunnels.gate.lies = True
    tunnels.gate.users.add(pc.claim.kit)
    for _ in range(15):
        tunnels.gate.connect(pc.claim.kit)
        await tunnels.pass_time(5)
    told = [one for one in tunnels.gate.told if isinstance(one, m.BarSeats) and one.cause is Cause.OFTEN]
    assert 10 < len(told) < 20, "it is told again, and not more often than it reports"
    assert tunnels.world.core.tunnels.drift == 15
    assert (await tunnels.rows(), await tunnels.journal()) == (rows, entries)
    tunnels.gate.lies = False
    await tunnels.pass_time(PAUSE)
    [said] = [one for one in await tunnels.journal() if one not in entries]
    assert said.kind is Kind.TUNNEL_REFUSED and said.reason.endswith("15 times more while it was kept out")
    assert not tunnels.gate.lines and tunnels.world.core.tunnels.drift == 0
    assert (await tunnels.opened(pc)).state is SessionState.OPEN


async def test_no_telling_of_all_lets_it_in(tunnels: Tunnels, sakura: Office, pc: Bond) -> None:
    other = await tunnels.bonded(sakura, 2, pc="pc-2", key="k-2")
    await loop(tunnels, pc, CONNECTS + 1)
    tunnels.gate.restart()
    await tunnels.round()
    await tunnels.block(pc)
    await tunnels.quiet()
    await tunnels.unblock(pc)
    await tunnels.quiet()
    assert set(tunnels.gate.users) == {other.claim.kit}
    assert (await tunnels.opened(other)).state is SessionState.OPEN


async def test_who_is_revoked_meanwhile_stays_out(tunnels: Tunnels, sakura: Office, pc: Bond) -> None:
    await loop(tunnels, pc, CONNECTS + 1)
    await tunnels.scene.revoke(sakura, Ended.LOST)
    await tunnels.pass_time(PAUSE + 10)
    assert tunnels.gate.users == set() and not tunnels.world.core.tunnels.pauses


async def test_a_refusal_that_cannot_be_written_is_tried_again(tunnels: Tunnels, pc: Bond) -> None:
    await loop(tunnels, pc, CONNECTS)
    tunnels.gate.connect(pc.claim.kit)
    tunnels.world.core.commit, right = _full, tunnels.world.core.commit  # type: ignore[method-assign, assignment]
    for _ in range(3):
        try:
            await tunnels.round()
        except Refused:
            continue
    tunnels.world.core.commit = right  # type: ignore[method-assign]
    await tunnels.round()
    assert (await tunnels.rows())[0].cause is Cause.OFTEN
    assert tunnels.gate.connect(pc.claim.kit) == ""


async def _full(*_: object, **__: object) -> None:
    raise Refused(Why.AWAY)


async def test_the_card_of_a_caller_says_until_when(tunnels: Tunnels, pc: Bond) -> None:
    await loop(tunnels, pc, CONNECTS + 1)
    clerk = await (await tunnels.world.staff("clerk", Role.FUND_CLERK)).sign_in()
    card = await clerk.ask(m.ReadCaller(pc.office))
    assert (card.steps[0].situation, card.steps[0].seat) == (m.Situation.SEAT_PAUSED, 1)
    now = tunnels.world.clock.now()
    assert now < card.steps[0].until <= now + PAUSE * SECOND
    await tunnels.pass_time(PAUSE + 5)
    card = await clerk.ask(m.ReadCaller(pc.office))
    assert all(one.situation is not m.Situation.SEAT_PAUSED for one in card.steps)


async def test_a_clock_that_is_set_changes_no_pause(tunnels: Tunnels, pc: Bond) -> None:
    await loop(tunnels, pc, CONNECTS + 1)
    tunnels.world.clock.step(10 * MINUTE)
    await tunnels.round()
    assert tunnels.gate.connect(pc.claim.kit) == ""
    tunnels.world.clock.step(-30 * MINUTE)
    await tunnels.pass_time(PAUSE + 5)
    assert pc.claim.kit in tunnels.gate.users

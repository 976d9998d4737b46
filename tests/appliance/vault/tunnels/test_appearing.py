# SPDX-License-Identifier: Apache-2.0
"""Newcomers are judged in one transaction: by their seat, by what was before, and by their address."""

from dataclasses import replace
from typing import Any

import pytest

from appliance.config.tunnel_settings import Tunnels as Settings
from appliance.link.messages import LiveSession
from appliance.model.devices import Bond
from appliance.model.journal import Kind, Result
from appliance.model.time import MINUTE, SECOND
from appliance.model.tunnels import Cause, SessionState
from appliance.vault.records.device_tables import bonds
from appliance.vault.tunnels.appearing import Judge, Newcomer, Outcome
from appliance.vault.tunnels.ending import end
from appliance.vault.tunnels.entries import Entries
from appliance.vault.tunnels.judging import Hours
from tests.appliance.vault.tunnels.connecting import Tunnels

OPEN, CLOSED = Hours(True, True), Hours(False, False)


def live(bond: Bond, number: int = 1, **how: Any) -> LiveSession:
    """What the gate shows of a PC."""
    shown = {"seconds": 0.5, "address": f"10.0.0.{100 + number}", "source": "198.51.100.7", **how}
    return LiveSession("softether", f"SID-{number}", bond.claim.kit, **shown)


async def judged(tunnels: Tunnels, *shown: LiveSession, hours: Hours = OPEN) -> Outcome:
    """What becomes of these, at once."""
    core = tunnels.world.core
    judge = Judge(Entries.of(core), hours, Settings())
    newcomers = [Newcomer(one, core.new_id()) for one in shown]
    return await core.commit(lambda txn: judge.page(txn, newcomers))


async def test_the_minutes_count_from_when_the_gate_first_showed_it(tunnels: Tunnels, pc: Bond) -> None:
    now = tunnels.world.clock.now()
    [one] = (await judged(tunnels, live(pc, seconds=30.0))).judgements
    assert (one.row.appeared_at, one.row.began_at, one.row.ends_at) == (
        now - 30 * SECOND,
        now - 30 * SECOND,
        now - 30 * SECOND + 90 * MINUTE,
    )
    assert (one.name, one.due) == (pc.claim.kit, Cause.LIMIT)


async def test_a_gate_with_a_clock_that_runs_back_takes_nothing(tunnels: Tunnels, pc: Bond) -> None:
    [one] = (await judged(tunnels, live(pc, seconds=-500.0))).judgements
    assert one.row.began_at == tunnels.world.clock.now()


@pytest.mark.parametrize(("hours", "cause"), [(CLOSED, Cause.CLOSED), (Hours(True, True, 1), Cause.CLOSED)])
async def test_who_is_refused_was_never_open(tunnels: Tunnels, pc: Bond, hours: Hours, cause: Cause) -> None:
    [one] = (await judged(tunnels, live(pc), hours=hours)).judgements
    assert (one.row.state, one.row.cause, one.row.ends_at) == (SessionState.ENDING, cause, 0)
    [entry] = await tunnels.journal()
    assert (entry.kind, entry.result, entry.office) == (Kind.TUNNEL_REFUSED, Result.REFUSED, pc.office)
    assert entry.personal["source"] == "198.51.100.7" and cause in entry.reason


async def test_of_two_of_one_seat_in_one_page_the_last_stays(tunnels: Tunnels, pc: Bond) -> None:
    outcome = await judged(tunnels, live(pc, 1), live(pc, 2))
    assert [one.row.engine_session for one in outcome.judgements] == ["SID-2"]
    assert [(row.engine_session, row.cause) for row in outcome.replaced] == [("SID-1", Cause.REPLACED)]


async def test_a_pc_of_a_bond_that_is_not_the_seats_any_more(tunnels: Tunnels, pc: Bond) -> None:
    other = replace(pc, id="x" * 26, claim=replace(pc.claim, kit="k" * 26))
    await tunnels.world.core.commit(lambda txn: bonds.put(txn, other))
    [one] = (await judged(tunnels, live(other))).judgements
    assert one.row.cause is Cause.SEAT


async def test_one_that_somebody_ended_meanwhile_stays_ended(tunnels: Tunnels, pc: Bond) -> None:
    session = tunnels.gate.connect(pc.claim.kit, "")
    await tunnels.round()
    row, core = await tunnels.row(session), tunnels.world.core
    await end(core, [row], Cause.DESK)
    judge = Judge(Entries.of(core), OPEN, Settings())
    outcome = await core.commit(lambda txn: judge.page(txn, [Newcomer(live(pc), row.id)]))
    assert (outcome.judgements, outcome.replaced) == ([], [])
    assert (await tunnels.again(row)).cause is Cause.DESK


async def test_a_refused_session_does_not_reset_the_clock_of_the_one_before(tunnels: Tunnels, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    await tunnels.round()
    tunnels.gate.vanish(row.engine_session)
    await tunnels.round()
    await judged(tunnels, live(pc, 7), hours=CLOSED)
    [again] = (await judged(tunnels, live(pc, 8))).judgements
    assert (again.row.state, again.row.began_at) == (SessionState.OPEN, row.began_at)


async def test_no_number_of_vain_tries_makes_a_seat_forget_its_last_session(tunnels: Tunnels, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    tunnels.gate.vanish(row.engine_session)
    await tunnels.round()
    for number in range(2, 27):
        tunnels.world.clock.move(SECOND)
        await judged(tunnels, live(pc, number), hours=CLOSED)
    [again] = (await judged(tunnels, live(pc, 99))).judgements
    assert (again.row.state, again.row.began_at) == (SessionState.OPEN, row.began_at)

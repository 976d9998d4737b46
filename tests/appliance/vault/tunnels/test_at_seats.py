# SPDX-License-Identifier: Apache-2.0
"""What is said of each seat of an office: connected, and kept out; on its list and on the card of a caller."""

from dataclasses import replace

from appliance.link import messages as m
from appliance.model.devices import Bond
from appliance.model.time import HOUR
from appliance.model.tunnels import Cause
from appliance.model.words import Role
from appliance.vault.tunnels.at_seats import LOOKED_AT, AtSeat, at_seats, last_over
from tests.appliance.vault.tunnels.connecting import Tunnels
from tests.appliance.vault.tunnels.test_listing import put


async def test_one_is_connected_and_one_is_kept_out(tunnels: Tunnels, pc: Bond) -> None:
    row, core = await tunnels.opened(pc), tunnels.world.core
    clerk = await (await tunnels.world.staff("clerk", Role.FUND_CLERK)).sign_in()
    other = await tunnels.scene.office(2)
    await clerk.ask(m.BlockSeat(pc.office, 2, "紛失"))
    found = await core.read(lambda snapshot: at_seats(snapshot, pc.office))
    assert (found[1], found[2], found[3]) == (AtSeat(row.ends_at), AtSeat(blocked="紛失"), AtSeat())
    assert await core.read(lambda snapshot: dict(at_seats(snapshot, other.id))) == {}
    [first, second] = (await clerk.ask(m.ListSeats(pc.office))).rows
    assert (first.connected_until, first.blocked, second.blocked) == (row.ends_at, "", "紛失")


async def test_the_card_of_a_caller_says_so(tunnels: Tunnels, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    clerk = await (await tunnels.world.staff("clerk", Role.FUND_CLERK)).sign_in()
    card = await clerk.ask(m.ReadCaller(pc.office))
    [step] = [one for one in card.steps if one.situation is m.Situation.SEAT_CONNECTED]
    assert (step.seat, step.until) == (1, row.ends_at)
    await clerk.ask(m.BlockSeat(pc.office, 1, "紛失"))
    card = await clerk.ask(m.ReadCaller(pc.office))
    assert (card.steps[0].situation, card.steps[0].seat, card.steps[0].said) == (
        m.Situation.SEAT_BLOCKED,
        1,
        "紛失",
    )
    assert all(one.situation is not m.Situation.SEAT_CONNECTED for one in card.steps)


async def test_the_card_says_why_the_last_one_ended_or_was_refused(tunnels: Tunnels, pc: Bond) -> None:
    clerk = await (await tunnels.world.staff("clerk", Role.FUND_CLERK)).sign_in()

    async def said() -> tuple[m.LastTunnel | None, list[m.Situation]]:
        card = await clerk.ask(m.ReadCaller(pc.office))
        return card.seats[0].last, [one.situation for one in card.steps if one.situation.startswith("tunnel_")]

    assert await said() == (None, [])
    row = await tunnels.opened(pc)
    assert await said() == (None, [])
    tunnels.gate.vanish(row.engine_session)
    await tunnels.round()
    ended = await tunnels.again(row)
    assert await said() == (m.LastTunnel(ended.ended_at, Cause.GONE, was_open=True), [m.Situation.TUNNEL_GONE])
    later = replace(ended, id=tunnels.world.core.new_id(), appeared_at=ended.appeared_at + HOUR)
    await put(tunnels, replace(later, ended_at=later.appeared_at, ends_at=0, cause=Cause.SEAT))
    refused = m.LastTunnel(later.appeared_at, Cause.SEAT, was_open=False)
    assert await said() == (refused, [m.Situation.TUNNEL_SEAT])


async def test_many_refusals_of_one_seat_hide_no_end_of_another(tunnels: Tunnels, pc: Bond) -> None:
    row, core = await tunnels.opened(pc), tunnels.world.core
    tunnels.gate.vanish(row.engine_session)
    await tunnels.round()
    ended = await tunnels.again(row)
    refused = [
        replace(ended, id=core.new_id(), seat=2, appeared_at=row.appeared_at + number, ends_at=0, cause=Cause.SEAT)
        for number in range(1, LOOKED_AT + 5)
    ]
    await put(tunnels, *refused)
    found = await core.read(lambda snapshot: last_over(snapshot, pc.office, [1, 2, 3]))
    assert {seat: one.id for seat, one in found.items()} == {1: row.id, 2: refused[-1].id}

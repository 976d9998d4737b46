# SPDX-License-Identifier: Apache-2.0
"""What is said of each seat of an office: connected, and kept out; on its list and on the card of a caller."""

from appliance.link import messages as m
from appliance.model.devices import Bond
from appliance.model.words import Role
from appliance.vault.tunnels.at_seats import AtSeat, at_seats
from tests.appliance.vault.tunnels.connecting import Tunnels


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

# SPDX-License-Identifier: Apache-2.0
"""Seats are opened as the office gets them (R29, A12)."""

from dataclasses import replace

from appliance.model.devices import SeatState
from appliance.vault.issuing.seat_rooms import note_seats, open_seats
from appliance.vault.records.device_tables import seats
from appliance.vault.records.issuing_tables import seat_changes
from tests.appliance.vault.issuing.new_offices import caller_of, new_office
from tests.appliance.vault.world import World


async def test_only_those_are_opened_that_the_office_has_not(world: World) -> None:
    office, _ = await new_office(world, seats=2)
    caller = caller_of(world)
    more = replace(office, seats=3)
    assert await world.core.commit(lambda txn: open_seats(txn, caller, more)) == [3]
    assert await world.core.commit(lambda txn: open_seats(txn, caller, more)) == []
    seat = await world.core.read(lambda snapshot: seats.get(snapshot, office.id, 3))
    assert seat is not None and (seat.state, seat.by) == (SeatState.READY, "admin")


async def test_changes_are_told_the_newest_first(world: World) -> None:
    office, _ = await new_office(world, seats=2)
    world.clock.move(1000)
    caller = caller_of(world)
    await world.core.commit(
        lambda txn: note_seats(txn, caller, replace(office, seats=5), 2, reason="支店", filed_on="2026-05-01")
    )
    found = await world.core.read(lambda snapshot: seat_changes.scan(snapshot, "office", (office.id,)))
    assert [(change.before, change.after) for change in found] == [(2, 5), (0, 2)]
    assert (found[0].filed_on, found[0].reason) == ("2026-05-01", "支店")

# SPDX-License-Identifier: Apache-2.0
"""The first seat gets another PC as another admin comes."""

import pytest

from appliance.model.devices import Bond, Claim, Ended, Seat, SeatState
from appliance.vault.devices.stepping import seat_of, stepped
from appliance.vault.issuing.renewing import renew_first_seat
from appliance.vault.records.device_tables import bonds, seats
from appliance.vault.records.transaction import Transaction
from appliance.vault.workflow.seat import Command, Facts
from tests.appliance.vault.issuing.new_offices import caller_of, new_office
from tests.appliance.vault.world import World


async def first_seat(world: World, office: str) -> Seat:
    """The first seat of an office."""
    seat = await world.core.read(lambda snapshot: seats.get(snapshot, office, 1))
    assert seat is not None
    return seat


async def renew(world: World, office: str) -> Seat:
    """The seat after it was renewed."""
    caller = caller_of(world)
    await world.core.commit(lambda txn: renew_first_seat(txn, caller, office))
    return await first_seat(world, office)


async def moved(world: World, office: str, *commands: tuple[Command, Facts]) -> None:
    """Take the seat through these steps."""

    def work(txn: Transaction) -> None:
        for command, facts in commands:
            stepped(txn, caller_of(world), seat_of(txn, office, 1), command, facts)

    await world.core.commit(work)


async def test_its_pc_may_connect_no_more(world: World) -> None:
    office, _ = await new_office(world)
    old = await first_seat(world, office.id)
    claim = Claim(office.contract_number, 1, old.kit, b"certificate", 1, "AAA", 1, {})
    bond = Bond("b" * 26, office.id, 1, "device_code", claim, bound_at=1)
    await world.core.commit(lambda txn: bonds.put(txn, bond))
    facts = Facts("x", 1, office.id, 1, request="r", bond=bond.id)
    await moved(world, office.id, (Command.FETCH, facts), (Command.REQUEST, facts), (Command.APPROVE, facts))
    fresh = await renew(world, office.id)
    assert (fresh.state, fresh.bond) == (SeatState.READY, "") and fresh.kit != old.kit
    ended = await world.core.read(lambda snapshot: bonds.get(snapshot, bond.id))
    assert ended is not None and ended.ended is Ended.ADMIN_CHANGED and ended.ended_at


async def test_a_kit_that_nobody_fetched_stays(world: World) -> None:
    office, _ = await new_office(world)
    old = await first_seat(world, office.id)
    assert await renew(world, office.id) == old


@pytest.mark.parametrize("command", [Command.FETCH, Command.CLOSE])
async def test_any_other_seat_is_opened_afresh(world: World, command: Command) -> None:
    office, _ = await new_office(world)
    old = await first_seat(world, office.id)
    await moved(world, office.id, (command, Facts("x", 1, office.id, 1)))
    fresh = await renew(world, office.id)
    assert fresh.state is SeatState.READY and fresh.kit != old.kit


async def test_an_office_of_before_seats_has_none_to_renew(world: World) -> None:
    office = await world.office(5)
    caller = caller_of(world)
    await world.core.commit(lambda txn: renew_first_seat(txn, caller, office))
    assert await world.core.read(lambda snapshot: seats.get(snapshot, office, 1)) is None

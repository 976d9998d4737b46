# SPDX-License-Identifier: Apache-2.0
"""More seats and fewer (R227, A12): never a PC or a person that is lost by a number."""

from typing import Any

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.devices import Ended, SeatState
from appliance.model.journal import TYPED, Kind
from appliance.model.words import Role
from appliance.vault.caller import Caller
from appliance.vault.devices.ending import give_up
from appliance.vault.devices.stepping import seat_of, stepped
from appliance.vault.letters import LetterKind
from appliance.vault.records.device_tables import seats
from appliance.vault.records.tables import offices
from appliance.vault.records.transaction import Transaction
from appliance.vault.workflow.seat import Command
from tests.appliance.vault.issuing.new_offices import caller_of, new_office
from tests.appliance.vault.people.folk import first_user
from tests.appliance.vault.world import Person, World


async def states(world: World, office: str) -> dict[int, SeatState]:
    """Each seat."""
    rows = await world.core.read(lambda snapshot: seats.walk(snapshot))
    return {row.number: row.state for row in rows if row.office == office}


async def count(world: World, office: str) -> int:
    """How many seats the office may have."""
    kept = await world.core.read(lambda snapshot: offices.get(snapshot, office))
    assert kept is not None
    return kept.seats


async def test_further_seats_are_opened_and_the_admin_is_told(world: World, hara: Person) -> None:
    office, letter = await new_office(world, seats=1)
    world.clock.move(1)
    done = await hara.ask(m.ChangeSeats(office.id, 3, filed_on="令和8年6月1日"))
    assert done == m.SeatsChanged(1, 3, (2, 3), ())
    assert await states(world, office.id) == dict.fromkeys((1, 2, 3), SeatState.READY)
    [told] = await world.letters(letter.account, LetterKind.SEATS_CHANGED)
    assert told.fields == {"before": "1", "after": "3"}
    [entry] = await world.journal(Kind.SEATS_CHANGED)
    assert (entry.office, entry.reason, TYPED in entry.personal) == (office.id, "1 to 3", False)
    [change, _] = (await hara.ask(m.ReadIssued(office.id))).changes
    assert (change.before, change.after, change.filed_on, change.by) == (1, 3, "2026-06-01", "佐倉 花子")


async def test_a_fourth_needs_the_reason_of_the_fund(world: World, hara: Person) -> None:
    office, _ = await new_office(world, seats=3)
    refused = await hara.refused(Why.INVALID, m.ChangeSeats(office.id, 4))
    assert (refused.text, refused.values["field"]) == ("reason.more_seats", "reason")
    assert await count(world, office.id) == 3
    world.clock.move(1)
    await hara.ask(m.ChangeSeats(office.id, 4, "支店が四つ"))
    assert (await hara.ask(m.ReadIssued(office.id))).changes[0].reason == "支店が四つ"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"seats": 0}, "seats.range"),
        ({"seats": -3}, "seats.range"),
        ({"seats": 100, "reason": "多い"}, "seats.range"),
        ({"seats": 2, "filed_on": "きのう"}, "filed_on.form"),
        ({"seats": 2, "filed_on": "2026-06-10"}, "filed_on.form"),
        ({"seats": 4, "reason": "x" * 301}, "reason.length"),
    ],
)
async def test_what_cannot_be_is_refused(world: World, hara: Person, changes: dict[str, Any], text: str) -> None:
    office, _ = await new_office(world, seats=1)
    assert (await hara.refused(Why.INVALID, m.ChangeSeats(office.id, **changes))).text == text
    assert await count(world, office.id) == 1


async def test_fewer_close_the_last_ones(world: World, hara: Person) -> None:
    office, _ = await new_office(world, seats=3)
    assert await hara.ask(m.ChangeSeats(office.id, 1)) == m.SeatsChanged(3, 1, (), (3, 2))
    assert await states(world, office.id) == {1: SeatState.READY, 2: SeatState.CLOSED, 3: SeatState.CLOSED}
    assert await hara.ask(m.ChangeSeats(office.id, 2)) == m.SeatsChanged(1, 2, (2,), ())


@pytest.mark.parametrize(
    ("wanted", "opened", "closed"), [(4, (4,), ()), (2, (), (3,)), (1, (), (3,))], ids=["more", "fewer", "one"]
)
async def test_a_seat_that_the_office_has_returned_stays_so(
    world: World, hara: Person, wanted: int, opened: tuple[int, ...], closed: tuple[int, ...]
) -> None:
    office, _ = await new_office(world, seats=3)
    await _give_back(world, office.id, 2)
    done = await hara.ask(m.ChangeSeats(office.id, wanted, "届出のとおり"))
    assert (done.opened, done.closed) == (opened, closed)
    assert (await states(world, office.id))[2] is SeatState.CLOSED


async def test_a_returned_seat_is_opened_where_it_is_one_of_those_that_are_added(
    world: World, hara: Person
) -> None:
    office, _ = await new_office(world, seats=3)
    await _give_back(world, office.id, 3)
    await hara.ask(m.ChangeSeats(office.id, 2))
    world.clock.move(1)
    assert (await hara.ask(m.ChangeSeats(office.id, 3))).opened == (3,)


async def test_a_seat_that_somebody_has_fetched_stays(world: World, hara: Person) -> None:
    office, _ = await new_office(world, seats=3)
    await _step(world, caller_of(world), office.id, 2, Command.FETCH)
    refused = await hara.refused(Why.CONFLICT, m.ChangeSeats(office.id, 1))
    assert (refused.text, refused.values["number"]) == ("seats.in_use", "02")
    assert await states(world, office.id) == {
        1: SeatState.READY,
        2: SeatState.DOWNLOADED,
        3: SeatState.READY,
    }
    assert await count(world, office.id) == 3


async def test_people_need_their_seats(world: World, admin: Person, hara: Person) -> None:
    await first_user(admin)
    refused = await hara.refused(Why.CONFLICT, m.ChangeSeats(admin.office, 1))
    assert (refused.text, refused.values["people"]) == ("seats.people", "2")
    assert await count(world, admin.office) == 3


async def test_the_same_number_is_no_change(world: World, hara: Person) -> None:
    office, _ = await new_office(world, seats=2)
    message = m.ChangeSeats(office.id, 3, command="s" * 16)
    assert await hara.ask(message) == await hara.ask(message)
    assert (await hara.refused(Why.CONFLICT, m.ChangeSeats(office.id, 3))).text == "seats.same"


async def test_only_of_offices_that_there_are(hara: Person) -> None:
    await hara.refused(Why.NOT_FOUND, m.ChangeSeats("x" * 26, 2))


async def test_an_office_of_before_gets_its_seats_with_the_change(world: World, hara: Person) -> None:
    office = await world.office(7)
    await world.user(office, role=Role.OFFICE_ADMIN)
    await hara.ask(m.ChangeSeats(office, 2))
    assert await states(world, office) == {1: SeatState.READY, 2: SeatState.READY}


async def _give_back(world: World, office: str, number: int) -> None:
    """The office gives a seat up that has no PC yet (返却)."""

    def work(txn: Transaction) -> None:
        give_up(txn, caller_of(world), seat_of(txn, office, number), Ended.RETURNED)

    await world.core.commit(work)


async def _step(world: World, caller: Caller, office: str, number: int, command: Command) -> None:
    def work(txn: Transaction) -> None:
        stepped(txn, caller, seat_of(txn, office, number), command)

    await world.core.commit(work)

# SPDX-License-Identifier: Apache-2.0
"""The first page after sign-in counts what waits, and no further than it has to."""

import dataclasses

import pytest

from appliance.config.office_settings import Exchange
from appliance.link import messages as m
from appliance.model.devices import ActivationRequest, Claim, RequestState
from appliance.model.intake import Intake, IntakeSource, TypedForm
from appliance.model.time import DAY, HOUR
from appliance.model.words import FilingState
from appliance.vault import menu as module
from appliance.vault.records.device_tables import activation_requests
from appliance.vault.records.issuing_tables import sealed_letters
from appliance.vault.records.registration_tables import intakes
from appliance.vault.records.transaction import Transaction
from tests.appliance.vault.doorman.making import small_pdf
from tests.appliance.vault.filings.sending import put_filing
from tests.appliance.vault.issuing.new_offices import new_office
from tests.appliance.vault.world import TYPE, Person, World


async def counts(person: Person) -> m.Menu:
    """The menu without what came last and what is due next."""
    menu = await person.ask(m.OpenMenu())
    assert isinstance(menu, m.Menu)
    bare = m.Menu(0, False)
    kept = ("due_on", "due_filing", "due_type", "arrived_at", "arrived_type")
    return dataclasses.replace(menu, **{name: getattr(bare, name) for name in kept})


async def deliver(clerk: Person, office: str, count: int) -> list[str]:
    return [await clerk.deliver(office, small_pdf(str(number))) for number in range(count)]


async def test_unread_notices_are_counted_for_their_office(user: Person, clerk: Person, stranger: Person) -> None:
    [first, _] = await deliver(clerk, user.office, 2)
    await deliver(clerk, stranger.office, 1)
    assert await counts(user) == m.Menu(2, False)
    await user.receive(first)
    assert await counts(user) == m.Menu(1, False)
    assert await counts(stranger) == m.Menu(1, False)
    assert await counts(clerk) == m.Menu(0, False)


@pytest.mark.parametrize(("waiting", "menu"), [(3, m.Menu(3, False)), (4, m.Menu(3, True)), (5, m.Menu(3, True))])
async def test_the_menu_stops_counting(
    user: Person, clerk: Person, waiting: int, menu: m.Menu, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_COUNTED", 3)
    await deliver(clerk, user.office, waiting)
    assert await counts(user) == menu


async def test_filings_are_counted_where_somebody_has_to_act(
    world: World, user: Person, clerk: Person, stranger: Person
) -> None:
    for state, count in ((FilingState.UPLOADED, 3), (FilingState.APPROVED, 2), (FilingState.DELIVERED, 1)):
        for _ in range(count):
            await put_filing(world, user.office, state)
    await put_filing(world, stranger.office, FilingState.DELIVERED)
    assert await counts(user) == m.Menu(0, False, to_approve=3, to_deliver=2)
    assert await counts(stranger) == m.Menu(0, False)
    assert await counts(clerk) == m.Menu(0, False, to_receive=2)


async def test_what_came_back_is_counted_until_another_stands_in_its_place(world: World, user: Person) -> None:
    second = await put_filing(world, user.office, FilingState.DONE)
    given_up = await put_filing(world, user.office, FilingState.CANCELLED)
    for follower in ("", second, given_up):
        await put_filing(world, user.office, FilingState.RETURNED, followed_by=follower)
    assert await counts(user) == m.Menu(0, False, returned=2)


async def test_filings_are_counted_up_to_99(world: World, clerk: Person, user: Person) -> None:
    for _ in range(101):
        await put_filing(world, user.office, FilingState.DELIVERED)
    assert (await clerk.ask(m.OpenMenu())).to_receive == 99


async def test_what_waits_for_the_desk_is_counted_up_to_99(
    world: World, clerk: Person, user: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def seen() -> set[tuple[int, int]]:
        menu, board = await clerk.ask(m.OpenMenu()), await clerk.ask(m.ReadDashboard())
        return {(one.desk.to_activate, one.desk.to_register) for one in (menu, board)}

    def put(txn: Transaction) -> None:
        now = world.clock.now()
        for number in range(3):
            form = TypedForm("登録届.xlsx", {})
            intakes.put(txn, Intake(f"{number:026}", IntakeSource.WEB, form, bytes([number]), now, ""))
        for number in range(2):
            claim = Claim("123456-0000001", 1, "kit", b"certificate", now, "ABCDE-FGHJK", 1, {})
            state = RequestState.WAITING
            request = ActivationRequest(
                f"{number:026}", user.office, 1, now, claim, state, promised_on="2026-06-11"
            )
            activation_requests.put(txn, request)

    await world.core.commit(put)
    assert await seen() == {(2, 3)}
    monkeypatch.setattr(module, "MOST_COUNTED", 1)
    assert await seen() == {(1, 1)}


async def test_what_is_late_is_counted_beside_what_waits(world: World, clerk: Person) -> None:
    now = world.clock.now()
    old = Intake("1" * 26, IntakeSource.WEB, TypedForm("登録届.xlsx", {}), b"1", now - 21 * DAY - 1, "")
    young = Intake("2" * 26, IntakeSource.WEB, TypedForm("登録届.xlsx", {}), b"2", now - 21 * DAY, "")

    def put(txn: Transaction) -> None:
        for one in (old, young):
            intakes.put(txn, one)

    await world.core.commit(put)
    _, letter = await new_office(world)
    ending = dataclasses.replace(letter, made_at=now - 5 * DAY - 1)
    other = dataclasses.replace(letter, id="3" * 26, office="4" * 26)

    def put_letters(txn: Transaction) -> None:
        for one in (ending, other):
            sealed_letters.put(txn, one)

    await world.core.commit(put_letters)
    for shown in (await clerk.ask(m.OpenMenu()), await clerk.ask(m.ReadDashboard())):
        assert shown.desk == m.DeskWork(0, 2, 1, 2, 1)


async def test_where_no_filings_are_taken_none_are_counted(world: World, user: Person, clerk: Person) -> None:
    for state in (FilingState.UPLOADED, FilingState.DELIVERED):
        await put_filing(world, user.office, state)
    world.core.settings = dataclasses.replace(world.settings, exchange=Exchange(filings_enabled=False))
    assert await counts(user) == await counts(clerk) == m.Menu(0, False)


async def test_the_newest_notice_is_told_whatever_became_of_it(world: World, user: Person, clerk: Person) -> None:
    assert (await user.ask(m.OpenMenu())).arrived_at == 0
    [first] = await deliver(clerk, user.office, 1)
    came = world.clock.now()
    menu = await user.ask(m.OpenMenu())
    assert (menu.arrived_at, menu.arrived_type) == (came, TYPE)
    await user.receive(first)
    world.clock.move(HOUR)
    assert (await user.ask(m.OpenMenu())).arrived_at == came
    [second] = await deliver(clerk, user.office, 1)
    assert second and (await user.ask(m.OpenMenu())).arrived_at == world.clock.now()


async def test_the_next_deadline_is_that_of_what_the_office_still_has_to_send(
    world: World, user: Person, stranger: Person, clerk: Person
) -> None:
    assert (await user.ask(m.OpenMenu())).due_on == ""
    made = {
        due: await put_filing(world, user.office, state, due_on=due, type="loss")
        for state, due in (
            (FilingState.DELIVERED, "2026-06-01"),
            (FilingState.APPROVED, "2026-06-18"),
            (FilingState.RETURNED, "2026-06-12"),
            (FilingState.UPLOADED, ""),
        )
    }
    menu = await user.ask(m.OpenMenu())
    assert (menu.due_on, menu.due_filing, menu.due_type) == ("2026-06-12", made["2026-06-12"], "loss")
    for other in (stranger, clerk):
        assert (await other.ask(m.OpenMenu())).due_on == ""

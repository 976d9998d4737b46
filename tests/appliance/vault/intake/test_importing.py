# SPDX-License-Identifier: Apache-2.0
"""A folder of the administrator's: each for itself, once, whatever is stopped and begun again."""

import asyncio

from appliance.link import messages as m
from appliance.model.intake import IntakeSource, IntakeState
from appliance.model.journal import Kind
from appliance.model.problems import Rule
from appliance.model.registration import FormRule
from appliance.vault.records.tables import offices
from tests.appliance.vault.intake.forms import form, imported, listed, name_of, packed
from tests.appliance.vault.world import Person, World


async def test_what_has_no_fault_is_registered_at_once(world: World, clerk: Person) -> None:
    told = await imported(world, packed(), "mail.zip")
    assert (told.taken.is_new, told.contract_number, told.findings) == (True, "123456-0000001", ())
    (row,) = await listed(clerk, state=IntakeState.REGISTERED)
    assert (row.source, row.office) == (IntakeSource.FOLDER, told.office)
    (entry,) = await world.journal(Kind.CONTRACT_ADDED)
    assert entry.actor == "admin"


async def test_without_the_wish_it_waits_for_the_console(world: World, clerk: Person) -> None:
    told = await imported(world, form(), confirm=False)
    assert (told.office, told.contract_number) == ("", "")
    assert [row.can_be_confirmed for row in await listed(clerk)] == [True]


async def test_faults_are_told_and_wait_for_a_person(world: World, clerk: Person) -> None:
    told = await imported(world, form(mail="taro"))
    assert [one.rule for one in told.findings] == [FormRule.MAIL] and not told.office
    assert len(await listed(clerk)) == 1


async def test_what_cannot_be_read_is_told(world: World, clerk: Person) -> None:
    told = await imported(world, packed(), "mail.zip", "wrong")
    assert [one.rule for one in told.taken.problems] == [Rule.PASSWORD]
    assert await listed(clerk) == []


async def test_the_same_again_is_what_it_was(world: World) -> None:
    first = await imported(world, form())
    again = await imported(world, packed(), "mail.zip")
    assert (again.office, again.contract_number) == (first.office, first.contract_number)
    assert again.taken.state is IntakeState.REGISTERED
    assert len(await world.journal(Kind.CONTRACT_ADDED)) == 1


async def test_one_that_waited_is_registered_the_next_time(world: World) -> None:
    await imported(world, form(), confirm=False)
    assert (await imported(world, form())).contract_number == "123456-0000001"


async def test_another_form_of_a_known_office_changes_nothing(world: World) -> None:
    await imported(world, form())
    told = await imported(world, form(office_name="連携物産"))
    assert (told.taken.standing, told.contract_number) == (m.OfficeStanding.OTHER, "")
    assert len(await world.journal(Kind.CONTRACT_ADDED)) == 1


async def test_a_run_that_is_stopped_and_begun_again_makes_exactly_all(world: World) -> None:
    numbers = range(1, 21)

    async def run() -> None:
        await asyncio.gather(*(imported(world, form(number), name_of(number)) for number in numbers))

    stopped = asyncio.gather(run())
    while len(await world.journal(Kind.CONTRACT_ADDED)) < 5:  # noqa: ASYNC110 - nothing tells of an entry
        await asyncio.sleep(0)
    stopped.cancel()
    await asyncio.gather(stopped, return_exceptions=True)
    await world.restart()
    await run()
    made = await world.core.read(lambda snapshot: offices.scan(snapshot, "number"))
    assert [office.number for office in made] == list(numbers)
    assert len({office.contract_number for office in made}) == len(numbers)

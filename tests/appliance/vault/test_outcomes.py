# SPDX-License-Identifier: Apache-2.0
"""Remembered outcomes: of one visit, and gone a day later."""

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.time import DAY
from appliance.vault.housekeeping import sweep_outcomes
from appliance.vault.outcomes import command_of
from appliance.vault.records.tables import outcomes
from tests.appliance.vault.world import Person, World, delivery


def command(number: int) -> str:
    return f"command-{number:016d}"


async def begin(person: Person, office: str, number: int) -> str:
    return await person.begin(office, command=command(number))


async def test_an_outcome_is_good_until_no_visit_can_ask_for_it(world: World, clerk: Person, office: str) -> None:
    first = [await begin(clerk, office, number) for number in range(40)]
    world.clock.move(DAY)
    await sweep_outcomes(world.core)
    assert await kept(world) == [command(number) for number in range(40)]
    assert await begin(await clerk.sign_in(), office, 0) != first[0], "another visit's command is another command"
    world.clock.move(1)
    await sweep_outcomes(world.core)
    assert await kept(world) == [command(0)]


async def kept(world: World) -> list[str]:
    rows = await world.core.read(lambda snapshot: outcomes.scan(snapshot, "at"))
    return sorted(row.command for row in rows)


async def test_a_restart_forgets_no_outcome(world: World, clerk: Person, office: str) -> None:
    upload = await clerk.upload(office)
    first = await clerk.ask(delivery(upload, command=command(1)))
    await world.restart()
    assert await clerk.ask(delivery(upload, command=command(1))) == first


async def test_a_refused_command_leaves_no_outcome(world: World, clerk: Person, office: str) -> None:
    upload = await clerk.begin(office)
    await clerk.refused(Why.INVALID, delivery(upload, command=command(1)))
    await clerk.refused(Why.INVALID, delivery(upload, command=command(1)))
    assert await world.core.read(lambda snapshot: outcomes.keys(snapshot, "at")) == []


async def test_without_a_command_id_nothing_is_remembered(world: World, clerk: Person, office: str) -> None:
    await clerk.deliver(office)
    assert await world.core.read(lambda snapshot: outcomes.keys(snapshot, "at")) == []


@pytest.mark.parametrize(
    ("text", "is_one"), [("", True), ("a" * 16, True), ("Az09_-" * 10, True), ("a" * 15, False)]
)
def test_the_form_of_a_command_id(text: str, is_one: bool) -> None:
    message = m.Act("x", {}, text)
    if is_one:
        assert command_of(message) == text
    else:
        with pytest.raises(Refused):
            command_of(message)


def test_a_message_without_commands_has_none() -> None:
    assert command_of(m.OpenMenu()) == ""

# SPDX-License-Identifier: Apache-2.0
"""The last day comes near: both sides are told, once and in time."""

import pytest

from appliance.model.time import DAY
from appliance.vault.grouping.expiring import announce_ends
from appliance.vault.letters import LetterKind
from tests.appliance.vault.grouping.hand import delegated
from tests.appliance.vault.world import Person, World


@pytest.fixture
async def firm(world: World) -> Person:
    """A 社労士 of an office with an admin of its own."""
    return await world.user(await world.office(9), "Sharo009")


@pytest.fixture
async def admin(world: World) -> Person:
    """The admin of an office that is served."""
    return await world.user(await world.office(2), "Admin002")


async def told(world: World, person: Person) -> int:
    await announce_ends(world.core)
    return len(await world.letters(person.account, LetterKind.DELEGATION_ENDING))


async def test_fourteen_days_before_and_once(world: World, firm: Person, admin: Person) -> None:
    await delegated(world, firm, admin.office, until="2026-06-30")
    assert await told(world, admin) == 0
    world.clock.move(7 * DAY + 14 * 60 * 60 * 1000 - 1)
    assert await told(world, admin) == 0
    world.clock.move(2)
    assert (await told(world, admin), await told(world, firm)) == (1, 1)
    [letter] = await world.letters(admin.account, LetterKind.DELEGATION_ENDING)
    assert letter.fields["last"] == "令和8年6月30日"
    world.clock.move(DAY)
    assert await told(world, admin) == 1


async def test_of_what_is_over_nobody_is_warned(world: World, firm: Person, admin: Person) -> None:
    await delegated(world, firm, admin.office, until="2026-06-10")
    world.clock.move(5 * DAY)
    assert await told(world, admin) == 0


async def test_many_at_once(world: World, firm: Person, admin: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.vault.grouping.expiring.AT_ONCE", 2)
    offices = [await world.office(number) for number in range(20, 25)]
    await delegated(world, firm, *offices, until="2026-06-15")
    assert await told(world, firm) == 5

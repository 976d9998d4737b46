# SPDX-License-Identifier: Apache-2.0
"""The letter that waits is one, and goes after seven days (R187, R234)."""

from dataclasses import replace

from appliance.model.time import DAY
from appliance.vault.issuing.sealed import (
    AT_ONCE,
    KEEP,
    ends_at,
    forget_unprinted,
    letters_of,
    seal_letter,
    unprinted,
)
from appliance.vault.records.issuing_tables import letter_states, sealed_letters
from tests.appliance.vault.issuing.new_offices import new_office
from tests.appliance.vault.world import World


async def test_a_newer_letter_takes_the_place_of_an_older(world: World) -> None:
    office, letter = await new_office(world)
    fresh = replace(letter, id="a" * 26, made_at=letter.made_at + 1, reissue=True)
    await world.core.commit(lambda txn: seal_letter(txn, fresh))
    assert await world.core.read(lambda snapshot: letters_of(snapshot, office.id)) == [fresh]
    state = await world.core.read(lambda snapshot: letter_states.get(snapshot, office.id))
    assert state is not None and (state.reissues, state.made_at) == (1, fresh.made_at)


async def test_it_is_forgotten_on_the_eighth_day(world: World) -> None:
    office, letter = await new_office(world)
    end = ends_at(letter)
    assert end == letter.made_at + 7 * DAY
    assert await world.core.read(lambda snapshot: unprinted(snapshot, end)) == []
    assert await world.core.read(lambda snapshot: unprinted(snapshot, end + 1)) == [letter]
    assert await world.core.commit(lambda txn: forget_unprinted(txn, letter, end + 1))
    assert not await world.core.commit(lambda txn: forget_unprinted(txn, letter, end + 2))
    assert await world.core.read(lambda snapshot: letters_of(snapshot, office.id)) == []
    state = await world.core.read(lambda snapshot: letter_states.get(snapshot, office.id))
    assert state is not None and state.forgotten_at == end + 1


async def test_of_many_some_are_looked_for_at_a_time(world: World) -> None:
    _, letter = await new_office(world)
    for number in range(AT_ONCE):
        other = replace(letter, id=f"{number:026d}", office=f"o{number}")
        await world.core.commit(lambda txn, other=other: sealed_letters.put(txn, other))  # type: ignore[misc]
    late = letter.made_at + KEEP + 1
    assert len(await world.core.read(lambda snapshot: unprinted(snapshot, late))) == AT_ONCE

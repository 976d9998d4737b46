# SPDX-License-Identifier: Apache-2.0
"""On the eighth day a letter that nobody confirmed is gone."""

from appliance.model.journal import Kind
from appliance.model.time import DAY
from appliance.model.words import Tier
from appliance.vault.issuing.expiring import forget_letters
from appliance.vault.issuing.sealed import AT_ONCE, letters_of
from appliance.vault.records.issuing_tables import sealed_letters
from tests.appliance.vault.issuing.new_offices import new_office
from tests.appliance.vault.world import World


async def test_seven_days_it_is_kept_and_no_longer(world: World) -> None:
    office, letter = await new_office(world)
    world.clock.move(7 * DAY)
    await forget_letters(world.core)
    assert await world.core.read(lambda snapshot: letters_of(snapshot, office.id)) == [letter]
    assert await world.journal(Kind.LETTER_FORGOTTEN) == []
    world.clock.move(1)
    await forget_letters(world.core)
    assert await world.core.read(lambda snapshot: letters_of(snapshot, office.id)) == []
    [entry] = await world.journal(Kind.LETTER_FORGOTTEN)
    assert (entry.actor, entry.site, entry.office, entry.thing) == ("", Tier.VAULT, office.id, letter.id)
    assert entry.reason == "never printed"


async def test_all_of_many_are_forgotten(world: World) -> None:
    for number in range(1, AT_ONCE + 3):
        await new_office(world, number=number, seats=1)
    world.clock.move(8 * DAY)
    await forget_letters(world.core)
    assert await world.core.read(lambda snapshot: sealed_letters.count(snapshot, 10)) == 0
    assert len(await world.journal(Kind.LETTER_FORGOTTEN)) == AT_ONCE + 2

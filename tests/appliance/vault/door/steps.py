# SPDX-License-Identifier: Apache-2.0
"""Steps of signing in, for tests."""

from appliance.link import messages as m
from appliance.model.time import MINUTE
from appliance.model.words import Site
from tests.appliance.vault.world import Person, World


async def give_code(world: World, arrived: m.Arrived, code: str, site: Site = Site.PORTAL) -> m.Arrived:
    return await world.ask(site, m.GiveCode(arrived.arrival, code))  # type: ignore[no-any-return]


async def give_password(world: World, arrived: m.Arrived, password: str) -> m.Arrived:
    return await world.ask(Site.PORTAL, m.GivePassword(arrived.arrival, password))  # type: ignore[no-any-return]


async def fresh_code(world: World, person: Person) -> str:
    """A code that is asked for a minute later, its earlier letters gone."""
    world.clock.move(MINUTE)
    return await person.request_code()

# SPDX-License-Identifier: Apache-2.0
"""One site is cut off, and nothing else; `renkei link cut` is tested with the other messages of administrators."""

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Entry, Kind
from appliance.model.time import MINUTE
from appliance.model.words import Site
from appliance.vault.door.cutting import cut_off
from appliance.vault.records.tables import cut_at
from tests.appliance.vault.world import Person, World


async def test_visits_and_sign_ins_of_this_site_end_and_no_others(
    world: World, user: Person, stranger: Person, clerk: Person
) -> None:
    arrived, until = await user.arrive(), world.clock.now()
    said: list[str] = []

    def entry(reason: str) -> Entry:
        said.append(reason)
        return world.core.own_entry(Kind.LINK_CUT, thing="portal", reason=reason)

    assert await cut_off(world.core, Site.PORTAL, until, entry) == 2
    assert said == ["2 visits ended"] and (await world.last()).reason == "2 visits ended"
    for person in (user, stranger):
        await person.refused(Why.NOT_SIGNED_IN, m.OpenMenu())
    await clerk.ask(m.OpenMenu())
    await world.refused(Why.NOT_SIGNED_IN, Site.PORTAL, m.GivePassword(arrived.arrival, user.password))
    assert await world.core.read(lambda snapshot: cut_at(snapshot, Site.PORTAL)) == until
    world.clock.move(MINUTE)
    await user.sign_in()

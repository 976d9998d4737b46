# SPDX-License-Identifier: Apache-2.0
"""What the sites turned away: counted, and in our own words only."""

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind, Result
from appliance.model.words import WEB_SITES, Site
from tests.appliance.vault.world import World


@pytest.mark.parametrize("site", WEB_SITES)
async def test_a_report_is_an_entry_of_the_site(world: World, site: Site) -> None:
    assert await world.ask(site, m.ReportRefusal("host not known"), source="192.0.2.9") == m.Nothing()
    (entry,) = await world.journal()
    assert (entry.kind, entry.result, entry.site, entry.actor) == (
        Kind.REQUEST_REFUSED,
        Result.REFUSED,
        site.value,
        "",
    )
    assert (entry.reason, entry.personal) == ("host not known", {"source": "192.0.2.9"})


async def test_a_flood_becomes_two_entries_a_minute(world: World) -> None:
    for number in range(500):
        await world.ask(Site.PUBLIC, m.ReportRefusal(f"reason {'abc'[number % 3]}"))
    assert len(await world.journal()) == 1
    world.clock.move(60_000)
    await world.core.refusals.flush()
    entries = await world.journal()
    assert [entry.count for entry in entries] == [1, 499]
    assert set(entries[1].reason.split(", ")) == {"reason a", "reason b", "reason c"}


@pytest.mark.parametrize(
    "reason", ["", " x", "Host", "a1", "a" * 62, "a\nb", "host: 192.0.2.1", "<script>", "ホスト", "a\n"]
)
async def test_a_reason_is_one_of_our_words(world: World, reason: str) -> None:
    await world.refused(Why.INVALID, Site.PUBLIC, m.ReportRefusal(reason))
    assert reason.strip() not in {entry.reason for entry in await world.journal()} - {""}

# SPDX-License-Identifier: Apache-2.0
"""The demo's clock: it ends a visit at its very minute, and where there is no demo it cannot be moved."""

import pytest

from appliance.link.messages import MoveClock
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Kind
from appliance.model.words import Site
from tests.journeys.afterwards import journal
from tests.journeys.installation import Installation
from tests.story.stage import StoryFailed
from tests.story.story import sign_in


async def test_ninety_minutes_end_a_visit_at_the_portal_and_not_a_moment_less(fund: Installation) -> None:
    fund.start()
    async with fund.visitor(Site.PORTAL) as user:
        await sign_in(user, fund.user)
        await fund.renkei("demo", "clock", "+89m")
        assert (await user.ask("GET", "/notices")).status == 200
        await fund.renkei("demo", "clock", "+60s")
        ended = await user.ask("GET", "/notices")
        assert (ended.status, ended.headers["Location"]) == (303, "/sign-in?ended=1&to=%2Fnotices")
    fund.end()
    moved = [entry.reason for entry in await journal(fund) if entry.kind is Kind.CLOCK_MOVED]
    assert moved == ["60 seconds forward", "5340 seconds forward"]


async def test_without_a_demo_the_clock_cannot_be_moved(fund: Installation) -> None:
    fund.change("enabled = true", "enabled = false")
    fund.start("vault")
    with pytest.raises(StoryFailed, match="only the clock of a demo can be moved"):
        await fund.renkei("demo", "clock", "+90m")
    fund.end()


async def test_the_clock_never_goes_back_and_no_site_can_move_it(fund: Installation) -> None:
    fund.start("vault")
    with pytest.raises(StoryFailed):
        await fund.renkei("demo", "clock", "-90m")
    for site in (Site.PUBLIC, Site.PORTAL, Site.CONSOLE):
        link = fund.link(site)
        with pytest.raises(Refused) as refused:
            await link.ask(MoveClock(5400))
        assert refused.value.why is Why.NOT_HERE
        await link.close()

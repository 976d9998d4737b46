# SPDX-License-Identifier: Apache-2.0
"""An evening at the portal: the last visit, its grace, the closed door, and the morning after (T17, T18)."""

from appliance.model.words import Site
from tests.journeys.installation import Installation
from tests.story.story import sign_in

OPENS = "次は 2026年6月10日(水) 08:00 に始まります。"


async def test_the_portal_closes_in_the_evening_and_opens_in_the_morning(fund: Installation) -> None:
    fund.start()
    async with fund.visitor(Site.PORTAL) as user, fund.visitor(Site.PORTAL) as late:
        await fund.renkei("demo", "clock", "+540m")  # 19:00
        await sign_in(user, fund.user)
        await fund.renkei("demo", "clock", "+60m")
        assert (await user.ask("GET", "/notices")).status == 200
        closed = await late.get("/sign-in")
        assert closed.status == 200 and OPENS in closed.page.text
        await fund.renkei("demo", "clock", "+10m")
        ended = await user.ask("GET", "/notices")
        assert (ended.status, ended.headers["Location"]) == (303, "/sign-in?ended=1&to=%2Fnotices")
        assert OPENS in (await user.get("/sign-in?ended=1")).page.text
        async with fund.visitor(Site.CONSOLE) as clerk:
            assert (await sign_in(clerk, fund.staff)).path == "/"
        await fund.renkei("demo", "clock", "+710m")  # 8:00
        assert (await sign_in(late, fund.user)).path == "/"

# SPDX-License-Identifier: Apache-2.0
"""The heart of the story, for installations whose tiers stand apart: a notice goes through all of them."""

from appliance.model.words import Site
from tests.journeys.courier import Document, delivered
from tests.journeys.installation import Installation
from tests.story.story import sign_in

DOCUMENT = Document.of(7, 9_000_000)


async def a_notice_reaches_its_office_and_no_other(fund: Installation) -> None:
    """Delivered at the console, downloaded at the portal byte for byte, unknown to another office."""
    notice = await delivered(fund, DOCUMENT)
    async with fund.visitor(Site.PORTAL) as user, fund.visitor(Site.PORTAL) as other:
        assert (await sign_in(user, fund.user)).path == "/"
        assert (await user.ask("GET", f"/notices/{notice}/file")).body == DOCUMENT.content
        assert "受信済" in (await user.get("/notices")).page.text
        await sign_in(other, fund.other)
        assert (await other.ask("GET", f"/notices/{notice}/file")).status == 404

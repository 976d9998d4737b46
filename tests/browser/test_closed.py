# SPDX-License-Identifier: Apache-2.0
"""axe-core finds nothing on what people see while the service is closed, or while its vault is away."""

import json
from pathlib import Path

import pytest

from tests.architecture.tree import nothing
from tests.browser.axe import look
from tests.browser.test_pages import WENT_WRONG
from tests.servers.chromium import Tab
from tests.story.stage import SITES, command, free_port, opened, served

pytestmark = [pytest.mark.lab, pytest.mark.asyncio(loop_scope="session")]


async def test_the_page_of_closed_hours_is_fine(tab: Tab, tmp_path: Path) -> None:
    async with opened(tmp_path, free_port()) as stage:
        await stage.renkei("demo", "clock", "+12h")
        await tab.be(stage.addresses["portal"], {})
        await tab.go(f"{stage.addresses['portal']}/sign-in")
        assert await tab.run("document.querySelector('main form') === null")
        nothing(await look(tab, "closed"))


@pytest.mark.parametrize("site", ["portal", "public"])
async def test_the_page_of_a_vault_that_is_away_is_fine(tab: Tab, tmp_path: Path, site: str) -> None:
    port = free_port()
    words = ("init", "--root", str(tmp_path), "--demo", "--port", str(port), "--metrics", "", "--json")
    made = json.loads(await command(*words))
    origin = f"https://{SITES[site]}:{port}"
    path = {"portal": "/sign-in", "public": "/onetime/"}[site]
    async with served(Path(made["config"]), ("web", site)):
        await tab.be(origin, {})
        await tab.go(origin + path)
        assert await tab.run(WENT_WRONG) == (503 if site == "portal" else 200)
        nothing(await look(tab, "away"))

# SPDX-License-Identifier: Apache-2.0
"""axe-core finds nothing on any page of any site, in a real browser, for whoever may see it."""

import pytest

from appliance.model.words import Site
from tests.architecture.tree import nothing
from tests.browser.axe import glance, look
from tests.browser.cast import Cast
from tests.browser.walk import PEOPLE, Stop, pages, show, stops
from tests.servers.chromium import Tab

# Sends the first form of the page that asks for something, with nothing in it.
ASKING = """[...document.querySelectorAll("main form[method=post]")].find((form) => form.querySelector(
    "input:not([type=hidden], [type=checkbox], [readonly]), select, textarea"))"""
EMPTY = f"""(() => {{
    const form = {ASKING};
    for (const one of form.elements) {{
        if (!["hidden", "file", "radio"].includes(one.type) && !one.readOnly) one.value = "";
        one.checked = false;
    }}
    HTMLFormElement.prototype.submit.call(form);
}})()"""
# Sends a form that the page has, to where another page's goes.
ELSEWHERE = """(() => {
    const form = document.querySelector("main form[method=post], .top form");
    form.action = "%s";
    HTMLFormElement.prototype.submit.call(form);
})()"""
# What a page says of itself under its heading; a plugin's says it in its own words.
SILENT = "[...document.querySelectorAll('.about')].filter((one) => one.checkVisibility()).length !== 1"
WENT_WRONG = "performance.getEntriesByType('navigation')[0].responseStatus"

pytestmark = [pytest.mark.lab, pytest.mark.asyncio(loop_scope="session")]


async def test_every_page_of_every_route_is_fine(cast: Cast, tab: Tab) -> None:
    """The first page of a route from all sides; what others see there, and a second one, at a glance."""
    wrong, looked = [], set[tuple[Site, str]]()
    for who in PEOPLE:
        async for stop in stops(cast, who):
            await show(tab, cast, who, stop.path)
            see = glance if (stop.site, stop.route) in looked else look
            looked.add((stop.site, stop.route))
            wrong += await see(tab, f"{who} {stop.path}")
            wrong += [f"{who} {stop.path}: {error}" for error in tab.errors]
            if not stop.path.startswith("/x/") and await tab.run(SILENT):
                wrong.append(f"{who} {stop.path} does not say what it is for")
    missed = {(site, route) for site in set(PEOPLE.values()) for route in pages(site)} - looked
    nothing([*wrong, *(f"nobody came to {site} {route}" for site, route in sorted(missed))])


async def test_a_form_that_comes_back_with_faults_is_fine(cast: Cast, tab: Tab) -> None:
    wrong, seen = list[str](), set[tuple[Site, str]]()
    for who in PEOPLE:
        async for stop in stops(cast, who):
            if (stop.site, stop.route) not in seen and await came_back(tab, cast, stop):
                seen.add((stop.site, stop.route))
                wrong += await look(tab, f"{who} {stop.path} with faults")
    nothing(wrong)
    assert len(seen) >= 12, seen


async def came_back(tab: Tab, cast: Cast, stop: Stop) -> bool:
    """Whether a form of this page, sent empty, shows itself again with what is wrong."""
    await show(tab, cast, stop.who, stop.path)
    if not await tab.run(ASKING + " !== undefined"):
        return False
    async with tab.leaving():
        await tab.run(EMPTY)
    return bool(await tab.run(WENT_WRONG + " >= 400"))


async def test_refusals_are_fine(cast: Cast, tab: Tab) -> None:
    wrong = []
    for who, path, status in (("sharoshi", "/users", 403), ("admin", "/nothing", 404), ("public", "/nothing", 404)):
        await show(tab, cast, who, path)
        assert await tab.run(WENT_WRONG) == status
        wrong += await look(tab, f"{who} {path}")
    await show(tab, cast, "clerk", "/own/name")
    async with tab.leaving():
        await tab.run(ELSEWHERE % f"/filings/{cast.first}/receive")
    assert await tab.run(WENT_WRONG) == 409
    nothing([*wrong, *await look(tab, "409")])


async def test_axe_would_find_something(tab: Tab) -> None:
    page = (
        "<html><body style='color:%23999;background:%23888'><img src=x><input><p style='width:2000px'>hard to read"
    )
    await tab.go("data:text/html," + page)
    found = "\n".join(await look(tab, "bad"))
    for rule in ("color-contrast", "image-alt", "label", "html-has-lang", "px too wide", "bad at 390 dark"):
        assert rule in found
    found = "\n".join(await glance(tab, "bad"))
    for rule in ("color-contrast", "image-alt", "label", "html-has-lang", "px too wide"):
        assert rule in found

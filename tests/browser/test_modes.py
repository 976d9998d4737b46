# SPDX-License-Identifier: Apache-2.0
"""What people have set on their computers is kept: more contrast, colours of their own, paper, Japanese."""

import base64
import re

import pytest

from tests.architecture.tree import nothing
from tests.browser.axe import DESK, clear
from tests.browser.cast import Cast
from tests.browser.test_keyboard import MAIN_PAGES
from tests.browser.walk import show
from tests.servers.chromium import Tab

pytestmark = [pytest.mark.lab, pytest.mark.asyncio(loop_scope="session")]

STYLE = "getComputedStyle(document.querySelector(%r))"
# In points; and what its margins leave, in CSS pixels.
A4, SHEET = (595, 842), (703, 1009)


async def style(tab: Tab, selector: str, *names: str) -> list[str]:
    """What the browser makes of the sheet for the first such element."""
    return [str(await tab.run(f"{STYLE % selector}.{name}")) for name in names]


async def test_more_contrast_is_seven_to_one(cast: Cast, tab: Tab) -> None:
    wrong = []
    for who, path in MAIN_PAGES:
        await show(tab, cast, who, path)
        wrong += await clear(tab, f"{who} {path}")
    nothing(wrong)


async def test_colours_of_ones_own_leave_nothing_unsaid(cast: Cast, tab: Tab) -> None:
    await tab.wear(*DESK, forced=True)
    await show(tab, cast, "admin", "/notices")
    here, other = ".ways [aria-current]", ".ways a:not([aria-current])"
    assert await style(tab, here, "borderBottomColor") != await style(tab, other, "borderBottomColor")
    for selector in ("tbody .state", "button:not([hidden])", ".button", ".scroll"):
        assert await style(tab, selector, "borderTopStyle") == ["solid"], selector
        shape, ground = await style(tab, selector, "borderTopColor", "backgroundColor")
        assert shape != ground, f"{selector} has no edge"
    await tab.press("Tab")
    ring, ground = await tab.run(f"[{STYLE % ':focus'}.outlineColor, {STYLE % 'body'}.backgroundColor]")
    assert ring != ground


@pytest.mark.parametrize(("who", "path"), [("admin", "/history"), ("admin", "/own"), ("clerk", "/filings")])
async def test_paper_has_what_is_read_and_nothing_to_press(cast: Cast, tab: Tab, who: str, path: str) -> None:
    await show(tab, cast, who, path)
    await tab.wear(*SHEET, dark=True, paper=True)
    assert await style(tab, "body", "backgroundColor", "color") == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
    pressed = "[...document.querySelectorAll('button, .button, nav, input, select')]"
    assert await tab.run(f"{pressed}.filter((one) => one.checkVisibility()).map((one) => one.outerHTML)") == []


async def test_a_table_on_paper_is_one_with_its_head_on_every_sheet(cast: Cast, tab: Tab) -> None:
    await show(tab, cast, "admin", "/history")
    await tab.wear(*SHEET, paper=True)
    assert await style(tab, "thead", "display", "position") == ["table-header-group", "static"]
    assert await style(tab, "tbody tr", "display") == ["table-row"], "not the cards of a narrow screen"
    assert await tab.run("document.documentElement.scrollWidth <= innerWidth")


async def test_paper_is_a4(cast: Cast, tab: Tab) -> None:
    await show(tab, cast, "admin", "/history")
    await tab.wear(*DESK)
    printed = await tab.call("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
    sizes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", base64.b64decode(printed["data"]))
    assert sizes
    assert {(round(float(width)), round(float(height))) for width, height in sizes} == {A4}


async def test_what_the_browser_draws_is_japanese_as_the_pages_are(tab: Tab) -> None:
    assert await tab.run("navigator.language") == "ja", "chromium-l10n is not installed: `make apt`"

# SPDX-License-Identifier: Apache-2.0
"""Nobody needs a mouse: everything is reached in the order of the page, and seen when it has the focus."""

import pytest

from tests.browser.axe import DESK, PHONE
from tests.browser.cast import Cast
from tests.browser.walk import show
from tests.servers.chromium import Tab
from tests.story.people import FOUNDERS, OFFICE
from tests.story.visitor import Visitor

pytestmark = [pytest.mark.lab, pytest.mark.asyncio(loop_scope="session")]

MAIN_PAGES = (
    ("public", "/onetime/"),
    ("nobody", "/sign-in"),
    ("newcomer", "/register"),
    ("admin", "/"),
    ("admin", "/notices"),
    ("admin", "/filings"),
    ("sharoshi", "/filings/new"),
    ("admin", "/users/new"),
    ("admin", "/history"),
    ("admin", "/own"),
    ("clerk", "/"),
    ("clerk", "/filings"),
    ("clerk", "/notices/new"),
    ("clerk", "/offices"),
    ("desk", "/locks"),
    ("system", "/staff"),
    ("second", "/proposals"),
    ("auditor", "/history"),
)
# What can be reached, in the order of the page; of radio buttons of one name the first or the chosen one.
REACHABLE = """(() => {
    const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")];
    const seen = all.filter((one) => !one.disabled && one.type !== "hidden" && one.checkVisibility());
    window.reachable = seen.filter((one) => one.type !== "radio" || one.checked || (
        !document.querySelector(`[name="${one.name}"]:checked`)
        && one === document.querySelector(`[name="${one.name}"]`)));
    document.activeElement.blur();
    return reachable.length;
})()"""
FOCUSED = """(() => {
    const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
    const shown = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return [reachable.indexOf(one), shown && inside, one.outerHTML.slice(0, 120)];
})()"""


@pytest.mark.parametrize(("width", "height"), [DESK, PHONE])
@pytest.mark.parametrize(("who", "path"), MAIN_PAGES)
async def test_tab_goes_through_the_page_in_its_order(
    cast: Cast, tab: Tab, who: str, path: str, width: int, height: int
) -> None:
    await tab.wear(width, height)
    await show(tab, cast, who, path)
    count = await tab.run(REACHABLE)
    order: list[int] = []
    # A date has several stops inside.
    for _ in range(count * 4):
        await tab.press("Tab")
        at, visible, html = await tab.run(FOCUSED)
        if at >= 0 and at not in order:
            assert visible, f"the focus cannot be seen: {html}"
            order.append(at)
        if len(order) == count:
            break
    start = order.index(0)
    assert order[start:] + order[:start] == list(range(count)), "out of order, or out of reach"


async def test_the_first_stop_leads_past_the_menu(cast: Cast, tab: Tab) -> None:
    await tab.wear(*DESK)
    await show(tab, cast, "admin", "/notices")
    await tab.press("Tab")
    assert await tab.run("document.activeElement.className") == "skip"
    await tab.press("Enter")
    await tab.press("Tab")
    assert await tab.run("document.activeElement.closest('main') !== null")


async def focus(tab: Tab, selector: str) -> None:
    """Press Tab until this has the focus."""
    for _ in range(150):
        await tab.press("Tab")
        if await tab.run(f"document.activeElement.matches({selector!r})"):
            return
    raise AssertionError(f"no Tab leads to {selector}")


async def pressed(tab: Tab, key: str) -> None:
    """Press a key that leads to another page."""
    async with tab.leaving():
        await tab.press(key)


@pytest.mark.parametrize("scripts", [True, False])
async def test_somebody_signs_in_and_works_with_keys_alone(cast: Cast, tab: Tab, scripts: bool) -> None:
    person = FOUNDERS[OFFICE]
    portal = cast.stage.addresses["portal"]
    await tab.be(portal, {})
    await tab.call("Emulation.setScriptExecutionDisabled", value=not scripts)
    try:
        await tab.go(f"{portal}/sign-in")
        for selector, text in (("#contract_number", person.contract), ("#user_id", person.user)):
            await tab.run(f"document.querySelector('{selector}').focus()")
            await tab.type(text)
        await pressed(tab, "Enter")
        await tab.run("document.querySelector('#password').focus()")
        await tab.type(person.password)
        await focus(tab, ".actions button")
        await pressed(tab, " ")
        assert await tab.run("location.pathname") == "/"
        await focus(tab, ".ways a[href='/notices']")
        await pressed(tab, "Enter")
        await focus(tab, "input[name^='mark.']")
        await tab.press(" ")
        assert await tab.run("document.activeElement.checked")
        await focus(tab, ".visitor button")
        await pressed(tab, "Enter")
        assert "ログアウト" in await tab.run("document.querySelector('h1').textContent")
    finally:
        await tab.call("Emulation.setScriptExecutionDisabled", value=False)
        await again(cast)


async def again(cast: Cast) -> None:
    """One visit at a time: the admin of the cast comes in once more."""
    visitor: Visitor = cast["admin"]
    person = FOUNDERS[OFFICE]
    form = (await visitor.get("/sign-in")).page.form("/sign-in")
    sent = await visitor.send(form, {"contract_number": person.contract, "user_id": person.user})
    await visitor.send(sent.page.form("/sign-in/password"), {"password": person.password})

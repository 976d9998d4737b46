# SPDX-License-Identifier: Apache-2.0
"""Every form of every page, as people really use it: clicked twice, gone back to, sent when the visit is over."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from appliance.model.words import Site
from tests.architecture.tree import nothing
from tests.browser.cast import Cast, played
from tests.browser.walk import PEOPLE, Stop, show, stops
from tests.servers.chromium import Tab, another
from tests.story.stage import free_port

pytestmark = [pytest.mark.lab, pytest.mark.asyncio(loop_scope="session")]

TYPED = "途中まで入力した文章"
FORMS = '[...document.querySelectorAll("form[method=post]")]'
ACTIONS = f"{FORMS}.map((form) => form.getAttribute('action'))"
# How often the browser would send a form whose button is clicked twice; nothing is really sent.
CLICKED = """((action) => {
    let sent = 0;
    const count = (event) => { if (!event.defaultPrevented) sent++; event.preventDefault(); };
    document.addEventListener("submit", count);
    const form = FORMS.find((one) => one.getAttribute("action") === action);
    // What files are sent with has a script, which takes its button away: tests of scripts look at that.
    if (form.querySelector("[type=file]")) return 0;
    form.noValidate = true;
    const button = form.querySelector("button:not([type=button])");
    button.click();
    button.click();
    document.removeEventListener("submit", count);
    return sent;
})""".replace("FORMS", FORMS)
# Its scripts have run, be it in the time before one left it.
READY = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd > 0"
# Types into every field for text that is no secret, and sends the form; what it typed into.
HALF = """((action) => {
    const form = FORMS.find((one) => one.getAttribute("action") === action);
    const fields = [...form.elements].filter((one) => !one.readOnly && (one.localName === "textarea"
        || one.type === "text" && !/password|code$/.test(one.name)));
    for (const one of fields) one.value = TYPED + one.name;
    if (fields.length && !form.querySelector("[type=file]")) HTMLFormElement.prototype.submit.call(form);
    return form.querySelector("[type=file]") ? [] : fields.map((one) => one.name);
})""".replace("FORMS", FORMS).replace("TYPED", f"'{TYPED}'")
EMPTY = """((action) => {
    const form = FORMS.find((one) => one.getAttribute("action") === action);
    for (const one of form.elements) if (one.localName === "textarea" || one.type === "text") one.value = "";
    HTMLFormElement.prototype.submit.call(form);
})""".replace("FORMS", FORMS)
# Whether people type text into it.
TYPES = f"""((action) => {FORMS}.some((one) => one.getAttribute("action") === action
    && one.querySelector("[type=text], textarea") && !one.querySelector("[type=file]")))"""
STATUS = "performance.getEntriesByType('navigation')[0].responseStatus"
# Before a visit begins there is none that could end.
DOORS = ("/sign-in", "/onetime", "/register/", "/download/", "/activate/")
# What goes out as a file may be asked for twice.
DOWNLOADS = {"/notices/together", "/letters/print"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def used(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cast]:
    """A fund of its own: who is signed out here is missed by nobody."""
    async with played(tmp_path_factory.mktemp("used"), free_port()) as made:
        yield made


async def forms(cast: Cast, tab: Tab) -> AsyncIterator[tuple[Stop, str]]:
    """One of each kind: the page is open, and this is where its form goes."""
    seen = set[tuple[Site, str]]()
    for who in PEOPLE:
        async for stop in stops(cast, who):
            await show(tab, cast, who, stop.path)
            for action in await tab.run(ACTIONS):
                kind = (stop.site, "/".join("…" if len(part) == 26 else part for part in action.split("/")))
                if kind not in seen:
                    seen.add(kind)
                    await show(tab, cast, who, stop.path)
                    yield stop, action


async def test_a_double_click_sends_once(used: Cast, tab: Tab) -> None:
    twice, count = [], 0
    async for stop, action in forms(used, tab):
        count += 1
        sent = await tab.run(f"{CLICKED}({action!r})")
        if sent > 1 and action not in DOWNLOADS:
            twice.append(f"{stop.who} {stop.path}: {action} was sent {sent} times")
    nothing(twice)
    assert count > 30


async def test_what_was_typed_when_the_visit_was_over_is_still_there(used: Cast, tab: Tab) -> None:
    lost, count = [], 0
    async for stop, action in forms(used, tab):
        if action.startswith(DOORS):
            continue
        await tab.call("Network.clearBrowserCookies")
        tab._events.clear()
        names = await tab.run(f"{HALF}({action!r})")
        if not names:
            continue
        count += 1
        await tab.happens("Page.loadEventFired")
        assert await tab.run(STATUS) == 401
        html = await tab.run("document.documentElement.outerHTML")
        lost += [f"{stop.who} {stop.path}: {action} {name}" for name in names if TYPED + name not in html]
    nothing(lost)
    assert count > 6


async def test_after_a_form_was_sent_one_may_go_back_and_send_it_again(used: Cast, tab: Tab) -> None:
    stuck, count = [], 0
    async for stop, action in forms(used, tab):
        if not await tab.run(f"{TYPES}({action!r})"):
            continue
        async with tab.leaving():
            await tab.run(f"{EMPTY}({action!r})")
        if await tab.run(STATUS) not in (401, 403, 422):
            continue
        tab._events.clear()
        # Not at once: what was asked is answered first.
        await tab.run("void setTimeout(() => history.back())")
        # A page that comes out of the browser's memory is not loaded.
        await tab.happens("Page.frameNavigated")
        await tab.until(f"{READY} && {ACTIONS}.includes({action!r})")
        count += 1
        if await tab.run(f"{CLICKED}({action!r})") != 1:
            stuck.append(f"{stop.who} {stop.path}: {action}")
    nothing(stuck)
    assert count > 6


async def test_signed_out_in_one_window_the_other_one_loses_nothing(
    used: Cast, tab: Tab, tmp_path: Path, program: Callable[[str], str]
) -> None:
    visitor = used["sharoshi"]
    await show(tab, used, "sharoshi", "/")
    async with another(tab) as other:
        await other.go(visitor.site + "/own/name")
        await other.run(f"document.querySelector('#name').value = '{TYPED}'")
        async with tab.leaving():
            await tab.run("document.querySelector('form[action=\"/sign-out\"] button').click()")
        assert "ログアウト" in await tab.run("document.body.textContent")
        async with other.leaving():
            await other.run("document.querySelector('main form button').click()")
        assert await other.run(STATUS) == 401
        assert TYPED in await other.run("document.documentElement.outerHTML")
    await tab.go(visitor.site + "/filings")
    assert await tab.run("location.pathname") == "/sign-in"

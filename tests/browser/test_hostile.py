# SPDX-License-Identifier: Apache-2.0
"""What people type is text: on no page of anybody does it become an element, an attribute or a script."""

import json
import re
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import pytest
import pytest_asyncio

from appliance.web.rendering import FOLDER
from tests.architecture.tree import nothing
from tests.browser.cast import played
from tests.browser.hostile import FIELDS, PAYLOADS, Hostile, visible
from tests.browser.walk import PEOPLE, Stop, show, stops
from tests.servers.chromium import Tab
from tests.story.stage import free_port

pytestmark = [pytest.mark.lab, pytest.mark.asyncio(loop_scope="session")]

WRITTEN = sorted(
    {
        tag
        for file in FOLDER.rglob("*.html")
        for tag in re.findall(r"<([a-zA-Z][a-zA-Z0-9-]*)", file.read_text("utf-8"))
    }
)
# Nothing runs, nothing is asked, and what the policy of the page had to stop is written down.
ALARM = """
window.alarms = [];
for (const name of ["alert", "confirm", "prompt"]) window[name] = () => window.alarms.push(name);
document.addEventListener("securitypolicyviolation", (event) => window.alarms.push(
    `${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
# What no template writes, in a document.
STRANGE = (
    """((page) => {
    const written = new Set(WRITTEN);
    const leads = /^(href|src|action|formaction)$/, here = /^(\\/(?!\\/)|[?#]|https:\\/\\/127[.]|mailto:|tel:|$)/;
    const wrong = (one) => !written.has(one.localName) || [...one.attributes].some(({ name, value }) =>
        /^(on|data-evil|style$|srcdoc$)/.test(name) || (leads.test(name) && !here.test(value)));
    return [...page.querySelectorAll("*")].filter(wrong).map((one) => one.outerHTML.slice(0, 150));
})"""
).replace("WRITTEN", json.dumps(WRITTEN))
TEXT = """((page) => page.documentElement.textContent + " "
    + [...page.querySelectorAll("input, textarea, option")].map((one) => one.value).join(" "))"""
PARSED = "new DOMParser().parseFromString(%s, 'text/html')"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def hostile(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hostile]:
    """A fund in which everything that can be typed has been."""
    async with played(tmp_path_factory.mktemp("hostile"), free_port()) as cast:
        made = Hostile(cast)
        await made.play()
        yield made


async def found(tab: Tab, html: str) -> tuple[list[str], str]:
    """What is strange in a page that is parsed, but not shown; and its words."""
    page = PARSED % json.dumps(html)
    return await tab.run(f"{STRANGE}({page})"), visible(await tab.run(f"{TEXT}({page})"))


async def test_the_answers_to_what_was_typed_show_it_as_text(hostile: Hostile, tab: Tab) -> None:
    wrong = []
    for what, answer in hostile.answers:
        strange, _ = await found(tab, answer.body.decode())
        wrong += [f"{what}: {one}" for one in strange]
    nothing(wrong)
    assert len(hostile.answers) > 10 * len(PAYLOADS)


async def test_each_field_took_some_or_says_that_it_takes_none(hostile: Hostile) -> None:
    taken, refused = {what for what, _ in hostile.kept}, {what for what, _ in hostile.refused}
    assert taken == {what for what, takes in FIELDS.items() if takes}
    assert refused >= {what for what, takes in FIELDS.items() if not takes}


async def test_what_was_typed_is_seen_as_it_was_typed(hostile: Hostile, tab: Tab) -> None:
    wrong, words = [], ""
    for who, path in await lists(hostile):
        strange, text = await found(tab, (await hostile.cast[who].get(path)).body.decode())
        wrong += [f"{who} {path}: {one}" for one in strange]
        words += text
    missed = sorted(f"{what}: {payload!r}" for what, payload in hostile.kept if visible(payload) not in words)
    nothing([*wrong, *missed])


async def lists(hostile: Hostile) -> list[tuple[str, str]]:
    """Where each thing that was typed is shown to somebody."""
    found = [(who, f"/filings/{filing}") for filing in hostile.filings for who in ("sharoshi", "clerk")]
    for who, path in (
        ("clerk", "/offices"),
        ("clerk", "/notices"),
        ("other", "/notices"),
        ("second", "/staff"),
        ("second", "/proposals"),
        ("admin", "/users"),
        ("admin", "/filings"),
        ("clerk", "/banners"),
    ):
        while path:
            found.append((who, path))
            links = (await hostile.cast[who].get(path)).page.links
            path = next((link for link in links if "after=" in link and (who, link) not in found), "")
    proposals = (await hostile.cast["second"].get("/proposals")).page.links
    offices = (await hostile.cast["clerk"].get("/offices")).page.links
    found += [("second", link) for link in proposals if link.startswith("/proposals/")]
    found += [("clerk", link) for link in offices if link.startswith("/offices/")]
    return found


async def test_on_no_page_of_anybody_a_script_runs(hostile: Hostile, tab: Tab) -> None:
    await tab.call("Page.enable")
    alarm = await tab.call("Page.addScriptToEvaluateOnNewDocument", source=ALARM)
    wrong, count = [], 0
    for who in PEOPLE:
        async for stop in stops(hostile.cast, who):
            await show(tab, hostile.cast, who, stop.path)
            seen = [*await tab.run("window.alarms"), *await tab.run(f"{STRANGE}(document)"), *tab.errors]
            wrong += [f"{who} {stop.path}: {one}" for one in seen]
            count += 1
    await tab.call("Page.removeScriptToEvaluateOnNewDocument", identifier=alarm["identifier"])
    nothing(wrong)
    assert count > 60


async def test_what_is_asked_for_comes_back_as_text(hostile: Hostile, tab: Tab) -> None:
    wrong, asked = [], 0
    for who in ("admin", "clerk", "public"):
        async for stop in stops(hostile.cast, who):
            names = await searches(hostile, stop)
            for payload in PAYLOADS if names else ():
                query = urlencode(dict.fromkeys(names, payload))
                answer = await hostile.cast[who].get(f"{stop.path.partition('?')[0]}?{query}")
                assert answer.status in (200, 404, 422), (who, stop.path, names, payload, answer.status)
                wrong += [
                    f"{who} {stop.path} {payload}: {one}" for one in (await found(tab, answer.body.decode()))[0]
                ]
                asked += 1
    nothing(wrong)
    assert asked > 4 * len(PAYLOADS)


async def searches(hostile: Hostile, stop: Stop) -> list[str]:
    """The names of the text fields with which a page asks for itself again."""
    html = (await hostile.cast[stop.who].get(stop.path)).body.decode()
    form = re.search(r'<form[^>]* method="get".*?</form>', html, re.DOTALL)
    return re.findall(r'<input [^>]*?name="([a-z_]+)"', form[0]) if form else []


async def test_the_alarm_would_ring(tab: Tab) -> None:
    strange, _ = await found(tab, "<main>" + "".join(PAYLOADS))
    assert len(strange) >= 10
    await tab.call("Page.enable")
    alarm = await tab.call("Page.addScriptToEvaluateOnNewDocument", source=ALARM)
    await tab.go("data:text/html,<script>alert(1)</script>")
    assert await tab.run("window.alarms") == ["alert"]
    await tab.call("Page.removeScriptToEvaluateOnNewDocument", identifier=alarm["identifier"])

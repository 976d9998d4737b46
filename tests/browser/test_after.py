# SPDX-License-Identifier: Apache-2.0
"""axe-core finds nothing on pages that follow a form which was sent, nor while the dialog of the ZIPs is open."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio

from tests.architecture.tree import nothing
from tests.browser.axe import DESK, look
from tests.browser.cast import Cast, played
from tests.browser.walk import show
from tests.servers.chromium import Tab
from tests.story import filing_zip
from tests.story.notices import NOTICE
from tests.story.people import OFFICE
from tests.story.stage import free_port

pytestmark = [pytest.mark.lab, pytest.mark.asyncio(loop_scope="session")]


@dataclass(frozen=True)
class Act:
    """A form that somebody fills in and sends, and what the next page says.

    through are the links that lead from path to the page of the form.
    """

    name: str
    who: str
    path: str
    action: str
    said: str
    typed: dict[str, str] = field(default_factory=dict)
    through: str = ""
    file: str = ""


FILING, NEW = str(filing_zip.FILING), {"type": "acquisition", "filed_on": "2026-06-08", "event_on": "2026-06-01"}
IN_PERSON = {"reason": "電話で確かめました。"}
# In this order: what one has done, another goes on with.
ACTS = (
    Act(
        "requested",
        "public",
        "/onetime/",
        "/onetime/",
        "",
        {"contract_number": "123456-0000009", "user_id": "nobody"},
    ),
    Act("own name", "admin", "/own/name", "/own/name", ""),
    Act("office", "admin", "/office", "/office", ""),
    Act("code", "admin", "/zip-password", "/zip-password/code", ""),
    Act("sent", "sharoshi", "/filings/new", "/filings/new", "受け付けました", NEW, file=FILING),
    Act(
        "approved",
        "admin",
        "/filings",
        r"/filings/\w+/approve",
        "配信",
        through=r"/filings/\w{20,}",
    ),
    Act(
        "received",
        "clerk",
        "/filings",
        r"/filings/\w+/receive",
        "受信済",
        through=r"/filings/\w{20,}",
    ),
    Act(
        "returned",
        "clerk",
        "/filings",
        r"/filings/\w+/return",
        "差戻し",
        {"reason": "日付が違います。"},
        r"/filings/\w{20,}",
    ),
    Act(
        "delivered",
        "clerk",
        "/notices/new",
        "/notices/new",
        "納入告知金額通知書",
        {"office": OFFICE, "type": "納入告知金額通知書", "period": "2026-07"},
        file=str(NOTICE),
    ),
    Act("unlocked", "desk", "/locks", r"/locks/\w+/unlock", "解除しました", IN_PERSON, r"/locks/\w+/unlock"),
    Act("approved by two", "second", "/proposals", r"/proposals/\w+", "shinjin1"),
    Act("user's first password", "admin", "/users", r"/users/\w+/password", "", {}, r"/users/\w{20,}"),
    Act(
        "name",
        "nobody",
        "/sign-in",
        "/sign-in",
        "パスワード",
        {"contract_number": "123456-0000001", "user_id": "x"},
    ),
    Act("signed out", "clerk", "/own", "/sign-out", "ログアウトしました"),
)
LINKS = "[...document.querySelectorAll('main a')].map((one) => new URL(one.href).pathname)"
FORM = "[...document.forms].find((form) => new RegExp(`^${%r}$`).test(new URL(form.action).pathname))"
# Types what belongs into each field; of a list what has the words.
FILL = """(() => {
    window.asked = %s;
    for (const [name, words] of Object.entries(%r)) {
        const control = asked.elements[name];
        const found = [...(control.options ?? [])].find((one) => one.value === words || one.text.includes(words));
        control.value = found ? found.value : words;
    }
})()"""
PRESS = "asked.querySelector('button:not([type=button])').click()"
WENT_WRONG = "performance.getEntriesByType('navigation')[0].responseStatus"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def spent(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cast]:
    """A fund of its own: what is done here changes it for good."""
    async with played(tmp_path_factory.mktemp("spent"), free_port()) as made:
        yield made


async def test_what_follows_a_form_that_was_sent_is_fine(spent: Cast, tab: Tab) -> None:
    wrong = []
    for act in ACTS:
        await done(tab, spent, act)
        status, words = await tab.run(WENT_WRONG), await tab.run("document.body.innerText")
        if status >= 400 or act.said not in words:
            wrong.append(f"{act.name}: {status}: {words[:400]}")
        wrong += await look(tab, f"after {act.name}")
    nothing(wrong)


async def done(tab: Tab, cast: Cast, act: Act) -> None:
    """Somebody has sent it, and the next page is there; a file goes as without scripts, in one piece."""
    await tab.call("Emulation.setScriptExecutionDisabled", value=bool(act.file))
    try:
        await found(tab, cast, act)
        await tab.run(FILL % (FORM % act.action, act.typed))
        if act.file:
            await tab.choose("#file", Path(act.file))
        async with tab.leaving():
            await tab.run(PRESS)
    finally:
        await tab.call("Emulation.setScriptExecutionDisabled", value=False)


async def found(tab: Tab, cast: Cast, act: Act) -> None:
    """The page with the form is open: the first that has it of those where the links lead."""
    waiting = [act.path]
    while waiting:
        await show(tab, cast, act.who, waiting.pop(0))
        if await tab.run(f"{FORM % act.action} !== undefined"):
            return
        links = await tab.run(LINKS)
        further = [link for link in links if re.fullmatch(act.action, link)]
        waiting = [*further, *waiting, *(link for link in links if act.through and re.fullmatch(act.through, link))]
    raise AssertionError(f"{act.name}: there is no such form")


async def test_the_dialog_of_the_zips_is_fine(cast: Cast, tab: Tab) -> None:
    await show(tab, cast, "admin", "/notices")
    await tab.run("document.querySelector('button[data-open]').click()")
    assert await tab.run("document.querySelector('dialog').open")
    wrong = await look(tab, "dialog")
    await tab.run("document.querySelector('dialog input').value = 'a wrong one'")
    await tab.run("document.querySelector('dialog form').requestSubmit()")
    await tab.until("[...document.querySelectorAll('dialog [data-wrong]')].some((one) => !one.hidden)")
    nothing([*wrong, *await look(tab, "dialog with a wrong password")])


async def test_the_dialog_keeps_the_focus_and_gives_it_back(cast: Cast, tab: Tab) -> None:
    await tab.wear(*DESK)
    await show(tab, cast, "admin", "/notices")
    await tab.run("document.querySelector('button[data-open]').focus()")
    await tab.press("Enter")
    inside = "document.activeElement.closest('dialog') !== null || document.activeElement === document.body"
    for _ in range(8):
        assert await tab.run(inside), await tab.run("document.activeElement.outerHTML")
        await tab.press("Tab")
    await tab.press("Escape")
    assert not await tab.run("document.querySelector('dialog').open")
    assert await tab.run("document.activeElement.matches('button[data-open]')")

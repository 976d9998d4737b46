# SPDX-License-Identifier: Apache-2.0
"""The pages of a plugin are as good as those of the product, whatever is typed into them."""

import pytest

from tests.architecture.tree import nothing
from tests.browser.axe import look
from tests.browser.cast import Cast
from tests.browser.inquiries import HOME, ask
from tests.browser.walk import show
from tests.servers.chromium import Tab

pytestmark = [pytest.mark.lab, pytest.mark.asyncio(loop_scope="session")]

EVIL = "<script>document.title='evil'</script><img src=x onerror=\"document.title='evil'\">\u202e𠮷'\"&lt;"
EMPTY = """(() => {
    const form = document.querySelector("main form[method=post]");
    HTMLFormElement.prototype.submit.call(form);
})()"""


async def test_what_somebody_typed_is_text_on_every_page_that_shows_it(cast: Cast, tab: Tab) -> None:
    asked = await ask(cast["sharoshi"], EVIL, f"{EVIL}\n二行目")
    wrong = []
    for who, path in (
        ("admin", HOME),
        ("admin", asked.path),
        ("clerk", HOME),
        ("desk", f"{HOME}?which=all"),
        ("auditor", asked.path),
    ):
        await show(tab, cast, who, path)
        assert "<script>document.title" in await tab.run("document.querySelector('main').innerText")
        assert await tab.run("document.title") != "evil"
        assert await tab.run("document.querySelectorAll('main script, main img').length") == 0
        wrong += await look(tab, f"{who} {path}")
        wrong += [f"{who} {path}: {error}" for error in tab.errors]
    nothing(wrong)


async def test_a_form_with_faults_is_fine_and_says_them(cast: Cast, tab: Tab) -> None:
    await show(tab, cast, "admin", f"{HOME}/new")
    async with tab.leaving():
        await tab.run(EMPTY)
    assert "件名を入力してください。" in await tab.run("document.querySelector('main').innerText")
    nothing(await look(tab, "the form with faults"))


async def test_another_office_and_another_role_find_nothing(cast: Cast) -> None:
    asked = await ask(cast["admin"], "秘密の件", "秘密")
    assert (await cast["other"].get(asked.path)).status == 404
    assert "秘密の件" not in (await cast["other"].get(HOME)).page.text
    assert (await cast["system"].get(asked.path)).status == 403
    assert HOME not in (await cast["system"].get("/")).page.links
    assert HOME in (await cast["auditor"].get("/")).page.links
    seen = await cast["auditor"].get(asked.path)
    assert "秘密" in seen.page.text and asked.path not in seen.page.actions

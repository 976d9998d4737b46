# SPDX-License-Identifier: Apache-2.0
"""What is left of a visit is said in time; when the VPN is cut at its end, nothing that was typed is lost."""

import pytest

from tests.browser.cast import Cast
from tests.browser.walk import show
from tests.servers.chromium import Tab

pytestmark = [pytest.mark.lab, pytest.mark.asyncio(loop_scope="session")]

# So many minutes before the end of the visit, by the page's own clock.
LATER = """((minutes) => { const at = end - minutes * 60000; Date.now = () => at;
    document.dispatchEvent(new Event("visibilitychange")); return notice.hidden ? "" : notice.textContent; })(%d)"""
NOTICE = "notice.textContent"
TYPED = "途中まで入力した氏名"
# How often the browser would send the form; nothing is really sent.
PREPARE = """(() => { window.sent = 0; const form = document.querySelector("main form[method=post]");
    form.noValidate = true; form.querySelector("[name=name]").value = "%s";
    document.addEventListener("submit", (event) => { sent += !event.defaultPrevented; event.preventDefault(); });
})()"""
PRESS = "document.querySelector('main form[method=post] button:not([type=button])').click()"


async def test_it_is_said_in_time_and_what_was_typed_stays(cast: Cast, tab: Tab) -> None:
    await show(tab, cast, "admin", "/own/name")
    assert await tab.run(LATER % 11) == ""
    assert "入力中のものは、それまでに送信" in await tab.run(LATER % 9)
    assert "まもなく" in await tab.run(LATER % 1)
    assert "残っています" in await tab.run(LATER % -1)
    await tab.run(PREPARE % TYPED)
    await tab.network(offline=True)
    try:
        await tab.run(PRESS)
        await tab.until(f"{NOTICE}.includes('まだ送信していません')")
    finally:
        await tab.network()
    assert await tab.run("[sent, document.querySelector('[name=name]').value]") == [0, TYPED]
    await tab.run(f"{PRESS}; {PRESS}")
    await tab.until("sent === 1")

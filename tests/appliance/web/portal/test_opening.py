# SPDX-License-Identifier: Apache-2.0
"""ZIPs of notices, opened in a real browser without any other program; before the real vault."""

import hashlib

import pytest

from appliance.model.words import NoticeState
from tests.appliance.vault.doorman.making import small_pdf
from tests.appliance.vault.people.folk import ZIP
from tests.appliance.vault.world import Person, World
from tests.appliance.web.whole import Reader
from tests.servers.chromium import Tab

pytestmark = pytest.mark.lab

# Keeps what the page makes, and goes no further than the link.
KEEP = """
    window.made = [];
    const address = URL.createObjectURL;
    URL.createObjectURL = (blob) => (made.push(blob), address(blob));
    window.saved = [];
    HTMLAnchorElement.prototype.click = function () { saved.push(this.download); };
"""
SHA256 = """crypto.subtle.digest("SHA-256", await made[0].arrayBuffer())"""
HEX = (
    f"(async () => [...new Uint8Array(await {SHA256})].map((one) => one.toString(16).padStart(2, '0')).join(''))()"
)


async def ask(tab: Tab, reader: Reader) -> None:
    """Open the list, and press the button beside the first ZIP."""
    await tab.go(f"{reader.browser.origin}/notices")
    await tab.run(KEEP)
    await tab.run("document.querySelector('button[data-open]').click()")


async def give(tab: Tab, password: str, then: str) -> None:
    """Type the password, press the button, and wait until something holds."""
    await tab.run(f"document.querySelector('#opening-password').value = '{password}'")
    await tab.run("document.querySelector('dialog .actions button').click()")
    await tab.until(then)


async def test_a_zip_opens_without_another_program(tab: Tab, reader: Reader, world: World, admin: Person) -> None:
    pdf = small_pdf("帳票")
    notice = await (await world.clerk()).deliver(admin.office, pdf)
    await ask(tab, reader)
    assert await tab.run("document.activeElement.id") == "opening-password"
    await give(tab, ZIP, "window.saved.length === 1")
    assert await tab.run(HEX) == hashlib.sha256(pdf).hexdigest()
    assert (await tab.run("saved[0]")).endswith(".pdf")
    assert (await world.notice(notice)).state is NoticeState.RECEIVED


async def test_a_wrong_password_is_told_and_the_zip_not_fetched_again(
    tab: Tab, reader: Reader, world: World, admin: Person
) -> None:
    await (await world.clerk()).deliver(admin.office, small_pdf())
    await ask(tab, reader)
    await tab.run("{ const get = fetch; window.asked = 0; window.fetch = (...all) => (asked++, get(...all)); }")
    await give(tab, "違うもの", "!document.querySelector('[data-wrong]').hidden")
    assert await tab.run("made.length") == 0
    await give(tab, ZIP, "window.saved.length === 1")
    assert await tab.run("asked") == 1


async def test_nothing_is_left_when_it_is_closed(tab: Tab, reader: Reader, world: World, admin: Person) -> None:
    await (await world.clerk()).deliver(admin.office, small_pdf())
    await ask(tab, reader)
    await give(tab, ZIP, "window.saved.length === 1")
    await tab.run("document.querySelector('[data-close]').click()")
    await tab.until("document.querySelector('[data-found]').childElementCount === 0")
    assert await tab.run("document.querySelector('#opening-password').value") == ""


async def test_a_visit_that_has_ended_is_told(tab: Tab, reader: Reader, world: World, admin: Person) -> None:
    await (await world.clerk()).deliver(admin.office, small_pdf())
    await ask(tab, reader)
    await tab.call("Network.clearBrowserCookies")
    await give(tab, ZIP, "!document.querySelector('[data-failed]').hidden")
    assert await tab.run("made.length") == 0

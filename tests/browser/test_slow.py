# SPDX-License-Identifier: Apache-2.0
"""A slow line (3G in the country) is a line: one signs in, sees what there is, and sends a small file."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.browser.cast import Cast
from tests.browser.test_keyboard import again
from tests.browser.walk import show
from tests.pdf import pdf
from tests.servers.chromium import Tab
from tests.story.people import FOUNDERS, OFFICE

pytestmark = [pytest.mark.lab, pytest.mark.asyncio(loop_scope="session")]

# What the developer tools of browsers call slow 3G.
KILOBYTES, DELAY = 50, 400
# With the certificate, all that a page loads the first time.
LARGEST = 60 * 1024
CAME = "performance.getEntries().reduce((sum, one) => sum + (one.transferSize ?? 0), 0)"
FILES = "document.querySelector('.files').textContent"


@pytest_asyncio.fixture(loop_scope="session")
async def line(tab: Tab) -> AsyncIterator[Tab]:
    """The browser at the end of that line, with nothing loaded before."""
    await tab.call("Network.clearBrowserCache")
    await tab.network(kilobytes=KILOBYTES, delay=DELAY)
    try:
        yield tab
    finally:
        await tab.network()


async def typed(tab: Tab, **values: str) -> None:
    """Fill in the form, and go on to what follows."""
    for name, value in values.items():
        await tab.run(f"document.querySelector('#{name}').value = {value!r}")
    async with tab.leaving():
        await tab.run("document.querySelector('main .actions button').click()")


async def test_one_signs_in_and_sees_what_there_is(cast: Cast, line: Tab) -> None:
    person, portal = FOUNDERS[OFFICE], cast.stage.addresses["portal"]
    await line.be(portal, {})
    await line.go(f"{portal}/sign-in")
    assert await line.run(CAME) <= LARGEST
    await typed(line, contract_number=person.contract, user_id=person.user)
    await typed(line, password=person.password)
    assert await line.run("document.querySelector('h1').textContent") == "メニュー"
    assert await line.run(CAME) <= LARGEST
    async with line.leaving():
        await line.run("document.querySelector(\".ways a[href='/notices']\").click()")
    assert await line.run("document.querySelectorAll('tbody tr').length") > 0
    assert await line.run(CAME) <= LARGEST
    await again(cast)


async def test_a_small_file_arrives(cast: Cast, line: Tab, tmp_path: Path) -> None:
    scan = tmp_path / "小さい.pdf"
    scan.write_bytes(pdf(1, 100_000))
    await show(line, cast, "sharoshi", "/filings/new")
    await line.run("document.querySelector('#type').value = 'suspension'")
    await line.choose("#file", scan)
    await line.run("document.querySelector('.actions button').click()")
    await line.until(f"{FILES}.includes('受け付けました') || {FILES}.includes('受け付けていません')")
    assert "小さい.pdf: 受け付けました" in await line.run(FILES)

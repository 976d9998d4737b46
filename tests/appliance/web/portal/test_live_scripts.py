# SPDX-License-Identifier: Apache-2.0
"""Pages that change by themselves, in a real browser before the real vault."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from appliance.link import messages as m
from appliance.web.cookies import visit_cookie
from tests.appliance.vault.filings.sending import delivered
from tests.appliance.vault.world import Person, World
from tests.appliance.web.whole import Reader
from tests.servers.chromium import Tab, browsing

pytestmark = pytest.mark.lab


@pytest.fixture
async def tab(reader: Reader, admin: Person, tmp_path: Path, program: Callable[[str], str]) -> AsyncIterator[Tab]:
    """The browser of the admin of an office; the portal's process watches."""
    origin, live = reader.browser.origin, reader.browser.website.house.live
    cookie = {"name": visit_cookie(reader.site), "value": admin.token, "url": origin}
    async with asyncio.TaskGroup() as group:
        task = group.create_task(live.run())
        async with browsing(program("chromium"), tmp_path / "profile", cookie) as made:
            yield made
            assert made.errors == []
        task.cancel()


async def opened(tab: Tab, reader: Reader, path: str) -> None:
    """A page that listens."""
    await tab.go(reader.browser.origin + path)
    while not reader.browser.website.house.live.count:  # noqa: ASYNC110 - the browser tells nobody
        await asyncio.sleep(0.01)


async def test_a_receipt_is_seen_within_two_seconds(tab: Tab, reader: Reader, admin: Person, world: World) -> None:
    clerk = await world.clerk()
    filing = await delivered(world, admin)
    await opened(tab, reader, f"/filings/{filing}")
    await tab.run("window.isTheSame = true")
    await clerk.ask(m.ReceiveFiling(filing, ""))
    async with asyncio.timeout(2):
        await tab.until("document.querySelector('h1').textContent.includes('受信')")
    assert await tab.run("window.isTheSame"), "without a reload"
    assert "更新しました" in await tab.run("document.querySelector('main > [role=status]').textContent")


async def test_the_menu_counts(tab: Tab, reader: Reader, admin: Person, world: World) -> None:
    clerk = await world.clerk()
    await opened(tab, reader, "/")
    await tab.run("document.querySelector('main a[href=\"/notices\"]').focus()")
    await clerk.deliver(admin.office)
    await tab.until("document.querySelector('main').textContent.includes('未受信 1件')")
    focus = "document.activeElement.getAttribute('href')"
    assert await tab.run(focus) == "/notices", "the focus stays"


async def test_the_vault_is_back_and_the_page_catches_up(
    tab: Tab, reader: Reader, admin: Person, world: World
) -> None:
    clerk = await world.clerk()
    await opened(tab, reader, "/")
    reader.browser.website.house.live._let_go()
    await clerk.deliver(admin.office)
    await tab.until("document.querySelector('main').textContent.includes('未受信 1件')")


async def test_what_changes_between_the_page_and_its_listening_is_seen(
    tab: Tab, reader: Reader, admin: Person, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk, may_follow = await world.clerk(), asyncio.Event()
    link = reader.browser.website.house.link
    ask = link.ask

    async def held(message: object, **how: Any) -> Any:
        if isinstance(message, m.Follow):
            await may_follow.wait()
        return await ask(message, **how)

    monkeypatch.setattr(link, "ask", held)
    await tab.go(reader.browser.origin + "/")
    await clerk.deliver(admin.office)
    may_follow.set()
    await tab.until("document.querySelector('main').textContent.includes('未受信 1件')")


async def test_what_is_typed_is_not_exchanged(tab: Tab, reader: Reader, admin: Person, world: World) -> None:
    clerk = await world.clerk()
    await opened(tab, reader, "/")
    await tab.run(
        "document.querySelector('[data-live=soon]').insertAdjacentHTML('beforeend', '<dd><input id=typed></dd>');"
        "document.querySelector('#typed').value = '入力中'"
    )
    await clerk.deliver(admin.office)
    # The menu below has been exchanged, and what was said then is still about what was not.
    said = "document.querySelector('main > [role=status]').textContent"
    menu = "document.querySelector('[data-live=menu]').textContent"
    await tab.until(f"{menu}.includes('未受信 1件') && (window.saidThen ??= {said} || '-')")
    assert "新しい内容があります" in await tab.run("window.saidThen")
    assert await tab.run("document.querySelector('#typed').value") == "入力中"

# SPDX-License-Identifier: Apache-2.0
"""The events of one page, over real connections, with the real vault behind them."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.vault.watching.watching import Watching
from appliance.web import site as site_module
from appliance.web.live import ALIVE, CHANGED, ENDED
from tests.appliance.vault.world import Person, World
from tests.appliance.web.conftest import Browser
from tests.appliance.web.portal_with_vault import admin, reader, world
from tests.appliance.web.whole import Reader

__all__ = ["admin", "reader", "world"]


@pytest.fixture
async def listening(world: World, reader: Reader) -> AsyncIterator[Browser]:
    """The portal, and its process watches."""
    world.core.watching = Watching(every=0)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(reader.browser.website.house.live.run())
        await connected(reader.browser)
        yield reader.browser
        task.cancel()


async def connected(browser: Browser) -> None:
    """Wait for the first word of the vault."""
    while True:
        try:
            return browser.website.house.live.need_place()
        except Refused:
            await asyncio.sleep(0)


@asynccontextmanager
async def opened(browser: Browser, person: Person, since: str = "") -> AsyncIterator[aiohttp.ClientResponse]:
    """A page of a person that listens; its first word has come. since: the mark of the page, else one of now."""
    headers = {"Cookie": f"__Host-renkei-portal={person.token}"}
    since = since or await mark(browser, person)
    async with browser.http.get(f"{browser.origin}/live?since={since}", headers=headers) as answer:
        assert answer.status == 200
        assert await said(answer) == ALIVE
        yield answer


async def mark(browser: Browser, person: Person) -> str:
    """The mark of a page that is made now, for a visit that is followed already."""
    headers = {"Cookie": f"__Host-renkei-portal={person.token}"}
    async with browser.http.get(browser.origin + "/live", headers=headers) as answer:
        assert await said(answer) == ALIVE
    browser.cookies = {"__Host-renkei-portal": person.token}
    (found,) = re.findall(r'<main id="main" data-since="([^"]+)">', (await browser.get("/")).text)
    return str(found)


async def said(answer: aiohttp.ClientResponse) -> bytes:
    """The next words on a stream, b"" at its end."""
    async with asyncio.timeout(10):
        return await answer.content.readuntil(b"\n\n")


async def test_a_delivered_notice_is_heard(listening: Browser, admin: Person, world: World) -> None:
    clerk = await world.clerk()
    async with opened(listening, admin) as page:
        assert page.headers["Content-Type"] == "text/event-stream"
        assert page.headers["Cache-Control"] == "no-store"
        await clerk.deliver(admin.office)
        assert await said(page) == CHANGED


async def test_a_change_after_the_page_was_made_and_before_it_listens_is_heard(
    listening: Browser, admin: Person, world: World
) -> None:
    clerk = await world.clerk()
    made = await mark(listening, admin)
    async with opened(listening, admin) as witness:
        await clerk.deliver(admin.office)
        assert await said(witness) == CHANGED
    async with opened(listening, admin, made) as page:
        assert await said(page) == CHANGED


async def test_a_visit_that_has_ended_hears_so(listening: Browser, admin: Person, world: World) -> None:
    clerk = await world.clerk()
    async with opened(listening, admin) as page:
        await admin.ask(m.SignOut())
        await clerk.deliver(admin.office)
        assert await said(page) == ENDED
        assert await said(page) == b""


async def test_without_a_visit_there_is_nothing_to_hear(listening: Browser) -> None:
    assert (await listening.get("/live")).status == 303
    listening.cookies = {"__Host-renkei-portal": "A" * 43}
    assert (await listening.get("/live")).status == 303


async def test_while_the_vault_is_not_heard_a_page_comes_again(reader: Reader, admin: Person) -> None:
    answer = await reader.be(admin.token).browser.get("/live")
    assert answer.status == 503


async def test_open_pages_take_no_place_from_others(
    listening: Browser, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_module, "MAX_AT_ONCE", 1)
    async with AsyncExitStack() as stack:
        for _ in range(3):
            await stack.enter_async_context(opened(listening, admin))
        listening.cookies = {"__Host-renkei-portal": admin.token}
        assert (await listening.get("/")).status == 200


async def test_a_stop_waits_for_no_page(listening: Browser, admin: Person) -> None:
    async with opened(listening, admin) as page, asyncio.timeout(4):
        await listening.website.stop()
        assert await said(page) == b""


async def test_a_page_is_not_counted_as_slow(listening: Browser, admin: Person) -> None:
    async with opened(listening, admin):
        await listening.website.stop()
    assert "/live" not in {route for route, _ in listening.seen}


async def test_the_vault_stops_and_is_back(listening: Browser, admin: Person, world: World) -> None:
    clerk = await world.clerk()
    async with opened(listening, admin) as page:
        world.core.watching.close()
        assert await said(page) == b""
    await admin.refused(Why.BUSY, m.Follow())
    world.core.watching = Watching(every=0)
    async with asyncio.timeout(10):
        await connected(listening)
    async with opened(listening, admin) as page:
        await clerk.deliver(admin.office)
        assert await said(page) == CHANGED

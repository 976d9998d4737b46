# SPDX-License-Identifier: Apache-2.0
"""The sites, or the vault, go away under open pages: all come back by themselves, and nothing typed is lost."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from appliance.model.words import Site
from appliance.web.cookies import visit_cookie
from tests.journeys.courier import Document, delivered
from tests.journeys.installation import Installation
from tests.journeys.listeners import LONGEST_PAUSE, Page, crowd, visits_of
from tests.journeys.waiting import until
from tests.servers.chromium import Tab, another, browsing

VISITS = 25
WANTED_SECONDS = 5.0
# How often a page that waits for the service asks, in about half a minute.
ASKED = 7
DOCUMENT = Document.of(7, 10_000)
ARRIVED = "未受信 1件"
TYPED = {"kana": "ヨシダ　ハナコ", "name": "𠮷田　花子"}
ASKS = "performance.getEntriesByType('resource').filter((one) => one.initiatorType === 'fetch').length"
TEXT = "document.querySelector('main').textContent"


async def all_are(pages: list[Page], true: Callable[[Page], bool]) -> None:
    """Return as soon as it holds for all pages."""

    async def look() -> bool:
        return all(map(true, pages))

    await until(look)


def told(times: list[float]) -> str:
    """For who reads the log of the test."""
    return f"{min(times):.2f} to {max(times):.2f} s, median {statistics.median(times):.2f} s"


@pytest.fixture
async def tokens(fund: Installation) -> list[str]:
    """Visits of the first office's user, before anything runs."""
    return await visits_of(fund, fund.user.user, VISITS + 1)


@pytest.fixture
async def windows(
    fund: Installation, tokens: list[str], tmp_path: Path, program: Callable[[str], str]
) -> AsyncIterator[list[Tab]]:
    """Three windows of a browser, with the last visit."""
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(browsing(program("chromium"), tmp_path / "profile"))
        await first.be(fund.address(Site.PORTAL), {visit_cookie(Site.PORTAL): tokens[-1]})
        yield [first, *[await stack.enter_async_context(another(first)) for _ in range(2)]]


async def fill(fund: Installation, windows: list[Tab]) -> None:
    """One window types a name, one looks at the menu; the third has not gone anywhere yet."""
    typing, looking, _ = windows
    await typing.go(fund.address(Site.PORTAL) + "/own/name")
    for field, text in TYPED.items():
        await typing.run(f"document.querySelector('#{field}').select()")
        await typing.type(text)
    await looking.go(fund.address(Site.PORTAL) + "/")
    assert "未受信はありません" in await looking.run(TEXT)


async def is_kept_and_sent(typing: Tab) -> None:
    """What was typed is still there, and goes out as it is."""
    for field, text in TYPED.items():
        assert await typing.run(f"document.querySelector('#{field}').value") == text
    async with typing.leaving():
        await typing.run("document.querySelector('main form button').click()")
    assert TYPED["name"] in await typing.run("document.body.textContent")


@pytest.mark.lab
@pytest.mark.parametrize("how", ["stop", "kill"])
async def test_the_sites_are_restarted_under_a_hundred_pages(
    fund: Installation, tokens: list[str], windows: list[Tab], how: str
) -> None:
    fund.start("vault")
    web = fund.start("web")
    async with crowd(fund, tokens[:VISITS]) as pages:
        await all_are(pages, lambda page: page.is_open)
        await fill(fund, windows)
        await asyncio.to_thread(getattr(web, how))
        await all_are(pages, lambda page: not page.is_open)
        before = [len(page.times) for page in pages]
        await asyncio.to_thread(web.start)
        ready = time.monotonic()
        await all_are(pages, lambda page: page.is_open)
        assert [len(page.times) for page in pages] == [count + 1 for count in before], "each came back once"
        back = [page.times[-1] - ready for page in pages]
        print(f"{len(pages)} pages listen again after {told(back)} from the sites' start")
        assert 1.5 * LONGEST_PAUSE < WANTED_SECONDS
        assert len({int(10 * one) for one in back}) > 5, "not all at once"
        await delivered(fund, DOCUMENT)
        await all_are(pages, lambda page: ARRIVED in page.html)
    await windows[1].until(f"{TEXT}.includes('{ARRIVED}')")
    await is_kept_and_sent(windows[0])


@pytest.mark.lab
async def test_the_vault_is_away_for_half_a_minute(
    fund: Installation, tokens: list[str], windows: list[Tab]
) -> None:
    vault = fund.start("vault")
    fund.start("web")
    async with crowd(fund, tokens[:5]) as pages:
        await all_are(pages, lambda page: page.is_open)
        await fill(fund, windows)
        assert await asyncio.to_thread(vault.stop) == 0
        await all_are(pages, lambda page: not page.is_open)
        waiting = windows[2]
        await waiting.go(fund.address(Site.PORTAL) + "/notices")
        assert "ただいまサービスを準備しています" in await waiting.run("document.body.textContent")
        assert "つながりしだい" in await waiting.run(
            "document.querySelector('[data-away]:not([hidden])').textContent"
        )
        await asked(waiting)
        async with waiting.leaving():
            await asyncio.to_thread(vault.start)
        assert "配信帳票一覧" in await waiting.run(TEXT), "it has moved by itself, to where it was"
        await delivered(fund, DOCUMENT)
        await all_are(pages, lambda page: page.is_open and ARRIVED in page.html)
    await windows[1].until(f"{TEXT}.includes('{ARRIVED}')")
    await is_kept_and_sent(windows[0])


async def asked(waiting: Tab) -> None:
    """Return when a page that waits has asked so often."""

    async def look() -> bool:
        return bool(await waiting.run(f"{ASKS} >= {ASKED}"))

    await until(look, looks=2000)

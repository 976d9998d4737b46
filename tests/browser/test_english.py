# SPDX-License-Identifier: Apache-2.0
"""Whoever has chosen English reads English on every page: what is Japanese there is a name, or was typed."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from html.parser import HTMLParser

import pytest

from appliance.config.catalogue import catalogue_of
from appliance.config.settings import Settings
from appliance.model.words import Site
from appliance.vault.manuals.books import SERVICE, books
from appliance.web.translating import is_japanese
from tests.architecture.tree import nothing
from tests.architecture.words import STAYS
from tests.browser.axe import look
from tests.browser.cast import NEWCOMER, ROLES, TOLD, Cast
from tests.browser.test_pages import came_back
from tests.browser.walk import PEOPLE, show, stops
from tests.servers.chromium import Tab
from tests.story.people import FOUNDERS, SHAROSHI

# Spoken or shown by a browser, besides the text.
_READ_OUT = ("alt", "aria-label", "placeholder", "title")
# Somebody typed them, or they are the name of something.
_TYPED = (
    *("れんけい企業年金基金", "業務課 電話 03-0000-0000 (平日 9:00〜17:00)", "もも株式会社", "しずく商店"),
    "紛失の届け出があったため",
    *("新人 始", "基金 太郎", "異動", "送り先の誤り", "社長へ 資格取得 確認済み", "確認済み"),
    *("算定基礎届", "賞与支払届", "いつまでに出せばよいですか。", "教えてください。"),
    *("連携商事", "ﾓﾓ ﾊﾅｺ", "モモ　ハナコ", "ｍｏｍｏ０００２", "令和6年5月26日", "6月の届出"),
    *("7月10日までです。", "用紙はありますか。", "窓口は、あすお休みします。", "本日 18", *TOLD.splitlines()),
    "資格取得年月日が、添付の雇用契約書と異なります。お確かめのうえ、もう一度お送りください。",
)
# What a file is called stays, whatever is read around it.
_FILES = re.compile(r"確認コード\([0-9A-Z]{6}\)\.txt|電子連携管理者登録届\([0-9]{6}\)\.xlsx")

LOOKED_AT = (
    ("nobody", "/sign-in"),
    ("admin", "/"),
    ("admin", "/filings/new"),
    ("clerk", "/"),
    ("clerk", "/filings"),
)

pytestmark = [pytest.mark.lab, pytest.mark.asyncio(loop_scope="session")]


class Shown(HTMLParser):
    """The texts of a page, each with the element that it stands in; what is typed into a form is left out."""

    def __init__(self, html: str) -> None:
        """html is a whole document."""
        super().__init__()
        self.texts: list[str] = []
        self._inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Attributes that are read out."""
        self._inside.append(tag)
        self.texts += [value for name, value in attrs if name in _READ_OUT and value]

    def handle_data(self, data: str) -> None:
        """What stands between tags."""
        if self._inside[-1:] != ["textarea"]:
            self.texts.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Out again."""
        while self._inside and self._inside.pop() != tag:
            pass


def names() -> list[str]:
    """What is called the same in every language, the longest first."""
    people = [*FOUNDERS.values(), SHAROSHI, NEWCOMER, *ROLES]
    types = [name for found in catalogue_of(Settings()) for name in (found.name, *found.aliases)]
    known = {
        *FOUNDERS,
        *types,
        *_TYPED,
        *STAYS,
        "日本語",
        # The manuals are Japanese, and so are their names.
        *(f"{SERVICE}・{book.title}" for book in books().values()),
        *(book.title for book in books().values()),
        *(person.name for person in people),
        *(person.kana for person in people),
    }
    return sorted(known, key=len, reverse=True)


def left_over(html: str, known: list[str]) -> Iterator[str]:
    """What is Japanese on a page, and no name."""
    for text in Shown(html).texts:
        rest = _FILES.sub("", text)
        for name in known:
            rest = rest.replace(name, "")
        if is_japanese(rest):
            yield " ".join(text.split())


@asynccontextmanager
async def in_english(cast: Cast, who: str) -> AsyncIterator[None]:
    """Somebody chooses English, and at the end Japanese again."""
    await cast[who].get("/language/en")
    try:
        yield
    finally:
        await cast[who].get("/language/ja")


async def test_every_page_of_every_route_is_english(cast: Cast) -> None:
    wrong, looked, known = set[str](), set[tuple[Site, str]](), names()
    for who in PEOPLE:
        async with in_english(cast, who):
            async for stop in stops(cast, who):
                html = (await cast[who].get(stop.path)).body.decode()
                looked.add((stop.site, stop.route))
                assert '<html lang="en">' in html
                wrong |= {f"{who} {stop.path}: {text}" for text in left_over(html, known)}
    nothing(sorted(wrong))
    assert len(looked) > 60


async def test_what_is_wrong_with_a_form_is_said_in_english(cast: Cast, tab: Tab) -> None:
    wrong, seen, known = set[str](), set[tuple[Site, str]](), names()
    for who in PEOPLE:
        async with in_english(cast, who):
            async for stop in stops(cast, who):
                if (stop.site, stop.route) not in seen and await came_back(tab, cast, stop):
                    seen.add((stop.site, stop.route))
                    html = await tab.run("document.documentElement.outerHTML")
                    wrong |= {f"{who} {stop.path}: {text}" for text in left_over(html, known)}
    nothing(sorted(wrong))
    assert len(seen) > 20


async def test_english_pages_are_fine_in_a_browser(cast: Cast, tab: Tab) -> None:
    wrong = []
    for who, path in LOOKED_AT:
        async with in_english(cast, who):
            await show(tab, cast, who, path)
            wrong += await look(tab, f"{who} {path}")
            wrong += [f"{who} {path}: {error}" for error in tab.errors]
    nothing(wrong)


async def test_scripts_speak_english(cast: Cast, tab: Tab) -> None:
    async with in_english(cast, "admin"):
        await show(tab, cast, "admin", "/")
        left = await tab.run("document.querySelector('[data-visit-left]').textContent")
    assert re.fullmatch(r"(1 h 29|1 h 30|[0-9 h]+) min left \(until [0-9:]{5}\)|1 h left .*", left), left
    assert not is_japanese(left)

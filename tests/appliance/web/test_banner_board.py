# SPDX-License-Identifier: Apache-2.0
"""What the fund tells everybody, from the vault's answers to every page; nothing in it is ever more than text."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from typing import Any

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.time import HOUR, MINUTE, SECOND
from appliance.model.words import Weight
from appliance.web.banner_board import EVERY_SECONDS, BannerBoard
from tests.appliance.web.conftest import Browser
from tests.appliance.web.fake_vault import FakeVault

TEXT = "本日 18 時から保守を行います。\n終了は 20 時の予定です。"


class Watch:
    """Seconds that pass when somebody sleeps; after enough sleep the test ends the board's work."""

    def __init__(self, sleeps: int = 100) -> None:
        self.seconds = 1_000.0
        self.sleeps = sleeps

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        if not self.sleeps:
            raise asyncio.CancelledError
        self.sleeps -= 1
        self.seconds += seconds


@pytest.fixture
def vault() -> FakeVault:
    made = FakeVault()
    made.banners = (m.Banner(TEXT, "Maintenance today", Weight.IMPORTANT, made.clock.now() + HOUR),)
    return made


def board(vault: FakeVault, watch: Watch) -> BannerBoard:
    return BannerBoard(vault, monotonic=watch.monotonic, sleep=watch.sleep)


async def run(board: BannerBoard) -> None:
    with pytest.raises(asyncio.CancelledError):
        await board.run()


async def test_at_first_nothing_is_known_and_the_vault_is_asked_at_once(vault: FakeVault) -> None:
    watch = Watch(sleeps=0)
    made = board(vault, watch)
    assert list(made.shown()) == []
    await run(made)
    assert list(made.shown()) == list(vault.banners)
    assert vault.kinds() == ["AskBanners"]


async def test_where_answers_come_nothing_is_asked_besides(vault: FakeVault) -> None:
    watch = Watch(sleeps=10)
    made = board(vault, watch)

    async def sleep_and_hear(seconds: float) -> None:
        await watch.sleep(seconds)
        made.hear(await vault.ask(m.AskHours()))

    made._sleep = sleep_and_hear
    made.hear(await vault.ask(m.AskHours()))
    await run(made)
    assert set(vault.kinds()) == {"AskHours"}


async def test_where_none_come_it_is_asked_every_few_seconds(vault: FakeVault) -> None:
    await run(board(vault, Watch(sleeps=3)))
    assert vault.kinds() == ["AskBanners"] * 4


async def test_while_the_vault_is_away_its_last_word_stands_until_its_end(vault: FakeVault) -> None:
    watch = Watch()
    made = board(vault, watch)
    made.hear(await vault.ask(m.AskHours()))
    vault.refusal[m.AskBanners] = Refused(Why.AWAY)
    watch.sleeps = int(HOUR / SECOND / EVERY_SECONDS) - 1
    await run(made)
    assert [one.text for one in made.shown()] == [TEXT]
    await watch_on(watch)
    assert list(made.shown()) == []


async def watch_on(watch: Watch) -> None:
    watch.sleeps = 1
    await watch.sleep(EVERY_SECONDS)


async def test_what_was_taken_down_goes_with_the_next_answer(vault: FakeVault) -> None:
    made = board(vault, Watch())
    made.hear(await vault.ask(m.AskHours()))
    vault.banners = ()
    made.hear(await vault.ask(m.AskHours()))
    assert list(made.shown()) == []


# --- on pages -----------------------------------------------------------------------------------------------------


async def answered(browser: Browser, path: str) -> str:
    return (await browser.get(path)).text


@pytest.fixture
async def heard(portal: Browser) -> AsyncIterator[Any]:
    """A portal whose board has heard of it."""
    portal.vault.banners = (
        m.Banner(TEXT, "Maintenance today", Weight.IMPORTANT, portal.vault.clock.now() + HOUR),
        m.Banner("窓口は休みです。", "", Weight.NORMAL, portal.vault.clock.now() + HOUR),
    )
    await portal.get("/sign-in")
    yield portal


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in?ended=1", "/nowhere", "/", "/notices", "/own", "/%00"])
async def test_every_page_shows_it(heard: Browser, path: str) -> None:
    heard.sign_in()
    text = await answered(heard, path)
    assert f"<bdi>{TEXT}</bdi>" in text
    assert text.index("重要なお知らせ</h2>") < text.index(">お知らせ</h2>") < text.index("<main")
    assert 'role="status" data-live="told"' in text


async def test_pages_that_ask_the_vault_nothing_show_it_and_ask_no_more(heard: Browser) -> None:
    before = heard.vault.kinds()
    for path in ("/nowhere", "/nowhere/else", "/static/none.css"):
        assert TEXT in await answered(heard, path)
    assert heard.vault.kinds() == before


async def test_without_anything_to_tell_its_place_is_empty(portal: Browser) -> None:
    assert "お知らせ</h2>" not in await answered(portal, "/sign-in")


async def test_english_readers_get_the_english_text_where_there_is_one(heard: Browser) -> None:
    heard.cookies["__Host-renkei-language"] = "en"
    text = await answered(heard, "/sign-in")
    assert "<bdi>Maintenance today</bdi>" in text and TEXT not in text
    assert '<p lang="ja"><bdi>窓口は休みです。</bdi>' in text


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ 7*7 }}{% raw %}",
        "</bdi></p></section><h1>",
        "&lt;b&gt; &amp;",
    ],
)
async def test_it_is_text_whatever_stands_in_it(portal: Browser, text: str) -> None:
    portal.vault.banners = (m.Banner(text, text, Weight.NORMAL, portal.vault.clock.now() + MINUTE),)
    page = await answered(portal, "/sign-in")
    inside = page[page.index('data-live="told"') : page.index("<main")]
    assert inside.count("<") == 9, "four elements opened and closed, and the end of the place"
    assert "49" not in inside


async def test_directions_and_rare_signs_stay_inside(portal: Browser) -> None:
    text = "\u202eevil\u202c שלום 𠮷野家\u2066"
    portal.vault.banners = (m.Banner(text, "", Weight.NORMAL, portal.vault.clock.now() + MINUTE),)
    assert f"<bdi>{text}</bdi>" in await answered(portal, "/sign-in")


async def test_a_page_is_what_it_is_while_banners_end(heard: Browser) -> None:
    board = heard.website.house.banners
    board.hear(dataclasses.replace(await heard.vault.ask(m.AskHours()), now=heard.vault.clock.now() + HOUR))
    assert TEXT not in await answered(heard, "/nowhere")

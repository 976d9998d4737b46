# SPDX-License-Identifier: Apache-2.0
"""The pages of the help, as somebody without a visit sees them."""

import re

import pytest

from appliance.config.office_settings import Exchange
from appliance.config.settings import CalendarSettings
from appliance.model.words import WEB_SITES, Site
from appliance.web.help.answers import shipped
from tests.appliance.web.conftest import Browser, Opening
from tests.story.page import Page

PLACES = ("/help", "/help/answers")
INSIDE = (Site.PORTAL, Site.CONSOLE)


@pytest.mark.parametrize("site", WEB_SITES)
@pytest.mark.parametrize("path", PLACES)
async def test_it_is_there_for_everybody_and_asks_the_vault_for_nothing(
    open_site: Opening, site: Site, path: str
) -> None:
    browser = await open_site(site)
    answer = await browser.get(path)
    assert answer.status == 200 and "Set-Cookie" not in answer.headers
    assert browser.vault.asked == []
    assert f'<a href="{PLACES[0]}">' in answer.text, "the foot of each page leads here"


@pytest.mark.parametrize("site", WEB_SITES)
async def test_each_line_of_the_contents_leads_to_a_section(open_site: Opening, site: Site) -> None:
    text = (await (await open_site(site)).get("/help")).text
    named = [link[1:] for link in Page(text).links if link.startswith("#") and link != "#main"]
    assert len(named) >= 5
    assert all(f'id="{name}"' in text for name in named)
    assert len(re.findall(r'\bid="', text)) == len(set(re.findall(r'\bid="([^"]+)"', text))), "an id is there twice"


async def test_hours_are_those_of_the_fund(open_site: Opening) -> None:
    browser = await open_site(Site.PORTAL, calendar=CalendarSettings(open="06:10", close="22:50"))
    text = (await browser.get("/help")).text
    assert "平日 06:10 から 22:50 まで" in text and "90 分で自動的に終わります" in text and "40 MB まで" in text


async def test_a_fund_without_filings_tells_nothing_of_them(open_site: Opening) -> None:
    for site in (Site.PORTAL, Site.CONSOLE):
        browser = await open_site(site, exchange=Exchange(filings_enabled=False))
        text = (await browser.get("/help")).text
        assert 'id="filing' not in text and 'id="receive"' not in text and 'id="notice-states"' in text


async def test_the_states_are_drawn_and_told_in_words(portal: Browser) -> None:
    text = (await portal.get("/help")).text
    texts = portal.website.house.texts
    for state in ("held", "uploaded", "approved", "delivered", "received", "accepted", "returned", "done"):
        word = texts.word("filing_state", state)
        assert f">{word}</text>" in text and f"<dt>{word}</dt>" in text
    assert 'role="img"' in text and "style=" not in text


async def test_only_the_desk_reads_what_it_says_on_the_telephone(portal: Browser, console: Browser) -> None:
    said = next(one.say for one in shipped().of(Site.PORTAL) if one.say)
    assert said in (await console.get("/help/answers")).text
    assert said not in (await portal.get("/help/answers")).text


async def test_without_a_script_words_are_searched_by_the_site(portal: Browser) -> None:
    answer = await portal.get("/help/answers?q=%E9%96%89%E5%A1%9E")
    assert 'id="blocked"' in answer.text and 'id="closed"' not in answer.text
    assert 'value="閉塞"' in answer.text and "1 件あります" in answer.text


async def test_what_finds_nothing_says_what_to_do(portal: Browser) -> None:
    answer = await portal.get("/help/answers?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert answer.status == 200 and "<script>alert" not in answer.text
    assert "当てはまるものがありません" in answer.text and "<details" not in answer.text


@pytest.mark.parametrize("query", ["q=" + "a" * 500, "q=", "x=1", "q=%00", "q=%E3%81"])
async def test_a_query_that_nobody_types_is_no_fault_of_ours(portal: Browser, query: str) -> None:
    assert (await portal.get(f"/help/answers?{query}")).status in (200, 400)


@pytest.mark.parametrize("site", INSIDE)
async def test_the_manual_is_whole_and_its_pictures_are_there(open_site: Opening, site: Site) -> None:
    browser = await open_site(site)
    text = (await browser.get("/manual")).text
    pictures = re.findall(r'<img src="(/static/[^"]+\.webp)" alt="([^"]+)"[^>]*loading="lazy"', text)
    assert len(pictures) >= 7 and len(pictures) == text.count("<figure>")
    for path, said in pictures:
        answer = await browser.get(path)
        assert answer.status == 200 and answer.headers["Content-Type"] == "image/webp", path
        assert "immutable" in answer.headers["Cache-Control"] and said.startswith("画面: ")
    contents = [link[1:] for link in Page(text).links if link.startswith("#") and link != "#main"]
    assert len(contents) >= 7 and all(f'id="{name}"' in text for name in contents)


async def test_the_manual_of_a_fund_without_filings_is_shorter(open_site: Opening) -> None:
    for site in INSIDE:
        browser = await open_site(site, exchange=Exchange(filings_enabled=False))
        answer = await browser.get("/manual")
        assert answer.status == 200 and "届書を送る" not in answer.text and "届書を受け付ける" not in answer.text


async def test_there_is_no_manual_for_everybody(public: Browser) -> None:
    assert (await public.get("/manual")).status == 404
    assert "/manual" not in (await public.get("/help")).text


@pytest.mark.parametrize("site", WEB_SITES)
@pytest.mark.parametrize("path", PLACES)
async def test_the_help_weighs_as_little_as_any_page(open_site: Opening, site: Site, path: str) -> None:
    browser = await open_site(site)
    page = await browser.get(path)
    loaded = set(re.findall(r'(?:<script src|<link rel="[a-z]+" href|<img src)="(/static/[^"]+)"', page.text))
    bodies = [(await browser.get(one)).body for one in loaded]
    assert all(bodies) and len(page.body) + sum(map(len, bodies)) <= 60_000

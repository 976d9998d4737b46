# SPDX-License-Identifier: Apache-2.0
"""Choosing a language: before and after sign-in, on refusals, and back to where one was."""

import re

import pytest

from appliance.model.words import Site
from appliance.web.cookies import LANGUAGE
from appliance.web.translating import is_japanese
from tests.appliance.web.conftest import Browser, Opening

WAY = re.compile(r'<a href="(/language/[^"]*)" lang="(\w+)" hreflang="(\w+)" rel="nofollow">([^<]*)</a>')


def way(page: str) -> tuple[str, ...]:
    """The link at the foot: where it leads, the language of its text, the language that it leads to, its text."""
    found = WAY.search(page)
    assert found is not None
    return found.groups()


@pytest.mark.parametrize("site", list(Site)[:3])
async def test_the_other_language_is_at_the_foot_of_every_page_and_comes_back_to_it(
    open_site: Opening, site: Site
) -> None:
    browser = await open_site(site)
    place = "/onetime/" if site is Site.PUBLIC else "/sign-in?ended=1"
    first = await browser.get(place)
    assert '<html lang="ja">' in first.text
    target, *names = way(first.text)
    assert names == ["en", "en", "English"]
    answer = await browser.get(target)
    assert (answer.status, answer.headers["Location"]) == (303, place)
    browser.cookies[LANGUAGE] = "en"
    second = await browser.get(place)
    assert '<html lang="en">' in second.text
    assert way(second.text)[1:] == ("ja", "ja", "日本語")


async def test_the_cookie_is_ours_alone_and_lasts(portal: Browser) -> None:
    answer = await portal.get("/language/en")
    assert answer.headers.getall("Set-Cookie") == [
        "__Host-renkei-language=en; Max-Age=31536000; Path=/; Secure; HttpOnly; SameSite=Lax"
    ]
    assert answer.headers["Location"] == "/"
    assert portal.vault.kinds() == []


@pytest.mark.parametrize("name", ["fr", "EN", "e", "%22en%22", "en-GB"])
async def test_there_is_no_third_one(portal: Browser, name: str) -> None:
    answer = await portal.get(f"/language/{name}")
    assert answer.status == 404 and "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "to",
    ["//evil.example.jp", "https://evil.example.jp", "/\\evil.example.jp", "/x%0d%0aA:b", "/n/abc/file", "x"],
)
async def test_nobody_is_led_away_from_the_site(portal: Browser, to: str) -> None:
    assert (await portal.get(f"/language/en?to={to}")).headers["Location"] == "/"


@pytest.mark.parametrize("value", ["", "fr", "en; x", '"en"', "en" * 200, "ENGLISH"])
async def test_a_strange_cookie_is_japanese_and_no_refusal(portal: Browser, value: str) -> None:
    portal.cookies[LANGUAGE] = value
    answer = await portal.get("/sign-in")
    assert answer.status == 200 and ('<html lang="ja">' in answer.text) == (value != "en; x")


async def test_what_the_browser_prefers_is_not_looked_at(portal: Browser) -> None:
    answer = await portal.get("/sign-in", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert '<html lang="ja">' in answer.text


async def test_after_a_form_the_way_leads_to_the_form_and_not_to_sending_it_again(portal: Browser) -> None:
    portal.sign_in()
    page = await portal.post("/own/name", {"form": portal.form, "name": ""})
    assert page.status == 422
    assert way(page.text)[0] == "/language/en?to=/own/name"
    gone = await portal.post("/sign-out", {"form": portal.form})
    assert way(gone.text)[0] == "/language/en?to=/"


@pytest.mark.parametrize("path", ["/nothing", "/%2e%2e/x", "/own/name/"])
async def test_refusals_are_english_too(portal: Browser, path: str) -> None:
    portal.sign_in()
    portal.cookies[LANGUAGE] = "en"
    answer = await portal.get(path)
    assert answer.status >= 400 and '<html lang="en">' in answer.text
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    assert "Inquiry number:" in main and not is_japanese(main)


async def test_faults_of_a_form_and_answers_to_scripts_are_english_too(portal: Browser) -> None:
    portal.sign_in()
    portal.cookies[LANGUAGE] = "en"
    page = await portal.post("/own/name", {"form": portal.form, "name": ""})
    assert page.status == 422 and "Please enter: Name" in page.text and "入力してください" not in page.text
    said = await portal.send("POST", "/filings/check", {"Origin": portal.origin, "Content-Type": "x/y"})
    assert said.status == 415 and not is_japanese(said.text) and '"what":' in said.text

# SPDX-License-Identifier: Apache-2.0
"""The way back leads to a page of this site, or to the menu."""

import pytest

from appliance.link import messages as m
from appliance.web.cookies import door_form
from appliance.web.way_back import same_place, sign_in_from, way_back
from tests.appliance.web.conftest import Browser
from tests.appliance.web.fake_vault import PASSWORD


@pytest.mark.parametrize("path", ["/users", "/own/mail", "/users/abcdefgh2345/remove", "/zip-password"])
def test_a_page_is_gone_back_to(path: str) -> None:
    assert way_back(path) == path
    assert sign_in_from(path) == "/sign-in?ended=1&to=" + path.replace("/", "%2F")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "//evil.example.jp",
        "/\\evil.example.jp",
        "https://evil.example.jp/",
        "/users?x=1",
        "/users#x",
        "/../x",
        "/users/",
        "/あ",
        "/a\r\nSet-Cookie: x=y",
        "/" + "a" * 41,
        "/notices/abc/file",
        "/notices/abc/zip",
        "/sign-in",
    ],
)
def test_anything_else_leads_to_the_menu(path: str) -> None:
    assert way_back(path) == "/" and sign_in_from(path) == "/sign-in?ended=1"


async def test_it_is_carried_through_all_steps(portal: Browser) -> None:
    portal.knock()
    page = await portal.get("/sign-in?ended=1&to=%2Fusers")
    assert 'name="to" value="/users"' in page.text
    name = {"contract_number": "1234567-00000001", "user_id": "abcUser01", "to": "/users"}
    form = door_form(portal.knock())
    page = await portal.post("/sign-in", {**name, "form": form})
    assert 'name="to" value="/users"' in page.text
    last = {"arrival": "arrival-of-abcUser01", "to": "/users", "form": form}
    page = await portal.post("/sign-in/password", {**last, "password": "wrong"})
    assert page.status == 422 and 'name="to" value="/users"' in page.text
    answer = await portal.post("/sign-in/password", {**last, "password": PASSWORD})
    assert answer.headers["Location"] == "/users"


@pytest.mark.parametrize("to", ["//evil.example.jp", "https://evil.example.jp", "/a%0d%0ab"])
async def test_nobody_is_led_away_from_the_site(portal: Browser, to: str) -> None:
    form = door_form(portal.knock())
    fields = {"arrival": "arrival-of-abcUser01", "to": to, "password": PASSWORD, "form": form}
    answer = await portal.post("/sign-in/password", fields)
    assert answer.headers["Location"] == "/"
    assert isinstance(portal.vault.asked[-1].message, m.GivePassword)


@pytest.mark.parametrize(
    "address", ["/", "/onetime/", "/sign-in?ended=1", "/filings?state=held&type=a%E3%81%82", "/a/b/c"]
)
def test_in_another_language_a_page_is_where_it_was(address: str) -> None:
    assert same_place(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "?x=1",
        "//evil.example.jp",
        "/a//b",
        "/a/b/c/d/e/f",
        "/a?",
        "/a?b=<x>",
        "/a#b",
        "/notices/x/zip?a=1",
        "/あ",
    ],
)
def test_what_is_no_place_to_be_is_the_menu(address: str) -> None:
    assert same_place(address) == "/"

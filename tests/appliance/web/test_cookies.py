# SPDX-License-Identifier: Apache-2.0
"""The cookies of a site."""

import pytest
from aiohttp.test_utils import make_mocked_request

from appliance.model.words import Site
from appliance.web import cookies
from appliance.web.language import Language
from appliance.web.limits import Turned, TurnedAway

NAMES = (cookies.visit_cookie(Site.PORTAL), cookies.door_cookie(Site.PORTAL))


def values(header: str) -> tuple[str, ...]:
    """What is found in a Cookie header."""
    return cookies.values_of(make_mocked_request("GET", "/", headers={"Cookie": header}), *NAMES)


def test_each_site_has_its_own() -> None:
    assert NAMES == ("__Host-renkei-portal", "__Host-renkei-portal-door")
    assert cookies.visit_cookie(Site.CONSOLE) == "__Host-renkei-console"


def test_only_our_own_are_looked_at() -> None:
    token, door = "t" * 43, "d" * 24
    assert values(f"other=1; {NAMES[0]}={token};{NAMES[1]}={door}; x") == (token, door)
    assert values("__host-renkei-portal=" + token) == ("", "")
    assert values(f"a=1; \t{NAMES[0]}={token} ") == (token, "")
    assert values("") == ("", "")


@pytest.mark.parametrize("blank", ["\u2000", "\u3000", "\xa0", "\x85", "\x0b", "\x0c", "\x1c", "\u200b", "\ufeff"])
def test_a_name_behind_a_sign_that_is_blank_elsewhere_is_another_name(blank: str) -> None:
    """Browsers give it to us from sites that may not set a __Host- cookie."""
    assert values(f"{blank}{NAMES[0]}={'t' * 43}") == ("", "")


@pytest.mark.parametrize("value", ["", "short", "x" * 257, "with space in the middle", '"quoted-quoted-quoted"'])
def test_a_strange_value_is_refused(value: str) -> None:
    with pytest.raises(TurnedAway) as turned:
        values(f"{NAMES[0]}={value}")
    assert turned.value.reason is Turned.COOKIE


def test_one_that_comes_twice_is_refused() -> None:
    with pytest.raises(TurnedAway):
        values(f"{NAMES[0]}={'a' * 20}; {NAMES[0]}={'b' * 20}")


def test_they_are_kept_from_scripts_other_sites_and_plain_http() -> None:
    assert cookies.setting("__Host-x", "v" * 16) == (
        "__Host-x=vvvvvvvvvvvvvvvv; Path=/; Secure; HttpOnly; SameSite=Strict"
    )
    assert "Max-Age=0" in cookies.ending("__Host-x")


@pytest.mark.parametrize("value", ["", "a; Domain=example.jp; b=cccccccc", "a\r\nSet-Cookie: b=cccccccccc"])
def test_no_value_can_add_to_the_header(value: str) -> None:
    with pytest.raises(ValueError, match="cannot be the value"):
        cookies.setting("__Host-x", value)


def test_a_form_token_belongs_to_one_door() -> None:
    door = cookies.new_door(bytes(16))
    assert cookies.is_door_form(door, cookies.door_form(door))
    assert not cookies.is_door_form(cookies.new_door(b"1" * 16), cookies.door_form(door))
    assert not cookies.is_door_form("", cookies.door_form(""))
    assert not cookies.is_door_form(door, "あ")
    assert door not in cookies.door_form(door)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("__Host-renkei-language=en", Language.ENGLISH),
        ("a=1;\t__Host-renkei-language=en ;b=2", Language.ENGLISH),
        ("__Host-renkei-language=ja", Language.JAPANESE),
        ("", Language.JAPANESE),
        ("__Host-renkei-language=", Language.JAPANESE),
        ("__Host-renkei-language=english", Language.JAPANESE),
        ("x__Host-renkei-language=en", Language.JAPANESE),
        ("\u3000__Host-renkei-language=en", Language.JAPANESE),
    ],
)
def test_the_language_is_what_was_chosen_here(header: str, language: Language) -> None:
    assert cookies.language_of(make_mocked_request("GET", "/", headers={"Cookie": header})) is language

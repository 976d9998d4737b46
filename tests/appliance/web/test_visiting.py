# SPDX-License-Identifier: Apache-2.0
"""Coming and going, as it is the same at both sites."""

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.words import Step
from appliance.web.cookies import door_form
from tests.appliance.web.conftest import Browser
from tests.appliance.web.fake_vault import CODE, PASSWORD


async def test_staff_give_name_and_password_then_a_code(console: Browser) -> None:
    form = door_form(console.knock())
    console.vault.step = Step.CODE
    page = await console.post("/sign-in", {"login": "clerk", "password": PASSWORD, "form": form})
    assert page.status == 200 and 'action="/sign-in/code"' in page.text and "<svg" not in page.text
    assert "時計: 2026年6月9日(火) 10:00" in page.text
    fields = {"arrival": "arrival-of-clerk", "code": CODE, "form": form}
    answer = await console.post("/sign-in/code", fields)
    assert answer.headers["Location"] == "/"
    assert answer.headers.getall("Set-Cookie")[0].startswith("__Host-renkei-console=")
    messages = [asked.message for asked in console.vault.asked]
    assert messages == [m.ArriveStaff("clerk", PASSWORD), m.GiveCode("arrival-of-clerk", CODE)]


async def test_the_first_time_staff_see_what_their_app_must_know(console: Browser) -> None:
    form = door_form(console.knock())
    console.vault.step = Step.ENROL
    page = await console.post("/sign-in", {"login": "clerk", "password": PASSWORD, "form": form})
    assert "<svg><path/></svg>" in page.text and "ABCD EFGH" in page.text
    assert 'name="arrival" value="arrival-of-clerk"' in page.text


async def test_a_door_cookie_is_kept_over_several_tries(console: Browser) -> None:
    door = console.knock()
    page = await console.get("/sign-in")
    assert f'value="{door_form(door)}"' in page.text and f"={door};" in page.headers["Set-Cookie"]


async def test_each_new_visitor_has_another_door(console: Browser) -> None:
    cookies = {(await console.get("/sign-in")).headers["Set-Cookie"] for _ in range(3)}
    assert len(cookies) == 3


async def test_typed_text_comes_back_escaped(console: Browser) -> None:
    door = console.knock()
    fields = {"login": '"><script>alert(1)</script>', "password": "x", "form": door_form(door)}
    page = (await console.post("/sign-in", fields)).text
    assert "<script>alert" not in page and "&#34;&gt;&lt;script&gt;" in page


async def test_a_vault_that_is_away_is_no_wrong_password(console: Browser) -> None:
    door = console.knock()
    console.vault.refusal[m.ArriveStaff] = Refused(Why.AWAY)
    answer = await console.post("/sign-in", {"login": "clerk", "password": "x", "form": door_form(door)})
    assert answer.status == 503


@pytest.mark.parametrize("token", ["", "short", "with;semicolon-and-more", "a\r\nSet-Cookie: x=yyyyyyyyyyyyy"])
async def test_a_token_that_is_none_never_becomes_a_cookie(console: Browser, token: str) -> None:
    door = console.knock()
    console.vault.instead[m.ArriveStaff] = lambda message: m.Arrived(Step.IN, token=token)
    answer = await console.post("/sign-in", {"login": "clerk", "password": "x", "form": door_form(door)})
    assert answer.status == 500 and "Set-Cookie" not in answer.headers


async def test_signing_out_with_the_vault_away_keeps_the_visit(console: Browser) -> None:
    console.sign_in()
    console.vault.refusal[m.SignOut] = Refused(Why.AWAY)
    answer = await console.post("/sign-out", {"form": console.form})
    assert answer.status == 503 and "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("text", ["door.locked", "door.blocked", "door.code_void", "door.code_rests"])
async def test_where_nobody_may_try_there_is_nothing_to_type(portal: Browser, text: str) -> None:
    form = door_form(portal.knock())
    portal.vault.refusal[m.GivePassword] = Refused(Why.LOCKED, text, {"until": "11:00"})
    answer = await portal.post("/sign-in/password", {"arrival": "a", "password": "x", "form": form})
    assert answer.status == 429 and "<form" not in answer.text and 'href="/sign-in"' in answer.text


async def test_the_password_page_has_the_name_for_password_managers(portal: Browser) -> None:
    fields = {"contract_number": "1234567-00000001", "user_id": "abcUser01", "form": door_form(portal.knock())}
    page = (await portal.post("/sign-in", fields)).text
    assert 'autocomplete="username"' in page and 'readonly value="abcUser01"' in page
    assert 'type="password"' in page and "data-show-password" in page

# SPDX-License-Identifier: Apache-2.0
"""The pages of the portal, as a visitor sees them."""

import re

import pytest

from appliance.config.settings import Door
from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.words import Site, Step
from appliance.web.cookies import door_cookie, door_form, visit_cookie
from tests.appliance.web.conftest import Browser, Opening
from tests.appliance.web.fake_vault import CODE, PASSWORD

NAME = {"contract_number": "1234567-00000001", "user_id": "abcUser01"}
RIGHT = {"arrival": "arrival-of-abcUser01", "password": PASSWORD}


def hidden(page: str) -> str:
    """The form token on a page."""
    found = re.search(r'name="form" value="([^"]+)"', page)
    assert found
    return found[1]


def typed_so_far(page: str) -> dict[str, str]:
    """The hidden fields of a page."""
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))


async def test_without_a_visit_the_first_page_is_sign_in(portal: Browser) -> None:
    answer = await portal.get("/")
    assert (answer.status, answer.headers["Location"]) == (303, "/sign-in")
    assert portal.vault.asked == []


async def test_an_ended_visit_is_said_and_its_cookie_taken(portal: Browser) -> None:
    portal.sign_in()
    portal.vault.visits.clear()
    answer = await portal.get("/notices")
    assert answer.headers["Location"] == "/sign-in?ended=1&to=%2Fnotices"
    assert answer.headers["Set-Cookie"].startswith("__Host-renkei-portal=; Max-Age=0")
    assert "有効時間が終わりました" in (await portal.get("/sign-in?ended=1")).text


async def test_signing_in_gives_the_visit_and_the_menu_names_the_visitor(portal: Browser) -> None:
    page = await portal.get("/sign-in")
    name, value = page.headers["Set-Cookie"].split(";")[0].split("=", 1)
    portal.cookies[name] = value
    page = await portal.post("/sign-in", {**NAME, "form": hidden(page.text)})
    assert page.status == 200 and 'action="/sign-in/password"' in page.text
    answer = await portal.post("/sign-in/password", {**typed_so_far(page.text), "password": PASSWORD})
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    cookies = answer.headers.getall("Set-Cookie")
    assert re.fullmatch(r"__Host-renkei-portal=[0-9a-f]{48}; Path=/; Secure; HttpOnly; SameSite=Strict", cookies[0])
    assert cookies[1].startswith("__Host-renkei-portal-door=; Max-Age=0")
    portal.cookies = {visit_cookie(portal.website.house.site): cookies[0].split(";")[0].split("=")[1]}
    menu = (await portal.get("/")).text
    for shown in (
        "株式会社ABC商事",
        "山田 太郎",
        "ログアウト",
        "1時間30分",
        "デモ環境です（時計: 2026年6月9日(火) 10:00）",
    ):
        assert shown in menu, shown


async def test_where_a_code_is_due_it_comes_before_the_password(portal: Browser) -> None:
    form = door_form(portal.knock())
    portal.vault.step = Step.CODE
    page = await portal.post("/sign-in", {**NAME, "form": form})
    assert 'action="/sign-in/code"' in page.text and 'autocomplete="one-time-code"' in page.text
    assert "契約番号やユーザーIDが違うときも、この画面になります" in page.text
    page = await portal.post("/sign-in/code", {**typed_so_far(page.text), "code": CODE})
    assert typed_so_far(page.text)["arrival"] == "arrival-with-code"
    answer = await portal.post("/sign-in/password", {**typed_so_far(page.text), "password": PASSWORD})
    assert answer.headers["Location"] == "/"


async def test_a_wrong_code_is_not_given_back_and_the_arrival_is(portal: Browser) -> None:
    form = door_form(portal.knock())
    answer = await portal.post("/sign-in/code", {"arrival": "arrival-1", "code": "8765-4321", "form": form})
    assert answer.status == 422 and "あと 4 回" in answer.text
    assert "8765-4321" not in answer.text
    assert typed_so_far(answer.text)["arrival"] == "arrival-1"


async def test_who_comes_too_late_begins_anew_and_is_told(portal: Browser) -> None:
    form = door_form(portal.knock())
    portal.vault.refusal[m.GivePassword] = Refused(Why.NOT_SIGNED_IN, "door.expired")
    answer = await portal.post("/sign-in/password", {**RIGHT, "form": form})
    assert answer.status == 401 and "はじめからやり直してください" in answer.text
    assert 'name="user_id"' in answer.text and 'name="arrival"' not in answer.text


async def test_a_wrong_password_is_not_given_back(portal: Browser) -> None:
    door = portal.knock()
    answer = await portal.post("/sign-in/password", {**RIGHT, "password": "wrong", "form": door_form(door)})
    assert answer.status == 422
    assert "wrong" not in re.sub(r'href="[^"]*"', "", answer.text)
    assert "ログインできませんでした" in answer.text and "あと 5 回" in answer.text
    assert door_cookie(portal.website.house.site) in answer.headers["Set-Cookie"]


async def test_a_name_that_is_refused_stays_as_it_was_typed(portal: Browser) -> None:
    portal.vault.refusal[m.Arrive] = Refused(Why.INVALID)
    answer = await portal.post("/sign-in", {**NAME, "form": door_form(portal.knock())})
    assert answer.status == 422
    assert 'value="abcUser01"' in answer.text and 'value="1234567-00000001"' in answer.text


async def test_an_empty_field_is_named_beside_itself_and_nothing_is_asked(portal: Browser) -> None:
    door = portal.knock()
    answer = await portal.post("/sign-in", {**NAME, "user_id": "", "form": door_form(door)})
    assert answer.status == 422
    assert 'id="user_id-fault">ユーザーIDを入力してください。' in answer.text
    assert 'id="contract_number-fault"' not in answer.text
    assert portal.vault.asked == []


async def test_a_locked_account_is_told_when_to_come_again(portal: Browser) -> None:
    door = portal.knock()
    portal.vault.refusal[m.GivePassword] = Refused(Why.LOCKED, "door.locked", {"until": "11:00"})
    answer = await portal.post("/sign-in/password", {**RIGHT, "form": door_form(door)})
    assert answer.status == 429
    assert "60 分" in answer.text and "11:00" in answer.text


async def test_the_fields_help_those_who_type_and_those_who_have_a_password_manager(portal: Browser) -> None:
    page = (await portal.get("/sign-in")).text
    assert page.count('autocapitalize="off"') == 2
    assert 'autocomplete="username"' in page and "https://127.0.0.1:0/onetime/" in page
    assert '<html lang="ja">' in page and 'class="skip"' in page
    page = (await portal.post("/sign-in", {**NAME, "form": door_form(portal.knock())})).text
    assert 'autocomplete="current-password"' in page


async def test_signing_out_ends_the_visit_there_and_here(portal: Browser) -> None:
    portal.sign_in()
    answer = await portal.post("/sign-out", {"form": portal.form})
    assert answer.status == 200 and "ログアウトしました" in answer.text
    assert "VPN を切断してください" in answer.text
    assert answer.headers["Set-Cookie"].startswith("__Host-renkei-portal=; Max-Age=0")
    assert portal.vault.visits == {}


async def test_signing_out_of_an_ended_visit_is_no_error(portal: Browser) -> None:
    portal.sign_in()
    form = portal.form
    portal.vault.visits.clear()
    assert (await portal.post("/sign-out", {"form": form})).status == 200


async def test_a_forged_form_token_does_not_sign_out(portal: Browser) -> None:
    portal.sign_in()
    assert (await portal.post("/sign-out", {"form": "form-of-somebody-else"})).status == 403
    assert len(portal.vault.visits) == 1


async def test_the_token_the_request_id_and_the_source_go_along(portal: Browser) -> None:
    portal.sign_in()
    await portal.get("/")
    (asked,) = portal.vault.asked
    assert asked.token in portal.vault.visits
    assert len(asked.request) == 16
    assert asked.asserted.source == "127.0.0.1"


async def test_while_the_vault_is_away_the_page_asks_whether_it_is_back(portal: Browser) -> None:
    portal.sign_in()
    portal.vault.refusal[m.OpenMenu] = Refused(Why.AWAY)
    answer = await portal.get("/")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert re.search(r'<script src="/static/[^"]*away[^"]*\.js" defer>', answer.text)


@pytest.mark.parametrize("app", ["", "otp_totp"])
async def test_the_page_for_codes_tells_of_the_app_where_there_may_be_one(open_site: Opening, app: str) -> None:
    portal = await open_site(Site.PORTAL, door=Door(app_factor=app))
    portal.vault.step = Step.CODE
    fields = {"contract_number": "1", "user_id": "2", "form": door_form(portal.knock())}
    page = (await portal.post("/sign-in", fields)).text
    assert "/sign-in/code" in page and ("認証アプリを登録した方は" in page) is bool(app)


async def test_the_menu_tells_the_next_deadline_and_what_came_last(portal: Browser) -> None:
    portal.sign_in()
    page = (await portal.get("/")).text
    assert "これから出すものはありません" in page and "まだ届いていません" in page
    now = portal.vault.clock.now()
    menu = m.Menu(
        0,
        False,
        due_on="2026-06-18",
        due_filing="f" * 26,
        due_type="loss",
        arrived_at=now,
        arrived_type="receipt",
    )
    portal.vault.instead[m.OpenMenu] = lambda message: menu
    page = (await portal.get("/")).text
    for shown in ("あと9日", "2026年6月18日(木)", "/filings/" + "f" * 26, "加入者資格喪失届", 'href="/month"'):
        assert shown in page, shown
    assert "領収証書 2026年6月9日(火)" in page

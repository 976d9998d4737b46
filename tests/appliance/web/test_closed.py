# SPDX-License-Identifier: Apache-2.0
"""While the service is closed: the page says so, why, and when it opens; nothing else of a site changes."""

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.calendar import Reason
from appliance.web.cookies import door_form
from tests.appliance.web.conftest import Browser
from tests.appliance.web.fake_vault import PASSWORD

OPENS = "次は 2026年6月9日(火) 11:00 に始まります。"
TYPED = {"contract_number": "1234567-00000001", "user_id": "abcUser01", "password": PASSWORD, "arrival": "a"}


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        (Reason.BEFORE_HOURS, "まだ始まっていません"),
        (Reason.AFTER_HOURS, "終わりました"),
        (Reason.WEEKEND, "土曜日と日曜日"),
        (Reason.HOLIDAY, "祝日"),
        (Reason.YEAR_END, "年末年始"),
        (Reason.FUND_CLOSED, "基金が定めた休業日"),
    ],
)
async def test_it_says_why_and_when_it_opens(portal: Browser, reason: Reason, why: str) -> None:
    portal.vault.hours = reason
    page = await portal.get("/sign-in")
    assert page.status == 200 and page.headers["Cache-Control"] == "no-store"
    assert "ただいまはご利用いただけません。" in page.text and why in page.text and OPENS in page.text
    assert "<form" not in page.text and "Set-Cookie" not in page.headers
    assert "時計: 2026年6月9日(火) 10:00" in page.text


async def test_while_it_is_open_there_is_the_form(portal: Browser) -> None:
    page = await portal.get("/sign-in")
    assert 'name="user_id"' in page.text and "ご利用いただけません" not in page.text
    assert [asked.message for asked in portal.vault.asked] == [m.AskHours()]


@pytest.mark.parametrize(("query", "is_said"), [("?ended=1", True), ("", False)])
async def test_whose_visit_has_ended_is_told_that_too(portal: Browser, query: str, is_said: bool) -> None:
    portal.vault.hours = Reason.AFTER_HOURS
    page = await portal.get("/sign-in" + query)
    assert ("ログインの有効時間が終わりました。" in page.text) is is_said
    assert OPENS in page.text


@pytest.mark.parametrize("path", ["/sign-in", "/notices"])
async def test_a_refusal_because_of_the_hours_says_when_it_opens(portal: Browser, path: str) -> None:
    closed = Refused(Why.NOT_ALLOWED, "closed.after_hours", {"opens_at": str(portal.vault.clock.now() + 3_600_000)})
    portal.vault.refusal = {m.GivePassword: closed, m.ListNotices: closed}
    if path == "/sign-in":
        answer = await portal.post("/sign-in/password", {**TYPED, "form": door_form(portal.knock())})
    else:
        portal.sign_in()
        answer = await portal.get(path)
    assert answer.status == 403
    assert OPENS in answer.text and "権限" not in answer.text


async def test_a_visit_goes_on_while_the_door_is_closed(portal: Browser) -> None:
    portal.sign_in()
    portal.vault.hours = Reason.AFTER_HOURS
    assert "株式会社ABC商事" in (await portal.get("/")).text


@pytest.mark.parametrize(("why", "status"), [(Why.AWAY, 503), (Why.BROKEN, 500)])
async def test_a_vault_that_cannot_say_is_not_open(portal: Browser, why: Why, status: int) -> None:
    portal.vault.refusal[m.AskHours] = Refused(why)
    answer = await portal.get("/sign-in")
    assert answer.status == status
    assert 'name="user_id"' not in answer.text


async def test_console_and_public_ask_nobody(console: Browser, public: Browser) -> None:
    for browser, path in ((console, "/sign-in"), (public, "/")):
        browser.vault.hours = Reason.YEAR_END
        page = await browser.get(path)
        assert page.status == 200 and "ご利用いただけません" not in page.text
        assert browser.vault.asked == []

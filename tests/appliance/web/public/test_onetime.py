# SPDX-License-Identifier: Apache-2.0
"""One-time passwords at the public site: the same page for everybody."""

import re

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.web.cookies import door_form
from tests.appliance.web.conftest import Browser

NAME = {"contract_number": "１２３４５６‐０００００１２", "user_id": "abcUser01"}


async def test_the_landing_page_leads_there(public: Browser) -> None:
    assert 'href="/onetime/"' in (await public.get("/")).text
    answer = await public.get("/onetime")
    assert (answer.status, answer.headers["Location"]) == (303, "/onetime/")


async def test_it_says_to_read_the_mail_before_the_vpn(public: Browser) -> None:
    page = (await public.get("/onetime/")).text
    assert page.count(" autofocus") == 1
    assert "メールを確認してから、VPN 接続を開始してください" in page
    assert 'id="contract_number"' in page and "password" not in page.replace("forms.", "")


async def test_what_was_typed_goes_to_the_vault_as_it_is(public: Browser) -> None:
    answer = await public.post("/onetime/", {**NAME, "form": door_form(public.knock())})
    assert answer.status == 200 and "発行受付" in answer.text and "10:00 に受け付けました" in answer.text
    assert [asked.message for asked in public.vault.asked] == [m.RequestCode(*NAME.values())]


async def test_the_page_is_the_same_for_everybody_and_repeats_nothing_typed(public: Browser) -> None:
    form = door_form(public.knock())
    pages = {
        (await public.post("/onetime/", {"contract_number": number, "user_id": user, "form": form})).body
        for number, user in [("1", "a"), ("123456-0000012", "abcUser01"), ("<b>", "あ")]
    }
    assert len(pages) == 1


async def test_nobody_is_sent_into_the_vpn_before_the_mail_was_read(public: Browser) -> None:
    """R89: the mail is the next step, and the VPN only the one after it."""
    page = (await public.post("/onetime/", {**NAME, "form": door_form(public.knock())})).text
    [now] = [line for line in page.splitlines() if 'aria-current="step"' in line]
    assert "届いたメールを開き、番号を控える" in now
    assert page.index(now) < page.index("VPN に接続する <small>このあとです")


async def test_it_leads_to_the_portal(public: Browser) -> None:
    page = (await public.post("/onetime/", {**NAME, "form": door_form(public.knock())})).text
    assert 'href="https://127.0.0.1:0/sign-in"' in page


@pytest.mark.parametrize("empty", ["contract_number", "user_id"])
async def test_an_empty_field_is_named_beside_itself_and_nothing_is_asked(public: Browser, empty: str) -> None:
    answer = await public.post("/onetime/", {**NAME, empty: " ", "form": door_form(public.knock())})
    assert answer.status == 422 and f'id="{empty}-fault"' in answer.text
    kept = next(name for name in NAME if name != empty)
    assert re.search(f'name="{kept}"[^>]* value="{NAME[kept]}"', answer.text)
    assert public.vault.asked == []


@pytest.mark.parametrize(("why", "status"), [(Why.AWAY, 503), (Why.BUSY, 503), (Why.LATE, 503)])
async def test_while_the_vault_does_not_answer_nothing_typed_is_lost(
    public: Browser, why: Why, status: int
) -> None:
    public.vault.refusal[m.RequestCode] = Refused(why)
    answer = await public.post("/onetime/", {**NAME, "form": door_form(public.knock())})
    assert answer.status == status and 'value="abcUser01"' in answer.text


async def test_without_the_door_cookie_nothing_is_asked(public: Browser) -> None:
    assert (await public.post("/onetime/", {**NAME, "form": "x" * 64})).status == 403
    assert public.vault.kinds() == ["ReportRefusal"]

# SPDX-License-Identifier: Apache-2.0
"""Refusals as pages."""

import json

import pytest

from appliance.link.messages import BeginUpload, OpenMenu, ReadOwn, SignOut
from appliance.link.refusals import Refused, Why
from appliance.web.cookies import door_form
from appliance.web.refusal_pages import RELOADING, STATUS
from tests.appliance.web.conftest import Browser

ALL = [why for why in Why if why is not Why.NOT_SIGNED_IN]


def test_every_reason_has_a_status_of_a_failure() -> None:
    assert set(STATUS) == set(Why)
    assert all(status >= 400 for status in STATUS.values())


@pytest.mark.parametrize("why", ALL)
async def test_each_is_a_page_with_its_status_its_text_and_a_number(portal: Browser, why: Why) -> None:
    portal.sign_in()
    portal.vault.refusal[OpenMenu] = Refused(why)
    answer = await portal.get("/")
    assert answer.status == STATUS[why]
    said = portal.website.house.texts.explain(f"refused.{why}")
    assert all(text in answer.text for text in (said.what, said.why, said.next))
    assert portal.vault.asked[0].request in answer.text
    assert ("Retry-After" in answer.headers) == (answer.status in (429, 503))
    assert ("away." in answer.text) == ('href="">もう一度試す' in answer.text) == (why in RELOADING)
    assert "http-equiv" not in answer.text


async def test_what_was_sent_is_never_sent_again_by_a_reload(portal: Browser) -> None:
    portal.sign_in()
    portal.vault.refusal[SignOut] = Refused(Why.AWAY)
    answer = await portal.post("/sign-out", {"form": portal.form})
    assert answer.status == 503 and "もう一度試す" not in answer.text and "away." not in answer.text


async def test_values_of_a_refusal_are_escaped(portal: Browser) -> None:
    portal.sign_in()
    portal.vault.refusal[OpenMenu] = Refused(Why.INVALID, "upload.name", {"max": "<script>"})
    page = (await portal.get("/")).text
    assert "&lt;script&gt;" in page and "<script>" not in page


async def test_a_script_hears_an_object(console: Browser) -> None:
    console.sign_in()
    office = console.vault.offices[0].id
    console.vault.refusal[BeginUpload] = Refused(Why.FULL)
    body = json.dumps({"office": office, "file_name": "a.pdf", "size": "1", "command": "c" * 26}).encode()
    headers = {"Origin": console.origin, "X-Renkei-Form": console.form, "Content-Type": "application/json"}
    answer = await console.send("POST", "/uploads", headers, data=body)
    assert answer.status == 507
    assert set(json.loads(answer.body)) == {"what", "why", "next", "number"}


async def test_the_public_site_never_leads_to_a_sign_in(public: Browser) -> None:
    answer = await public.get("/sign-in")
    assert answer.status == 404 and "Location" not in answer.headers


async def test_a_refusal_leads_to_its_answer_where_there_is_one(portal: Browser, console: Browser) -> None:
    for why, place in ((Why.NOT_ALLOWED, "not_allowed"), (Why.AWAY, "service_away")):
        for browser in (portal, console):
            browser.sign_in()
            browser.vault.refusal[ReadOwn] = Refused(why)
            link = f'href="/help/answers#{place}"'
            assert link in (await browser.get("/own")).text
            assert f'id="{place}"' in (await browser.get("/help/answers")).text


async def test_one_without_an_answer_leads_nowhere(portal: Browser) -> None:
    portal.sign_in()
    portal.vault.refusal[ReadOwn] = Refused(Why.BROKEN)
    assert "/help/answers#" not in (await portal.get("/own")).text


async def test_what_is_wrong_with_a_form_leads_to_its_answer_as_well(portal: Browser) -> None:
    door = portal.knock()
    fields = {"form": door_form(door), "arrival": "a", "user_id": "abcUser01", "password": "Wrong-one-1"}
    page = (await portal.post("/sign-in/password", fields)).text
    assert 'href="/help/answers#password_forgotten"' in page

# SPDX-License-Identifier: Apache-2.0
"""The door: what test_site_routes.py does not see from outside."""

import pytest

from appliance.link import messages as m
from appliance.web.cookies import door_form, visit_cookie
from tests.appliance.web.conftest import Browser


async def test_who_waits_for_a_word_before_sending_gets_it(portal: Browser) -> None:
    door = portal.knock()
    body = f"form={door_form(door)}&contract_number=1&user_id="
    answer = await portal.talk(
        b"POST /sign-in HTTP/1.1\r\nHost: HOST\r\nOrigin: https://HOST\r\nConnection: close\r\n"
        b"Expect: 100-continue\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        + f"Cookie: __Host-renkei-portal-door={door}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
    )
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 422 ")


async def test_who_has_no_business_here_is_not_asked_to_send(portal: Browser) -> None:
    answer = await portal.talk(
        b"POST /sign-in HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n"
        b"Expect: 100-continue\r\nContent-Length: 9\r\n\r\n"
    )
    assert answer.startswith(b"HTTP/1.1 403 ")


async def test_the_form_token_never_reaches_a_handler_or_the_vaults_fields(portal: Browser) -> None:
    door = portal.knock()
    fields = {"form": door_form(door), "contract_number": "1", "user_id": "2", "password": "3"}
    await portal.post("/sign-in", fields)
    assert portal.vault.asked[0].form == door_form(door)
    assert door_form(door) not in repr(portal.vault.asked[0].message)


@pytest.mark.parametrize("cookie", ["{name}={token}; {name}={token}", "{name}=x", '{name}="{token}"'])
async def test_a_strange_cookie_is_refused(portal: Browser, cookie: str) -> None:
    portal.sign_in()
    (name, token), *_ = portal.cookies.items()
    assert name == visit_cookie(portal.website.house.site)
    answer = await portal.get("/", headers={"Cookie": cookie.format(name=name, token=token)})
    assert answer.status == 400
    assert portal.vault.kinds() == ["ReportRefusal"]


async def test_a_field_twice_is_refused(portal: Browser) -> None:
    door = portal.knock()
    headers = {"Origin": portal.origin, "Content-Type": "application/x-www-form-urlencoded"}
    body = f"form={door_form(door)}&user_id=a&user_id=b".encode()
    assert (await portal.send("POST", "/sign-in", headers, data=body)).status == 400


async def test_a_form_token_that_is_no_text_is_a_wrong_one(console: Browser) -> None:
    console.sign_in()
    cookies = "; ".join(f"{name}={value}" for name, value in console.cookies.items())
    answer = await console.talk(
        b"PUT /uploads/" + b"a" * 26 + b"/0 HTTP/1.1\r\nHost: HOST\r\nOrigin: https://HOST\r\nConnection: close\r\n"
        b"Cookie: " + cookies.encode() + b"\r\nX-Renkei-Form: \xff\r\nContent-Length: 1\r\n\r\nx"
    )
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert [asked.message for asked in console.vault.asked] == [m.ReportRefusal("form token")]


async def test_what_was_typed_in_a_tab_is_kept_when_another_tab_signed_out(portal: Browser) -> None:
    typed = {"form": "old", "name": "佐倉 <b>", "kana": "サクラ", "command": "c" * 26, "password": "Secret-1"}
    answer = await portal.post("/own/name", typed)
    assert answer.status == 401 and "入力した内容で続ける" in answer.text
    assert 'value="佐倉 &lt;b&gt;"' in answer.text and "Secret-1" not in answer.text
    assert portal.vault.asked == []


async def test_a_form_of_another_site_is_not_even_read(portal: Browser) -> None:
    answer = await portal.post("/own/name", {"name": "x"}, headers={"Origin": "https://evil.example"})
    assert answer.status == 403 and "入力した内容で続ける" not in answer.text


async def test_a_file_of_nobody_is_not_taken(console: Browser) -> None:
    answer = await console.talk(
        b"POST /notices/new HTTP/1.1\r\nHost: HOST\r\nOrigin: https://HOST\r\nConnection: close\r\n"
        b"Expect: 100-continue\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 999\r\n\r\n"
    )
    assert answer.startswith(b"HTTP/1.1 403 ")


async def test_signing_out_twice_is_as_good_as_once(portal: Browser) -> None:
    answer = await portal.post("/sign-out", {"form": "old"})
    assert answer.status == 200 and "ログアウトしました" in answer.text and portal.vault.asked == []


async def test_a_form_with_a_file_may_come_back_without_it(console: Browser) -> None:
    console.sign_in()
    answer = await console.post(
        "/notices/new", {"form": console.form, "type": "payment_notice", "command": "c" * 26}
    )
    assert answer.status == 422 and 'value="payment_notice" selected' in answer.text
    assert "BeginUpload" not in console.vault.kinds()


async def test_what_was_typed_beside_a_file_is_kept_when_the_visit_ended(console: Browser) -> None:
    console.sign_in()
    form = console.form
    console.vault.visits.clear()
    field = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    body = field % (b"form", form.encode()) + field % (b"period", b"2026-05<b>") + b"--b--\r\n"
    headers = {"Origin": console.origin, "Content-Type": "multipart/form-data; boundary=b"}
    answer = await console.send("POST", "/notices/new", headers, data=body)
    assert answer.status == 401 and 'name="period" value="2026-05&lt;b&gt;"' in answer.text

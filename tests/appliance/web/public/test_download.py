# SPDX-License-Identifier: Apache-2.0
"""/download/ in a browser: the pair, the list, the files, the end."""

import re
from dataclasses import replace

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.words import Site
from appliance.web.cookies import door_cookie, door_form, visit_cookie
from tests.appliance.web.conftest import Browser
from tests.appliance.web.fake_counter import KIT, MANUAL, NUMBER, PAIR_PASSWORD

TICKET = visit_cookie(Site.PUBLIC)
RIGHT = {"contract_number": NUMBER, "password": PAIR_PASSWORD}


async def typed(public: Browser, **changed: str) -> dict[str, str]:
    return {**RIGHT, "form": door_form(public.knock()), **changed}


async def test_without_the_slash_it_is_found_all_the_same(public: Browser) -> None:
    for path in ("/download", "/activate"):
        answer = await public.get(path)
        assert (answer.status, answer.headers["Location"]) == (303, f"{path}/")


async def test_the_landing_page_leads_to_both_in_their_order(public: Browser) -> None:
    page = (await public.get("/")).text
    assert page.index('href="/download/"') < page.index('href="/activate/"') < page.index('href="/onetime/"')


async def test_the_form_says_what_the_password_is_and_asks_nobody(public: Browser) -> None:
    answer = await public.get("/download/")
    for said in (
        "入力後、送信ボタンを押してください",
        "ダウンロードキーを基にした値",
        "14文字",
        "data-show-password",
    ):
        assert said in answer.text, said
    assert 'type="password"' in answer.text and 'inputmode="text"' in answer.text
    assert public.vault.asked == []


async def test_the_right_pair_opens_the_list_with_a_fresh_ticket(public: Browser) -> None:
    fixed = public.cookies[TICKET] = "f" * 40
    answer = await public.post("/download/", await typed(public))
    assert (answer.status, answer.headers["Location"]) == (303, "/download/list")
    cookies = answer.headers.getall("Set-Cookie")
    [ticket] = [line for line in cookies if line.startswith(f"{TICKET}=")]
    assert fixed not in ticket, "nobody comes in with a ticket that was put there beforehand"
    assert all(word in ticket for word in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"))
    assert f"{door_cookie(Site.PUBLIC)}=; Max-Age=0" in "\n".join(cookies)
    assert public.vault.asked[-1].message == m.OpenCounter(NUMBER, PAIR_PASSWORD)


async def test_a_wrong_one_is_said_at_the_field_and_never_comes_back(public: Browser) -> None:
    answer = await public.post("/download/", await typed(public, password="202606Wr0ngKey"))
    assert answer.status == 422 and "契約番号またはダウンロードパスワードが正しくありません" in answer.text
    assert "あと 5 回" in answer.text and 'id="password-fault"' in answer.text
    assert "Wr0ngKey" not in answer.text and f'value="{NUMBER}"' in answer.text
    assert f"{TICKET}=" not in str(answer.headers)


@pytest.mark.parametrize(
    ("text", "values", "said"),
    [
        ("counter.last_month", {"left": "4"}, "年月の部分が先月のものです"),
        ("counter.next_month", {"left": "4"}, "年月の部分が来月のものです"),
        ("counter.other_month", {"left": "4"}, "今月のものではありません"),
        ("counter.unused_signs", {"left": "4"}, "お知らせの文字をもう一度ご確認ください"),
        ("counter.unused_signs_or_other", {"left": "4"}, "引き継いだキー"),
        ("counter.length", {"length": "14"}, "14文字"),
        ("counter.length_or_other", {"length": "14"}, "文字の数を確かめて"),
        ("counter.number", {"field": "contract_number"}, "ハイフンを含めて"),
        ("counter.locked", {"until": "10:00"}, "10:00 を過ぎてから"),
        ("counter.blocked", {}, "再発行"),
    ],
)
async def test_everything_that_can_be_wrong_is_said_in_words(
    public: Browser, text: str, values: dict[str, str], said: str
) -> None:
    why = Why.LOCKED if text in ("counter.locked", "counter.blocked") else Why.WRONG_SECRET
    public.vault.refusal[m.OpenCounter] = Refused(why, text, values)
    answer = await public.post("/download/", await typed(public))
    assert said in answer.text and answer.status in (422, 429)


async def test_a_source_that_tried_too_often_is_told_so(public: Browser) -> None:
    public.vault.refusal[m.OpenCounter] = Refused(Why.NOT_ALLOWED, "counter.too_often")
    answer = await public.post("/download/", await typed(public))
    assert answer.status == 403 and "同じ接続元" in answer.text


async def test_a_form_of_another_site_opens_nothing(public: Browser) -> None:
    fields = await typed(public)
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert (await public.post("/download/", fields, headers)).status == 403
    assert "OpenCounter" not in public.vault.kinds()


async def test_a_double_click_is_one_try(public: Browser) -> None:
    fields = await typed(public)
    first, again = await public.post("/download/", fields), await public.post("/download/", fields)
    assert first.headers.getall("Set-Cookie") == again.headers.getall("Set-Cookie")
    assert public.vault.kinds().count("OpenCounter") == 1


async def test_the_list_shows_data_and_files_as_offices_know_them(inside: Browser) -> None:
    page = (await inside.get("/download/list")).text
    for shown in ("株式会社ABC商事", NUMBER, "山田 太郎", "ya******@example.jp", "2台"):
        assert shown in page, shown
    for shown in (
        "インストーラー(1台目用)(管理者用)",
        "49,647,003",
        "1,607,507",
        "2026/06/01",
        f"setup.{NUMBER}.01.exe",
    ):
        assert shown in page, shown
    assert "インストーラー(2台目用)" in page and "まだ開かれていません" in page
    assert page.count(">↓</a>") == 2, "the second seat has nothing to fetch yet"
    for note in ("複数のパソコンで使うことはできません", "SmartScreen", "保持する", "お届けの内容と合っているか"):
        assert note in page, note
    assert "検査済み" not in page, "no scanner has looked at anything"


async def test_a_scan_is_named_where_one_was(inside: Browser) -> None:
    counter = inside.vault.counter
    scanned = replace(counter.manuals[0], engine="ClamAV 1.0", scanned_at=inside.vault.clock.now())
    inside.vault.counter = replace(counter, manuals=(scanned,))
    page = (await inside.get("/download/list")).text
    assert page.count("検査済み") == 1 and "ClamAV 1.0、2026年6月9日" in page


async def test_without_anything_it_says_what_will_be_there(inside: Browser) -> None:
    inside.vault.counter = replace(inside.vault.counter, seats=(), manuals=())
    assert "手順書とインストーラーが、ここに表示されます" in (await inside.get("/download/list")).text


@pytest.mark.parametrize(
    ("path", "content"),
    [("/download/kits/1/kit_windows/file", KIT), ("/download/manuals/install/file", MANUAL)],
)
async def test_a_file_goes_out_whole_and_its_end_is_told(inside: Browser, path: str, content: bytes) -> None:
    answer = await inside.get(path)
    assert (answer.status, answer.body) == (200, content)
    assert answer.headers["Content-Disposition"].startswith("attachment") and answer.headers["Cache-Control"]
    [told] = inside.vault.fetched
    assert told.sent == len(content)


async def test_a_kit_is_saved_under_its_own_name(inside: Browser) -> None:
    answer = await inside.get("/download/kits/1/kit_windows/file")
    assert f'filename="setup.{NUMBER}.01.exe"' in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    "path",
    [
        "/download/kits/9/kit_windows/file",
        "/download/kits/1/other/file",
        "/download/kits/0001/kit_windows/file",
        "/download/kits/-1/kit_windows/file",
        "/download/kits/%EF%BC%91/kit_windows/file",
        "/download/manuals/other/file",
    ],
)
async def test_what_there_is_not_is_not_found(inside: Browser, path: str) -> None:
    assert (await inside.get(path)).status == 404


@pytest.mark.parametrize("path", ["/download/list", "/download/kits/1/kit_windows/file", "/activate/status"])
async def test_after_the_end_of_a_ticket_people_begin_anew(public: Browser, path: str) -> None:
    public.cookies[TICKET] = "over" * 10
    answer = await public.get(path)
    first = "/activate/" if path.startswith("/activate") else "/download/"
    assert (answer.status, answer.headers["Location"]) == (303, f"{first}?ended=1")
    assert f"{TICKET}=; Max-Age=0" in answer.headers["Set-Cookie"]
    public.cookies.clear()
    assert "有効時間が終わりました" in (await public.get(f"{first}?ended=1")).text


async def test_whoever_has_a_ticket_goes_on_with_it(inside: Browser) -> None:
    assert (await inside.get("/download/")).headers["Location"] == "/download/list"
    assert (await inside.get("/activate/")).headers["Location"] == "/activate/send"


async def test_leaving_ends_the_ticket(inside: Browser) -> None:
    answer = await inside.post("/download/leave", {"form": inside.form})
    assert (answer.status, answer.headers["Location"]) == (303, "/download/?left=1")
    assert f"{TICKET}=; Max-Age=0" in answer.headers["Set-Cookie"]
    assert inside.vault.kinds() == ["LeaveCounter"]
    inside.cookies.clear()
    assert "終了しました" in (await inside.get("/download/?left=1")).text


async def test_leaving_twice_is_as_good(inside: Browser) -> None:
    inside.vault.refusal[m.LeaveCounter] = Refused(Why.NOT_SIGNED_IN)
    answer = await inside.post("/download/leave", {"form": inside.form})
    assert answer.headers["Location"] == "/download/?left=1"


async def test_a_ticket_has_its_own_ways_and_none_of_the_portal(inside: Browser) -> None:
    page = (await inside.get("/download/list")).text
    [ways] = re.findall(r'<nav class="ways".*?</nav>', page, re.DOTALL)
    assert re.findall(r'href="([^"]+)"', ways) == ["/download/list", "/activate/", "/activate/status"]
    assert "/sign-out" not in page and "終了する" in page


async def test_what_people_typed_is_shown_as_text(inside: Browser) -> None:
    inside.vault.counter = replace(inside.vault.counter, office_name="<script>alert(1)</script>", admin="<b>")
    page = (await inside.get("/download/list")).text
    assert "<script>alert" not in page and "&lt;script&gt;" in page

# SPDX-License-Identifier: Apache-2.0
"""/activate/ in a browser: with the pair or with a ticket, files and pasted text, and what becomes of each."""

import re
from typing import Any

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.words import Site
from appliance.web.cookies import door_form, visit_cookie
from tests.appliance.web.conftest import Answer, Browser
from tests.appliance.web.fake_counter import NUMBER, PAIR_PASSWORD

CODE = ("確認コード(ABC123).txt", b"name: value\nsignature: x\n")
COMMAND = "c" * 20


def form_data(fields: dict[str, str], files: list[tuple[str, bytes]]) -> bytes:
    parts = [f'name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    parts += [
        f'name="code-{number}"; filename="{name}"\r\nContent-Type: text/plain\r\n\r\n'.encode() + content
        for number, (name, content) in enumerate(files, 1)
    ]
    body = b"".join(b"--XX\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts)
    return body + b"--XX--\r\n"


async def send(browser: Browser, path: str, fields: dict[str, str], *files: tuple[str, bytes]) -> Answer:
    headers = {"Origin": browser.origin, "Content-Type": "multipart/form-data; boundary=XX"}
    return await browser.send("POST", path, headers, data=form_data(fields, list(files)))


async def with_pair(public: Browser, *files: tuple[str, bytes], **changed: str) -> Answer:
    fields = {"contract_number": NUMBER, "password": PAIR_PASSWORD, "command": COMMAND}
    return await send(public, "/activate/", {"form": door_form(public.knock()), **fields, **changed}, *files)


async def with_ticket(inside: Browser, *files: tuple[str, bytes], **changed: str) -> Answer:
    return await send(inside, "/activate/send", {"form": inside.form, "command": COMMAND, **changed}, *files)


def sent(browser: Browser) -> list[m.SentFile]:
    return [
        file for one in browser.vault.asked if isinstance(one.message, m.SendCodes) for file in one.message.files
    ]


async def test_one_page_takes_the_pair_and_the_files(public: Browser) -> None:
    page = (await public.get("/activate/")).text
    assert "VPN接続アカウント有効化アップロード画面" in page and "リクエスト送信" in page
    assert page.count('type="file"') == 3 and 'name="password"' in page and 'name="pasted"' in page
    answer = await with_pair(public, CODE, ("", b""))
    assert answer.status == 200
    assert "上記ファイルのVPN接続アカウントの有効化を受けました" in answer.text
    for said in (CODE[0], "1台目のパソコン: 受け付けました", "2026年6月11日", "ABC-DEF-GHJ-K"):
        assert said in answer.text, said
    assert public.vault.kinds() == ["OpenCounter", "SendCodes"]
    assert sent(public) == [m.SentFile(*CODE)]
    assert f"{visit_cookie(Site.PUBLIC)}=" in str(answer.headers.getall("Set-Cookie"))


async def test_with_a_ticket_nothing_is_typed_again(inside: Browser) -> None:
    page = (await inside.get("/activate/send")).text
    assert 'name="password"' not in page and page.count('type="file"') == 3
    answer = await with_ticket(inside, CODE)
    assert "有効化を受けました" in answer.text
    assert [type(one.message) for one in inside.vault.asked][-1] is m.SendCodes


async def test_pasted_text_is_a_file_too(inside: Browser) -> None:
    await with_ticket(inside, pasted="  name: value\r\nsignature: x\r\n\r\n")
    [file] = sent(inside)
    assert file.content == b"name: value\r\nsignature: x\n" and file.file_name == "貼り付けた文字"


async def test_what_became_active_at_once_is_said_so(inside: Browser) -> None:
    inside.vault.taken = [m.TakenIn("", m.Taken.ACTIVE, seat=2, short_code="ABC-DEF-GHJ-K")]
    page = (await with_ticket(inside, CODE)).text
    assert "2台目のパソコン: 有効になりました" in page and "このパソコンから接続できます" in page


@pytest.mark.parametrize(
    ("taken", "said"),
    [
        (m.TakenIn("", m.Taken.CONTACT), "基金から個別にご連絡します"),
        (m.TakenIn("", m.Taken.USED, seat=1), "すでに使われています"),
        (m.TakenIn("", m.Taken.NOT_OPEN, seat=1), "受け付けていません"),
        (m.TakenIn("", m.Taken.AWAY), "同じファイルをもう一度送ってください"),
        (m.TakenIn("", m.Taken.UNUSABLE, "not_one"), "確認コードのファイルではありません"),
        (m.TakenIn("", m.Taken.UNUSABLE, "too_long"), "大きすぎます"),
        (m.TakenIn("", m.Taken.UNUSABLE, "cut"), "途中で切れています"),
        (m.TakenIn("", m.Taken.UNUSABLE, "edited"), "内容が違います"),
        (m.TakenIn("", m.Taken.UNUSABLE, "newer"), "まだ読み取れません"),
    ],
)
async def test_what_cannot_be_taken_is_said_file_by_file(inside: Browser, taken: m.TakenIn, said: str) -> None:
    inside.vault.taken = [taken]
    page = (await with_ticket(inside, CODE, ("second.txt", b"x"))).text
    assert said in page and "受け付けられなかったファイルがあります" in page
    assert "有効化を受けました" not in page and "受け付けました" in page, "the second one was taken"


async def test_a_large_file_stays_here_and_the_others_go_on(inside: Browser) -> None:
    page = (await with_ticket(inside, ("big.txt", b"x" * 70_000), CODE)).text
    assert "大きすぎます" in page and [file.file_name for file in sent(inside)] == [CODE[0]]
    only = await with_ticket(inside, ("big.txt", b"x" * 70_000))
    assert only.status == 200 and len(sent(inside)) == 1


async def test_a_huge_body_is_refused_before_it_is_read(public: Browser) -> None:
    answer = await with_pair(public, ("huge.bin", b"x" * 500_000))
    assert answer.status == 413 and "OpenCounter" not in public.vault.kinds()


async def test_more_files_than_fit_are_refused(inside: Browser) -> None:
    assert (await with_ticket(inside, *[("a.txt", b"a")] * 6)).status == 413


@pytest.mark.parametrize("how", [with_pair, with_ticket])
async def test_without_a_file_the_page_says_so(public: Browser, how: Any) -> None:
    if how is with_ticket:
        public.sign_in()
    answer = await how(public, ("", b""), pasted=" \n ")
    assert answer.status == 422 and "確認コードのファイルを選んでください" in answer.text
    assert not {"OpenCounter", "SendCodes"} & set(public.vault.kinds()), "no try is spent on it"


async def test_a_wrong_pair_gives_the_pasted_text_back_and_sends_nothing(public: Browser) -> None:
    answer = await with_pair(public, CODE, password="202606Wr0ngKey", pasted="name: value")
    assert answer.status == 422 and "正しくありません" in answer.text
    assert "name: value" in answer.text and "もう一度選んでください" in answer.text
    assert "Wr0ngKey" not in answer.text and sent(public) == []


async def test_while_the_vault_does_not_answer_the_page_stands(inside: Browser) -> None:
    inside.vault.refusal[m.SendCodes] = Refused(Why.BUSY)
    answer = await with_ticket(inside, CODE, pasted="name: value")
    assert answer.status == 503 and 'type="file"' in answer.text


async def test_a_path_in_a_name_is_no_path(inside: Browser) -> None:
    await with_ticket(inside, ("C:\\Users\\me\\code.txt", b"x"), ("../../etc/passwd", b"y"))
    assert [file.file_name for file in sent(inside)] == ["code.txt", "passwd"]


async def test_a_name_is_shown_as_text(inside: Browser) -> None:
    page = (await with_ticket(inside, ("<img src=x>.txt", b"x"))).text
    assert "<img src=x>" not in page and "&lt;img" in page


async def test_the_status_page_shows_each_pc_and_listens(inside: Browser) -> None:
    page = (await inside.get("/activate/status")).text
    asked = [one.message for one in inside.vault.asked if isinstance(one.message, m.ReadCounter)]
    assert asked == [m.ReadCounter(files=False)], "no kit is made for it"
    assert "1台目（管理者用）" in page and "ダウンロードできます" in page and "未払出" in page
    assert 'data-live="seats"' in page and re.search(r"<script[^>]+live[^>]+module", page)


async def test_the_form_of_a_ticket_needs_its_token(inside: Browser) -> None:
    for form in ("", "x" * 40, door_form("d" * 24)):
        answer = await send(inside, "/activate/send", {"form": form, "command": COMMAND}, CODE)
        assert answer.status == 403

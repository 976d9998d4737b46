# SPDX-License-Identifier: Apache-2.0
"""「届書を送る」 without scripts, and what the script talks to, with the real vault behind them."""

import hashlib
import json
from typing import Any

import pytest

from appliance.config.office_settings import Exchange
from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.time import MINUTE
from appliance.model.words import Role, Site
from tests.appliance.vault.doorman.making import aes_zip, plain_zip, small_pdf
from tests.appliance.vault.people.folk import ZIP, user_of
from tests.appliance.vault.world import Person, World
from tests.appliance.web.conftest import Browser, Opening
from tests.appliance.web.whole import Reader, Seen

RIGHT = "20260609_0001_加入者資格取得届.pdf"
OTHER = "20260609_0001_中断者届.pdf"
CHOSEN = {"type": "acquisition", "filed_on": "2026-06-09", "event_on": "2026-06-01"}
PDF = small_pdf()


async def blank(reader: Reader, person: Person, path: str = "/filings/new") -> dict[str, str]:
    """The fields of an empty form."""
    seen = await reader.be(person.token).see(path)
    fields = dict(seen.page.form("/filings/new").fields)
    del fields["file"]
    return {**fields, "type": "", "note": ""}


async def send(reader: Reader, person: Person, body: bytes | None, name: str, **typed: str) -> Seen:
    """Fill in the form and send it."""
    fields = {**await blank(reader, person), **typed}
    return await reader.send("/filings/new", fields, body, name)


def faults(seen: Seen) -> list[str]:
    """The fields beside which something is said."""
    return [part.split("-fault")[0] for part in seen.html.split('class="fault" id="')[1:]]


async def filings_of(person: Person) -> tuple[m.FilingRow, ...]:
    """What the office has."""
    page: m.FilingPage = await person.ask(m.ListFilings())
    return page.rows


async def test_the_form_offers_what_the_fund_takes_and_names_what_goes_by_post(
    reader: Reader, admin: Person
) -> None:
    seen = await reader.be(admin.token).see("/filings/new")
    types = seen.page.form("/filings/new").choices["type"]
    assert types["加入者資格取得届"] == "acquisition" and "年金資産額等依頼書" not in types
    assert seen.page.form("/filings/new").fields["filed_on"] == "2026-06-09"
    assert "郵送でお出しください" in seen.text and "年金資産額等依頼書" in seen.text
    assert 'value="acquisition" data-statutory' in seen.html and 'value="suspension" data-' not in seen.html
    assert seen.html.index('name="form"') < seen.html.index('name="file"')
    assert 'accept=".pdf,.zip"' in seen.html and 'data-office="0001"' in seen.html


async def test_a_bare_pdf_is_named_by_the_portal_and_the_deadline_told(reader: Reader, admin: Person) -> None:
    seen = await send(reader, admin, PDF, "スキャン 001.pdf", **CHOSEN, note="至急")
    assert seen.status == 200 and RIGHT in seen.text
    assert "「スキャン 001.pdf」に、決まりどおりの名前を付けました。" in seen.text
    assert "2026年7月1日(水)" in seen.text and "承認待ち" in seen.text
    (row,) = await filings_of(admin)
    assert (row.file_name, row.due_on) == (RIGHT, "2026-07-01")
    assert f"/filings/{row.id}" in seen.page.links


async def test_a_zip_becomes_a_filing_for_each_of_its_documents(reader: Reader, admin: Person) -> None:
    package = aes_zip({RIGHT: PDF, OTHER: small_pdf("y")}, ZIP)
    seen = await send(reader, admin, package, "届書.zip", event_on="2026-06-01")
    assert seen.status == 200 and "次の 2 件です" in seen.text
    assert {row.file_name for row in await filings_of(admin)} == {RIGHT, OTHER}


async def test_what_has_no_deadline_is_told_none(reader: Reader, admin: Person) -> None:
    seen = await send(reader, admin, PDF, OTHER, event_on="2026-06-01")
    assert seen.status == 200 and "提出期限は" not in seen.text


async def test_all_problems_are_told_with_their_entries_and_the_rest_is_kept(reader: Reader, admin: Person) -> None:
    package = aes_zip({"20260609_0009_中断者届.pdf": PDF, "a&b.pdf": PDF, "b.pdf": PDF}, ZIP)
    seen = await send(reader, admin, package, "届書.zip", event_on="2026-06-01", note="至急 <b>")
    assert seen.status == 422 and await filings_of(admin) == ()
    assert "別の事業所の番号" in seen.text and seen.text.count("ファイルの名前が決まりと違います") == 2
    assert "a&amp;b.pdf" in seen.html
    assert (
        seen.page.form("/filings/new").fields["event_on"] == "2026-06-01"
        and "至急 &lt;b&gt;</textarea>" in seen.html
    )
    assert "まだ受け付けていません" in seen.text


async def test_no_name_becomes_a_part_of_the_page(reader: Reader, admin: Person) -> None:
    for name in ("<script>x.pdf", "</code><b>.pdf"):
        for body in (PDF, aes_zip({name: PDF}, ZIP)):
            seen = await send(reader, admin, body, "a.zip" if body is not PDF else name, **CHOSEN)
            assert "<script>x" not in seen.html and "</code><b>." not in seen.html
    assert (await reader.see("/filings")).status == 200


async def test_a_zip_that_is_not_locked_is_told_how_to_lock_it(reader: Reader, admin: Person) -> None:
    seen = await send(reader, admin, plain_zip({RIGHT: PDF}), "届書.zip", event_on="2026-06-01")
    assert seen.status == 422 and "AES-256" in seen.text and "PDF をそのまま" in seen.text


async def test_another_password_is_told_where_to_find_the_right_one(reader: Reader, admin: Person) -> None:
    seen = await send(reader, admin, aes_zip({RIGHT: PDF}, "another-Pass1"), "届書.zip", event_on="2026-06-01")
    assert seen.status == 422 and "圧縮パスワードで開けません" in seen.text and "利用者情報修正" in seen.text


async def test_a_missing_event_is_asked_for(reader: Reader, admin: Person) -> None:
    seen = await send(reader, admin, PDF, RIGHT)
    assert seen.status == 422 and "事由発生年月日を確かめてください" in seen.text


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"type": "payment_notice"}, "type"),
        ({"type": "benefit_estimate"}, "type"),
        ({"type": '"><script>'}, "type"),
        ({"filed_on": "2026-02-30"}, "filed_on"),
        ({"event_on": "yesterday"}, "event_on"),
        ({"note": "x" * 501}, "note"),
    ],
)
async def test_a_fault_stands_beside_its_field_and_nothing_is_sent(
    reader: Reader, admin: Person, typed: dict[str, str], fault: str
) -> None:
    seen = await send(reader, admin, PDF, RIGHT, **{**CHOSEN, **typed})
    assert (seen.status, faults(seen)) == (422, [fault])
    assert "<script>" not in seen.html.split("<main")[1] and await filings_of(admin) == ()


@pytest.mark.parametrize(("body", "name"), [(None, ""), (b"", "x.pdf"), (PDF, "..")])
async def test_without_a_file_the_form_asks_for_one(
    reader: Reader, admin: Person, body: bytes | None, name: str
) -> None:
    seen = await send(reader, admin, body, name, **CHOSEN)
    assert (seen.status, faults(seen)) == (422, ["file"])
    assert '"acquisition" data-statutory selected' in seen.html


async def test_a_double_click_files_once(reader: Reader, admin: Person) -> None:
    fields = {**await blank(reader, admin), **CHOSEN}
    first, second = [await reader.send("/filings/new", fields, PDF, "a.pdf") for _ in range(2)]
    assert (first.status, second.status) == (200, 200) and first.page.links == second.page.links
    assert len(await filings_of(admin)) == 1


async def test_two_tabs_file_twice(reader: Reader, admin: Person) -> None:
    tabs = [{**await blank(reader, admin), **CHOSEN} for _ in range(2)]
    for fields in tabs:
        assert (await reader.send("/filings/new", fields, PDF, "a.pdf")).status == 200
    assert len(await filings_of(admin)) == 2


async def test_what_was_typed_waits_for_who_signs_in_again(reader: Reader, world: World, admin: Person) -> None:
    fields = {**await blank(reader, admin), **CHOSEN, "note": "忘れないで"}
    await admin.ask(m.SignOut())
    ended = await reader.send("/filings/new", fields, PDF, "a.pdf")
    assert ended.status == 401 and "この画面に残っています" in ended.text
    await admin.sign_in()
    again = await reader.be(admin.token).fill(ended, "/filings/new")
    assert again.status == 422 and faults(again) == ["file"] and "忘れないで</textarea>" in again.html
    kept = {**again.page.form("/filings/new").fields, "type": "acquisition", "note": "忘れないで"}
    kept.pop("file")
    assert (await reader.send("/filings/new", kept, PDF, "a.pdf")).status == 200


async def test_a_form_of_an_older_visit_is_looked_at_again(reader: Reader, admin: Person) -> None:
    fields = {**await blank(reader, admin), **CHOSEN}
    await admin.sign_in()
    seen = await reader.be(admin.token).send("/filings/new", fields, PDF, "a.pdf")
    assert seen.status == 403 and "もう一度送信してください" in seen.text and 'value="2026-06-01"' in seen.html


async def test_who_may_not_upload_is_refused_in_words(reader: Reader, admin: Person) -> None:
    user = await user_of(admin, permissions=frozenset())
    seen = await send(reader, user, PDF, RIGHT, **CHOSEN)
    assert seen.status == 403 and "権限がありません" in seen.text and await filings_of(admin) == ()


async def test_a_fund_without_filings_says_so(open_site: Opening, portal: Browser) -> None:
    closed = await open_site(Site.PORTAL, exchange=Exchange(filings_enabled=False))
    closed.sign_in()
    answer = await closed.get("/filings/new")
    assert answer.status == 403 and "届書の電子での受付は、行っていません" in answer.text
    assert "/filings" not in (await closed.get("/")).text
    portal.sign_in()
    assert "/filings" in (await portal.get("/")).text


async def test_what_was_returned_is_sent_anew_and_both_know(reader: Reader, world: World, admin: Person) -> None:
    await send(reader, admin, PDF, RIGHT, **CHOSEN, note="一人目")
    (row,) = await filings_of(admin)
    await admin.ask(m.ApproveFiling(row.id, hashlib.sha256(PDF).digest(), "", deliver=True))
    clerk = await (await world.staff(role=Role.FUND_CLERK)).sign_in()
    await clerk.ask(m.ReceiveFiling(row.id, ""))
    await clerk.ask(m.ReturnFiling(row.id, "氏名が違います", ""))
    path = f"/filings/new?follows={row.id}"
    form = await reader.be(admin.token).see(path)
    assert "直して再提出する" in form.text and "一人目</textarea>" in form.html
    assert "氏名が違います" in form.text and f"/filings/{row.id}" in form.page.links
    assert '"acquisition" data-statutory selected' in form.html
    fields = {**await blank(reader, admin, path), "type": "acquisition"}
    world.clock.move(MINUTE)
    assert (await reader.send("/filings/new", fields, small_pdf("fixed"), "b.pdf")).status == 200
    new, old = [await admin.ask(m.ReadFiling(one.id)) for one in await filings_of(admin)]
    assert (new.follows, old.row.followed_by) == (old.row.id, new.row.id)


@pytest.mark.parametrize("follows", ["x", "a" * 26])
async def test_a_filing_of_nobody_is_followed_by_none(reader: Reader, admin: Person, follows: str) -> None:
    assert (await reader.be(admin.token).see(f"/filings/new?follows={follows}")).status == 404


# --- what the script talks to -------------------------------------------------------------------------------------


async def by_script(reader: Reader, token: str, method: str, path: str, body: bytes, kind: str) -> tuple[int, Any]:
    """As static/sending.js does."""
    browser = reader.browser
    headers = {"Origin": browser.origin, "X-Renkei-Form": token, "Content-Type": kind}
    answer = await browser.send(method, path, headers, data=body)
    return answer.status, json.loads(answer.body)


async def submitted(reader: Reader, person: Person, body: bytes, name: str, **fields: str) -> tuple[int, Any]:
    """All steps of one file."""
    token = (await blank(reader, person))["form"]
    begin = {"file_name": name, "size": str(len(body)), "command": "c" * 26 + "-begin"}
    kind = "application/json"
    _, begun = await by_script(reader, token, "POST", "/uploads", json.dumps(begin).encode(), kind)
    upload = f"/uploads/{begun['upload']}"
    assert (await by_script(reader, token, "PUT", f"{upload}/0", body, "application/octet-stream"))[0] == 200
    end = {"sha256": hashlib.sha256(body).hexdigest(), "command": "c" * 26 + "-submit", **fields}
    return await by_script(reader, token, "POST", f"{upload}/submit", json.dumps(end).encode(), kind)


async def test_the_script_gets_filings_with_their_names(reader: Reader, admin: Person) -> None:
    status, came = await submitted(reader, admin, PDF, "a.pdf", **CHOSEN)
    (row,) = await filings_of(admin)
    filed = {"id": row.id, "type": "加入者資格取得届", "name": RIGHT, "came_as": "a.pdf", "state": "承認待ち"}
    assert (status, came) == (200, {"filings": [filed], "problems": []})


async def test_the_script_gets_every_problem(reader: Reader, admin: Person) -> None:
    status, came = await submitted(reader, admin, aes_zip({"a.pdf": PDF, "b.pdf": PDF}, ZIP), "届書.zip")
    assert status == 200 and came["filings"] == []
    assert {one["entry"] for one in came["problems"]} == {"a.pdf", "b.pdf"}
    assert set(came["problems"][0]) == {"entry", "what", "why", "next", "suggestion"}


async def test_the_script_is_told_of_what_it_left_out(reader: Reader, admin: Person) -> None:
    status, said = await submitted(reader, admin, PDF, "a.pdf", command="")
    assert status == 422 and set(said) == {"what", "why", "next", "number"}


async def test_a_refusal_of_the_vault_is_said_on_the_page(portal: Browser) -> None:
    portal.sign_in()
    portal.vault.refusal[m.ReadOwn] = Refused(Why.AWAY)
    answer = await portal.get("/filings/new")
    assert answer.status == 503

# SPDX-License-Identifier: Apache-2.0
"""One filing at its office, and what is done with it, with the real vault behind it."""

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind, Result
from appliance.model.words import PRESETS, FilingState, Permission, Role
from tests.appliance.vault.doorman.making import small_pdf
from tests.appliance.vault.filings.sending import approved, delivered, kept, put_filing, returned, sent
from tests.appliance.vault.people.folk import user_of
from tests.appliance.vault.world import Person, World
from tests.appliance.web.whole import Reader, Seen

NAME = "20260609_0001_加入者資格取得届.pdf"


@pytest.fixture
async def clerk(world: World) -> Person:
    """One of the fund's staff."""
    return await world.clerk()


async def sharoshi_of(admin: Person) -> Person:
    """Somebody who may upload and download only."""
    return await user_of(admin, "Sharoshi1", role=Role.SHAROSHI, permissions=PRESETS[Role.SHAROSHI])


def acts(seen: Seen) -> set[str]:
    """What can be done on a page, by the last part of the address."""
    last = {
        path.rsplit("/", 1)[1] for path in (*seen.page.actions, *seen.page.links) if path.startswith("/filings/")
    }
    return last & {"approve", "deliver", "cancel", "file"} | {
        "again" for path in seen.page.links if path.startswith("/filings/new?follows=")
    }


async def press(reader: Reader, seen: Seen, action: str, number: int = 0) -> Seen:
    """Press the button that goes to action, of several the one with this number."""
    forms = [form for form in seen.page.forms if form.action == action]
    return await reader.post(action, forms[number].fields)


async def test_everything_is_there(reader: Reader, world: World, admin: Person) -> None:
    filing = await sent(admin, NAME, note="至急\n<b>お願い</b>")
    seen = await reader.be(admin.token).see(f"/filings/{filing}")
    sha256 = (await kept(world, filing)).sha256.hex()
    for word in ("加入者資格取得届", NAME, "2026年6月1日(月)", "2026年7月1日(水)", "佐倉 花子", sha256, "未検査"):
        assert word in seen.text, word
    assert "&lt;b&gt;お願い" in seen.html
    assert f"/history?thing={filing}" in seen.page.links


async def test_the_admin_approves_and_delivers_in_one_breath(reader: Reader, world: World, admin: Person) -> None:
    filing = await sent(admin)
    seen = await reader.be(admin.token).see(f"/filings/{filing}")
    assert acts(seen) == {"approve", "cancel", "file"}
    done = await press(reader, seen, f"/filings/{filing}/approve")
    assert (await kept(world, filing)).state is FilingState.DELIVERED
    assert "基金へ配信しました" in (await reader.follow(done)).text


async def test_where_approving_delivers_there_is_one_button_that_says_so(
    reader: Reader, world: World, admin: Person
) -> None:
    await admin.ask(m.ChangeOfficeRules(False, True, ""))
    filing = await sent(admin)
    seen = await reader.be(admin.token).see(f"/filings/{filing}")
    assert [form.action for form in seen.page.forms].count(f"/filings/{filing}/approve") == 1
    assert "承認して配信する" in seen.text and "承認すると基金に届きます" in seen.text
    await press(reader, seen, f"/filings/{filing}/approve")
    assert (await kept(world, filing)).state is FilingState.DELIVERED


async def test_or_one_after_the_other(reader: Reader, world: World, admin: Person) -> None:
    filing = await sent(admin)
    seen = await reader.be(admin.token).see(f"/filings/{filing}")
    after = await reader.follow(await press(reader, seen, f"/filings/{filing}/approve", 1))
    assert "届書を承認しました" in after.text and acts(after) == {"deliver", "cancel", "file"}
    assert "承認 2026年6月9日" in after.text
    after = await reader.follow(await press(reader, after, f"/filings/{filing}/deliver"))
    assert acts(after) == {"file"} and "基金へ配信しました" in after.text


async def test_a_sharoshi_is_offered_no_approval_and_refused_it_and_it_is_written_down(
    reader: Reader, world: World, admin: Person
) -> None:
    sharoshi = await sharoshi_of(admin)
    filing = await sent(sharoshi)
    seen = await reader.be(sharoshi.token).see(f"/filings/{filing}")
    assert acts(seen) == {"cancel", "file"} and "承認を待っています" in seen.text
    assert f"承認できる方: {(await world.account(admin)).name}" in seen.text
    fields = {"form": (await reader.see("/filings")).page.form("/sign-out").fields["form"]}
    fields |= {"command": "c" * 26, "sha256": (await kept(world, filing)).sha256.hex()}
    for act, kind in (("approve", Kind.FILING_APPROVED), ("deliver", Kind.FILING_DELIVERED)):
        refused = await reader.post(f"/filings/{filing}/{act}", fields)
        assert refused.status == 403 and "権限がありません" in refused.text and "管理者" in refused.text
        assert [(one.result, one.thing) for one in await world.journal(kind)] == [(Result.REFUSED, filing)]
    assert (await kept(world, filing)).state is FilingState.UPLOADED


async def test_cancelling_is_asked_once_more(reader: Reader, world: World, admin: Person) -> None:
    filing = await sent(admin)
    page = f"/filings/{filing}/cancel"
    sure = await reader.be(admin.token).see(page)
    assert "元に戻せません" in sure.text and f"/filings/{filing}" in sure.page.links
    after = await reader.follow(await press(reader, sure, page))
    assert "届書を取り消しました" in after.text and acts(after) == set() and "取消済" in after.text
    assert (await kept(world, filing)).parts == ()
    assert (await reader.see(page)).to == f"/filings/{filing}"


async def test_a_double_click_is_one_act(reader: Reader, world: World, admin: Person) -> None:
    filing = await sent(admin)
    seen = await reader.be(admin.token).see(f"/filings/{filing}")
    for _ in range(2):
        done = await press(reader, seen, f"/filings/{filing}/approve")
        assert done.to == f"/filings/{filing}?done=filing_delivered"
    assert len(await world.journal(Kind.FILING_DELIVERED)) == 1


async def test_of_two_tabs_the_second_is_told_what_happened_and_how_it_is_now(
    reader: Reader, world: World, admin: Person
) -> None:
    filing = await sent(admin)
    tab = await reader.be(admin.token).see(f"/filings/{filing}")
    await admin.ask(m.CancelFiling(filing, ""))
    seen = await press(reader, tab, f"/filings/{filing}/approve")
    assert seen.status == 409 and "今の状態は「取消済」です" in seen.text
    assert 'role="alert"' in seen.html and acts(seen) == set()


async def test_who_uploaded_it_does_not_approve_it_where_the_office_wants_four_eyes(
    reader: Reader, world: World, admin: Person
) -> None:
    await admin.ask(m.ChangeOfficeRules(True, False, ""))
    filing = await sent(admin)
    seen = await reader.be(admin.token).see(f"/filings/{filing}")
    assert acts(seen) == {"cancel", "file"} and "アップロードした方とは別の方が承認します" in seen.text
    sharoshi = await sharoshi_of(admin)
    seen = await reader.be(sharoshi.token).see(f"/filings/{filing}")
    assert "別の方" not in seen.text and "承認の権限を持つ方が承認すると" in seen.text
    user = await user_of(admin, "Another02")
    assert "approve" in acts(await reader.be(user.token).see(f"/filings/{filing}"))


@pytest.mark.parametrize("sha256", ["", "00", "G" * 64, "0" * 64])
async def test_other_bytes_than_the_page_showed_are_not_approved(
    reader: Reader, world: World, admin: Person, sha256: str
) -> None:
    filing = await sent(admin)
    seen = await reader.be(admin.token).see(f"/filings/{filing}")
    fields = {**seen.page.form(f"/filings/{filing}/approve").fields, "sha256": sha256}
    refused = await reader.post(f"/filings/{filing}/approve", fields)
    assert refused.status in (409, 422) and "approve" in acts(refused)
    assert (await kept(world, filing)).state is FilingState.UPLOADED


async def test_who_signed_in_again_looks_at_it_once_more(reader: Reader, world: World, admin: Person) -> None:
    filing = await sent(admin)
    path = f"/filings/{filing}/approve"
    seen = await reader.be(admin.token).see(f"/filings/{filing}")
    await admin.ask(m.SignOut())
    ended = await press(reader, seen, path)
    assert ended.status == 401 and "この画面に残っています" in ended.text
    await admin.sign_in()
    again = await press(reader.be(admin.token), ended, path)
    assert again.status == 403 and "もう一度送信してください" in again.text
    assert (await kept(world, filing)).state is FilingState.UPLOADED
    assert (await press(reader, again, path)).status == 303


async def test_a_pdf_opens_in_the_browser_without_powers(reader: Reader, world: World, admin: Person) -> None:
    filing = await sent(admin, NAME)
    reader.be(admin.token)
    answer = await reader.browser.get(f"/filings/{filing}/file")
    assert (answer.status, answer.body) == (200, small_pdf(NAME))
    assert answer.headers["Content-Disposition"].startswith("inline; ")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "filename*=UTF-8''20260609_0001_%E5" in answer.headers["Content-Disposition"]
    assert len(await world.journal(Kind.FILING_DOWNLOADED)) == 1


async def test_what_was_returned_says_why_and_leads_to_a_new_one(
    reader: Reader, world: World, admin: Person, clerk: Person
) -> None:
    filing = await returned(world, admin, clerk)
    seen = await reader.be(admin.token).see(f"/filings/{filing}")
    assert "記入もれがあります" in seen.text and acts(seen) == {"again", "file"}
    new = await sent(admin, NAME, follows=filing)
    old = await reader.see(f"/filings/{filing}")
    assert f"/filings/{new}" in old.page.links and acts(old) == {"file"}
    assert f"/filings/{filing}" in (await reader.see(f"/filings/{new}")).page.links


async def test_a_reason_is_text_and_nothing_else(reader: Reader, world: World, admin: Person) -> None:
    filing = await put_filing(world, admin.office, FilingState.RETURNED, reason="<script>alert(1)</script>")
    html = (await reader.be(admin.token).see(f"/filings/{filing}")).html
    assert "&lt;script&gt;alert" in html and "<script>alert" not in html


async def test_what_is_done_leads_to_its_decision(
    reader: Reader, world: World, admin: Person, clerk: Person
) -> None:
    filing = await delivered(world, admin)
    await clerk.ask(m.ReceiveFiling(filing, ""))
    notice = await clerk.deliver(admin.office, small_pdf("decision"))
    assert notice
    await clerk.ask(m.CompleteFiling(filing, "", notice))
    seen = await reader.be(admin.token).see(f"/filings/{filing}")
    assert f"/notices/{notice}/file" in seen.page.links and "基金の処理完了" in seen.text


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (FilingState.HELD, "ウイルス検査を待っています"),
        (FilingState.REFUSED, "お受けできませんでした"),
        (FilingState.CANCELLED, "取消済"),
    ],
)
async def test_what_has_happened_is_said(
    reader: Reader, world: World, admin: Person, state: FilingState, said: str
) -> None:
    filing = await put_filing(world, admin.office, state)
    assert said in (await reader.be(admin.token).see(f"/filings/{filing}")).text


@pytest.mark.parametrize("path", ["", "/file", "/cancel"])
async def test_another_offices_filing_is_as_unknown_as_none(
    reader: Reader, world: World, admin: Person, path: str
) -> None:
    theirs = await put_filing(world, await world.office(2), FilingState.UPLOADED)
    reader.be(admin.token)
    for id in (theirs, "a" * 26, "x"):
        assert (await reader.see(f"/filings/{id}{path}")).status == 404


async def test_who_may_only_be_written_to_sees_the_list_and_opens_nothing(
    reader: Reader, world: World, admin: Person
) -> None:
    filing = await approved(world, admin, await sent(admin))
    user = await user_of(admin, permissions=frozenset({Permission.MAIL_NOTICE}))
    seen = await reader.be(user.token).see(f"/filings/{filing}")
    assert acts(seen) == set() and "配信を待っています" in seen.text
    assert (await reader.see(f"/filings/{filing}/file")).status == 403
    await user.refused(Why.NOT_ALLOWED, m.DownloadFiling(filing))

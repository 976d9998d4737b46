# SPDX-License-Identifier: Apache-2.0
"""The notices of the office: listed, and downloaded in every way that the fund allows."""

import io

import pytest
from pyzipper import AESZipFile

from appliance.config.office_settings import Exchange
from appliance.link import messages as m
from appliance.model.words import NoticeState, Permission, Site
from tests.appliance.vault.doorman.making import small_pdf
from tests.appliance.vault.people.folk import ZIP, user_of
from tests.appliance.vault.world import Person, World
from tests.appliance.web.conftest import Browser, Opening
from tests.appliance.web.whole import Reader


@pytest.fixture
async def clerk(world: World) -> Person:
    """One of the fund's staff."""
    return await world.clerk()


async def test_an_empty_list_says_what_will_be_there(portal: Browser) -> None:
    portal.sign_in()
    page = (await portal.get("/notices")).text
    assert "まだ帳票は届いていません" in page and "<table" not in page


async def test_notices_are_listed_with_state_type_month_and_size(portal: Browser) -> None:
    portal.sign_in()
    portal.vault.deliver(b"x" * 2048)
    portal.vault.deliver(b"x", state=NoticeState.RECEIVED, type="<b>unknown</b>")
    page = (await portal.get("/notices")).text
    for shown in ("未受信", "受信済", "納入告知額通知書", "2026年5月", "2026年6月9日(火)", "2.0 KB", "1 バイト"):
        assert shown in page, shown
    assert "&lt;b&gt;unknown" in page and "<b>unknown" not in page
    assert portal.vault.kinds() == ["ListNotices"]


async def test_long_lists_come_in_pages(portal: Browser) -> None:
    portal.sign_in()
    for _ in range(37):
        portal.vault.deliver(b"x")
    first = (await portal.get("/notices")).text
    assert first.count("<tr id=") == 36 and 'href="/notices?after=36"' in first
    last = (await portal.get("/notices?after=36")).text
    assert last.count("<tr id=") == 1 and "?after=" not in last and "最初のページ" in last


@pytest.mark.parametrize("cursor", ["a b", "<script>", "x" * 501, "あ"])
async def test_a_cursor_that_was_never_given_out_is_refused(portal: Browser, cursor: str) -> None:
    portal.sign_in()
    assert (await portal.get("/notices?after=" + cursor)).status == 422
    assert portal.vault.asked == []


# --- with the real vault behind it --------------------------------------------------------------------------------


def opened(package: bytes) -> dict[str, bytes]:
    """What is in a ZIP, by name."""
    with AESZipFile(io.BytesIO(package)) as found:
        found.setpassword(ZIP.encode())
        return {name: found.read(name) for name in found.namelist()}


async def test_one_is_downloaded_as_it_is_or_packed(reader: Reader, admin: Person, clerk: Person) -> None:
    notice = await clerk.deliver(admin.office, small_pdf("n"))
    reader.be(admin.token)
    plain = await reader.browser.get(f"/notices/{notice}/file")
    assert (plain.status, plain.body) == (200, small_pdf("n"))
    assert plain.headers["Content-Disposition"].startswith("attachment; ")
    packed = await reader.browser.get(f"/notices/{notice}/zip")
    assert packed.headers["Content-Type"] == "application/zip" and "Accept-Ranges" not in packed.headers
    assert list(opened(packed.body).values()) == [small_pdf("n")]
    assert "受信済" in (await reader.see("/notices")).text


async def test_a_range_alone_leaves_it_unread(reader: Reader, world: World, admin: Person, clerk: Person) -> None:
    notice = await clerk.deliver(admin.office, small_pdf("n"))
    reader.be(admin.token)
    answer = await reader.browser.get(f"/notices/{notice}/file", headers={"Range": "bytes=5-"})
    assert (answer.status, answer.body) == (206, small_pdf("n")[5:])
    assert (await world.notice(notice)).state is NoticeState.DELIVERED
    beyond = await reader.browser.get(f"/notices/{notice}/file", headers={"Range": "bytes=99999-"})
    assert beyond.status == 416


async def test_several_come_in_one_zip_and_all_are_received(
    reader: Reader, world: World, admin: Person, clerk: Person
) -> None:
    bodies = [small_pdf(name) for name in "abc"]
    first, second, third = [await clerk.deliver(admin.office, body) for body in bodies]
    seen = await reader.be(admin.token).see("/notices")
    fields = {**seen.page.form("/notices/together").fields, f"mark.{first}": "on", f"mark.{third}": "on"}
    answer = await reader.browser.post("/notices/together", fields)
    assert answer.status == 200 and set(opened(answer.body).values()) == {bodies[0], bodies[2]}
    states = [(await world.notice(one)).state for one in (first, second, third)]
    assert states == [NoticeState.RECEIVED, NoticeState.DELIVERED, NoticeState.RECEIVED]


async def test_without_a_mark_the_list_says_so(reader: Reader, admin: Person, clerk: Person) -> None:
    await clerk.deliver(admin.office, small_pdf())
    seen = await reader.be(admin.token).see("/notices")
    again = await reader.fill(seen, "/notices/together")
    assert again.status == 422 and "帳票が選ばれていません" in again.text and "mark." in again.html


@pytest.mark.parametrize("id", ["x", "a" * 26])
async def test_what_is_not_there_cannot_be_marked(reader: Reader, admin: Person, clerk: Person, id: str) -> None:
    theirs = await clerk.deliver(admin.office, small_pdf())
    seen = await reader.be(admin.token).see("/notices")
    fields = {**seen.page.form("/notices/together").fields, f"mark.{theirs}": "on", f"mark.{id}": "on"}
    assert (await reader.post("/notices/together", fields)).status == 404


async def test_a_document_of_another_office_is_in_no_zip(
    reader: Reader, world: World, admin: Person, clerk: Person
) -> None:
    theirs = await clerk.deliver(await world.office(2), small_pdf())
    seen = await reader.be(admin.token).see("/own")
    fields = {"form": seen.page.form("/sign-out").fields["form"], f"mark.{theirs}": "on"}
    assert (await reader.post("/notices/together", fields)).status == 404
    assert (await reader.see(f"/notices/{theirs}/zip")).status == 404


async def test_what_was_taken_back_stays_without_a_link(reader: Reader, admin: Person, clerk: Person) -> None:
    notice = await clerk.deliver(admin.office, small_pdf())
    await clerk.ask(m.CancelNotice(notice, "宛先違い", ""))
    seen = await reader.be(admin.token).see("/notices")
    assert "取消済" in seen.text and "配信を取り消しました" in seen.text and "宛先違い" not in seen.text
    assert [link for link in seen.page.links if notice in link] == [f"/history?thing={notice}"]
    assert f"mark.{notice}" not in seen.html


async def test_who_may_not_download_is_offered_nothing(reader: Reader, admin: Person, clerk: Person) -> None:
    notice = await clerk.deliver(admin.office, small_pdf())
    user = await user_of(admin, permissions=frozenset({Permission.UPLOAD}))
    seen = await reader.be(user.token).see("/notices")
    assert "未受信" in seen.text
    assert [link for link in seen.page.links if notice in link] == [f"/history?thing={notice}"]
    assert "/notices/together" not in seen.page.actions
    assert (await reader.see(f"/notices/{notice}/file")).status == 403


# --- what the page offers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("plain", "packed"), [(True, True), (True, False), (False, True)])
async def test_only_what_the_fund_allows_is_offered(open_site: Opening, plain: bool, packed: bool) -> None:
    exchange = Exchange(plain_downloads=plain, zip_downloads=packed)
    portal = await open_site(Site.PORTAL, exchange=exchange)
    portal.sign_in()
    notice = portal.vault.deliver(b"x")
    page = (await portal.get("/notices")).text
    assert (f"/notices/{notice}/file" in page) is plain
    assert (f"/notices/{notice}/zip" in page) is packed
    assert ("/notices/together" in page) is packed and ("圧縮パスワード" in page) is packed


async def test_the_password_of_a_zip_and_its_tools_are_told(portal: Browser) -> None:
    portal.sign_in()
    portal.vault.deliver(b"x")
    page = (await portal.get("/notices")).text
    assert "Windows だけでは開けません" in page and "7-Zip" in page and "圧縮パスワード" in page


async def test_what_explains_an_amount_stands_beside_it(portal: Browser) -> None:
    portal.sign_in()
    vault = portal.vault
    because = vault.deliver(b"x", type="contribution_change")
    vault.deliver(b"x", type="contribution_change", period="2026-04")
    vault.deliver(b"x")
    page = (await portal.get("/notices")).text
    assert page.count("「納入告知額通知書」の金額のもとになる書類です") == 2
    assert page.count("引落額のもとになる書類") == 1
    assert f'引落額のもとになる書類: <a href="#n-{because}">掛金増減計算書</a>' in page


async def test_what_was_taken_back_explains_nothing(portal: Browser) -> None:
    portal.sign_in()
    portal.vault.deliver(b"x", type="contribution_change", state=NoticeState.CANCELLED)
    portal.vault.deliver(b"x")
    assert "引落額のもとになる書類" not in (await portal.get("/notices")).text

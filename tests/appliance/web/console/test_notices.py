# SPDX-License-Identifier: Apache-2.0
"""Which notices have arrived, and taking back what nobody has opened; with the real vault."""

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind
from appliance.model.time import MINUTE
from appliance.model.words import NoticeState
from tests.appliance.vault.world import Person, World
from tests.appliance.web.console.exchange import auditor, clerk, other_clerk, releaser, stranger, user
from tests.appliance.web.whole import Reader

__all__ = ["auditor", "clerk", "other_clerk", "releaser", "stranger", "user"]

REASON = "別の事業所の通知書 <b>を配信した"


@pytest.fixture
async def notice(user: Person, clerk: Person) -> str:
    """One to office 1, which nobody has opened."""
    return await clerk.deliver(user.office)


def cancelling(notice: str, query: str = "") -> str:
    """Where it is taken back."""
    return f"/notices/{notice}/cancel{query}"


async def test_the_list_says_what_the_scanners_said(reader: Reader, clerk: Person, notice: str) -> None:
    page = await reader.be(clerk.token).see("/notices")
    assert "未検査" in page.text and "未受信" in page.text and cancelling(notice) in page.page.links


async def test_an_unopened_one_is_taken_back_with_a_reason(
    reader: Reader, world: World, user: Person, clerk: Person, notice: str
) -> None:
    form = await reader.be(clerk.token).see(cancelling(notice))
    for shown in ("配信を取り消す", "元に戻せません"):
        assert shown in form.text, shown
    fields = form.page.form(cancelling(notice)).fields
    assert fields["office_name"].startswith("0001 ") and fields["file_name"] == "通知.pdf"
    page = await reader.follow(await reader.fill(form, cancelling(notice), reason=REASON))
    assert "配信を取り消しました" in page.text and "取消済" in page.text
    assert REASON in page.text and "<b>を配信" not in page.html
    assert cancelling(notice) not in page.page.links
    assert (await world.notice(notice)).state is NoticeState.CANCELLED
    [entry] = await world.journal(Kind.NOTICE_CANCELLED)
    assert (entry.actor, entry.personal["typed"]) == (clerk.account, REASON)
    await user.refused(Why.CONFLICT, m.DownloadNotice(notice))


async def test_a_releaser_may_as_well(reader: Reader, world: World, releaser: Person, notice: str) -> None:
    assert f"/history?thing={notice}" not in (await reader.be(releaser.token).see("/notices")).page.links
    form = await reader.see(cancelling(notice))
    assert (await reader.fill(form, cancelling(notice), reason=REASON)).status == 303
    assert (await world.notice(notice)).state is NoticeState.CANCELLED


async def test_desk_and_auditor_are_not_led_there_and_may_not(
    reader: Reader, world: World, desk: Person, auditor: Person, notice: str
) -> None:
    for person in (desk, auditor):
        page = await reader.be(person.token).see("/notices")
        assert "通知.pdf" in page.text and cancelling(notice) not in page.page.links
        assert f"/history?thing={notice}" in page.page.links
        form = await reader.see(cancelling(notice))
        assert (await reader.fill(form, cancelling(notice), reason=REASON)).status == 403
    assert (await world.notice(notice)).state is NoticeState.DELIVERED


async def test_one_that_was_received_stays_and_the_page_says_since_when(
    reader: Reader, world: World, user: Person, clerk: Person, notice: str
) -> None:
    form = await reader.be(clerk.token).see(cancelling(notice))
    await user.receive(notice)
    for seen in (
        await reader.fill(form, cancelling(notice), reason=REASON),
        await reader.see(cancelling(notice)),
    ):
        assert seen.status == 409 and "この帳票は取り消せません" in seen.text
        assert "2026年6月9日(火) 10:00 に事業所が受け取っています" in seen.text and "電話で連絡" in seen.text
        assert cancelling(notice) not in seen.page.links
    assert (await world.notice(notice)).state is NoticeState.RECEIVED


async def test_one_that_was_opened_and_cut_stays_as_well(
    reader: Reader, world: World, user: Person, clerk: Person, notice: str
) -> None:
    await user.download(notice, stop_after=0)
    form = await reader.be(clerk.token).see(cancelling(notice))
    refused = await reader.fill(form, cancelling(notice), reason=REASON)
    assert refused.status == 409 and "事業所が開き始めています" in refused.text
    assert (await world.notice(notice)).state is NoticeState.DELIVERED


async def test_a_second_one_is_told_that_it_is_done(
    reader: Reader, world: World, clerk: Person, other_clerk: Person, notice: str
) -> None:
    form = await reader.be(clerk.token).see(cancelling(notice))
    await other_clerk.ask(m.CancelNotice(notice, "誤り", ""))
    late = await reader.fill(form, cancelling(notice), reason=REASON)
    assert late.status == 409 and "すでに取り消されています" in late.text
    assert (await world.notice(notice)).reason == "誤り"


async def test_a_double_click_cancels_once(reader: Reader, world: World, clerk: Person, notice: str) -> None:
    form = await reader.be(clerk.token).see(cancelling(notice))
    fields = {**form.page.form(cancelling(notice)).fields, "reason": REASON}
    assert [(await reader.post(cancelling(notice), fields)).status for _ in range(2)] == [303, 303]
    assert len(await world.journal(Kind.NOTICE_CANCELLED)) == 1


@pytest.mark.parametrize("reason", ["", " \u3000"])
async def test_without_a_reason_nothing_is_taken_back(
    reader: Reader, world: World, clerk: Person, notice: str, reason: str
) -> None:
    form = await reader.be(clerk.token).see(cancelling(notice))
    refused = await reader.fill(form, cancelling(notice), reason=reason)
    assert refused.status == 422 and 'id="reason-fault"' in refused.html
    assert refused.page.form(cancelling(notice)).fields["file_name"] == "通知.pdf"
    assert (await world.notice(notice)).state is NoticeState.DELIVERED


async def test_people_come_back_to_where_they_were_in_the_list(
    reader: Reader, world: World, user: Person, clerk: Person, notice: str
) -> None:
    world.clock.move(MINUTE)
    newer = await clerk.deliver(user.office)
    query = f"?office={user.office}&after={newer}"
    page = await reader.be(clerk.token).see(f"/notices{query}")
    assert cancelling(notice, query) in page.page.links and cancelling(newer, query) not in page.page.links
    form = await reader.see(cancelling(notice, query))
    assert f"/notices{query}" in form.page.links
    assert cancelling(notice, query) in form.page.actions


@pytest.mark.parametrize("path", ["a" * 26, "x", "A" * 26])
async def test_a_notice_of_nobody(reader: Reader, clerk: Person, notice: str, path: str) -> None:
    assert (await reader.be(clerk.token).see(cancelling(path))).status == 404


@pytest.mark.parametrize("query", ["?office=x", "?after=%22", "?office=" + "a" * 26])
async def test_a_place_of_nobody(reader: Reader, clerk: Person, query: str) -> None:
    assert (await reader.be(clerk.token).see(f"/notices{query}")).status in (404, 422)


@pytest.mark.parametrize("query", ["?office=x", "?after=%22"])
async def test_a_place_that_we_never_wrote(reader: Reader, clerk: Person, notice: str, query: str) -> None:
    assert (await reader.be(clerk.token).see(cancelling(notice, query))).status in (404, 422)


@pytest.mark.parametrize("query", ["?delivered=x", "?had=-1", "?delivered=" + "9" * 30])
async def test_a_number_that_we_never_wrote(reader: Reader, clerk: Person, query: str) -> None:
    assert (await reader.be(clerk.token).see(f"/notices{query}")).status == 422

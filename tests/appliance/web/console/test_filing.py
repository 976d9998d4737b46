# SPDX-License-Identifier: Apache-2.0
"""One filing at the fund: what is shown, its document, and each act with its buttons; with the real vault."""

import dataclasses
import html
from typing import Any

import pytest

from appliance.link import messages as m
from appliance.model.journal import Kind
from appliance.model.things import Filing
from appliance.model.time import HOUR
from appliance.model.words import FilingState, ScanState
from appliance.vault.records.tables import filings
from tests.appliance.vault.doorman.making import small_pdf
from tests.appliance.vault.filings.sending import LOSS, NAME, delivered, kept, returned, sent
from tests.appliance.vault.people.folk import enter_console
from tests.appliance.vault.world import Person, World
from tests.appliance.web.conftest import Browser
from tests.appliance.web.console.exchange import auditor, clerk, other_clerk, releaser, stranger, user
from tests.appliance.web.whole import Reader, Seen

__all__ = ["auditor", "clerk", "other_clerk", "releaser", "stranger", "user"]

REASON = "「資格喪失年月日」の欄に、ご記入がございませんでした。\n<b>もう一度</b>ご提出ください。"


@pytest.fixture
async def filing(world: World, user: Person) -> str:
    """One that was delivered."""
    return await delivered(world, user, LOSS, note="至急 <i>です</i>")


@pytest.fixture
async def received(world: World, clerk: Person, filing: str) -> str:
    """The same, received."""
    await clerk.ask(m.ReceiveFiling(filing, ""))
    return filing


def ways_on(page: Seen) -> set[str]:
    """What can be done from a page, by the last part of each address."""
    there = [*page.page.actions, *page.page.links]
    return {one.rsplit("/", 1)[1] for one in there if one.startswith("/filings/") and one.count("/") == 3}


async def changed(world: World, id: str, **changes: Any) -> None:
    """The row of a filing, as something else than a person left it."""
    found: Filing = await kept(world, id)
    await world.core.commit(lambda txn: filings.put(txn, dataclasses.replace(found, **changes)))


async def test_everything_about_it_is_there(reader: Reader, world: World, clerk: Person, filing: str) -> None:
    await changed(world, filing, scan=ScanState.CLEAN, engine="clamav 1.4.3, signatures 2026-06-08")
    page = await reader.be(clerk.token).see(f"/filings/{filing}")
    row = await kept(world, filing)
    for shown in (
        "加入者資格喪失届",
        LOSS,
        "2026年6月1日(月)",
        "2026年7月1日(水)",
        "至急 <i>です</i>",
        "問題なし（clamav 1.4.3, signatures 2026-06-08）",
        row.sha256.hex(),
        "未受信",
    ):
        assert shown in page.text, shown
    assert "<i>" not in page.html
    assert f"/history?thing={filing}" in page.page.links


async def test_names_of_the_offices_people_are_not_for_the_fund(
    reader: Reader, world: World, user: Person, clerk: Person, filing: str
) -> None:
    name = (await world.account(user)).name
    assert name and name not in (await reader.be(clerk.token).see(f"/filings/{filing}")).text


async def test_it_opens_in_the_browser_and_has_no_powers_there(
    reader: Reader, world: World, clerk: Person, filing: str
) -> None:
    reader.be(clerk.token)
    answer = await reader.browser.get(f"/filings/{filing}/document")
    assert (answer.status, answer.body) == (200, small_pdf(LOSS))
    assert answer.headers["Content-Disposition"].startswith("inline;")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    kinds = [entry.kind for entry in await world.journal(Kind.FILING_OPENED, Kind.FILING_DOWNLOADED)]
    assert kinds == [Kind.FILING_OPENED, Kind.FILING_DOWNLOADED]


async def test_each_state_has_its_buttons(reader: Reader, world: World, clerk: Person, filing: str) -> None:
    page = await reader.be(clerk.token).see(f"/filings/{filing}")
    assert ways_on(page) == {"document", "receive"}
    page = await reader.follow(await reader.fill(page, f"/filings/{filing}/receive"))
    assert "届書を受信しました" in page.text and "受信済" in page.text
    assert ways_on(page) == {"document", "accept", "return", "done"}
    page = await reader.follow(await reader.fill(page, f"/filings/{filing}/accept"))
    assert "届書を受理しました" in page.text and ways_on(page) == {"document", "return", "done"}
    assert (await kept(world, filing)).state is FilingState.ACCEPTED


async def test_releaser_opens_and_does_nothing(reader: Reader, releaser: Person, filing: str) -> None:
    page = await reader.be(releaser.token).see(f"/filings/{filing}")
    assert ways_on(page) == {"document"} and f"/history?thing={filing}" not in page.page.links
    assert (await reader.browser.get(f"/filings/{filing}/document")).status == 200


async def test_desk_and_auditor_read_and_open_nothing(
    reader: Reader, world: World, desk: Person, auditor: Person, filing: str
) -> None:
    for person in (desk, auditor):
        page = await reader.be(person.token).see(f"/filings/{filing}")
        assert LOSS in page.text and ways_on(page) == set()
        assert (await reader.browser.get(f"/filings/{filing}/document")).status == 403
        token = page.page.form("/sign-out").fields["form"]
        for act in ("receive", "accept", "return", "done"):
            fields = {"form": token, "command": "c" * 26, "reason": "理由", "decision": "none"}
            assert (await reader.post(f"/filings/{filing}/{act}", fields)).status == 403, act
    assert (await kept(world, filing)).state is FilingState.DELIVERED
    assert await world.journal(Kind.FILING_OPENED) == [
        entry for entry in await world.journal(Kind.FILING_OPENED) if entry.result == "refused"
    ]


async def test_what_was_not_delivered_is_as_unknown_as_nothing(
    reader: Reader, world: World, user: Person, clerk: Person
) -> None:
    filing = await sent(user, NAME)
    for id in (filing, "a" * 26, "x", "A" * 26):
        for path in ("", "/document", "/return", "/done"):
            page = await reader.be(clerk.token).see(f"/filings/{id}{path}")
            assert page.status == 404 and NAME not in page.text, (id, path)


async def test_who_was_too_late_is_told_what_is_so_now(
    reader: Reader, world: World, clerk: Person, other_clerk: Person, filing: str
) -> None:
    page = await reader.be(clerk.token).see(f"/filings/{filing}")
    await other_clerk.ask(m.ReceiveFiling(filing, ""))
    late = await reader.fill(page, f"/filings/{filing}/receive")
    assert late.status == 409 and "受信済" in late.text
    assert ways_on(late) == {"document", "accept", "return", "done"}
    assert len(await world.journal(Kind.FILING_RECEIVED)) == 2  # the second one was refused
    assert (await kept(world, filing)).received_by == other_clerk.account


@pytest.mark.parametrize("act", ["receive", "accept"])
async def test_a_double_click_is_one_act(
    reader: Reader, world: World, clerk: Person, filing: str, act: str
) -> None:
    if act == "accept":
        await clerk.ask(m.ReceiveFiling(filing, ""))
    page = await reader.be(clerk.token).see(f"/filings/{filing}")
    fields = page.page.form(f"/filings/{filing}/{act}").fields
    answers = [await reader.post(f"/filings/{filing}/{act}", fields) for _ in range(2)]
    assert {answer.status for answer in answers} == {303}
    assert len(await world.journal(Kind.FILING_RECEIVED, Kind.FILING_ACCEPTED)) == 1 + (act == "accept")


# --- giving back --------------------------------------------------------------------------------------------------


async def test_it_is_given_back_with_the_reason_as_it_was_written(
    reader: Reader, world: World, clerk: Person, received: str
) -> None:
    action = f"/filings/{received}/return"
    form = await reader.be(clerk.token).see(action)
    done = await reader.fill(form, action, reason=REASON)
    page = await reader.follow(done)
    assert "届書を差し戻しました" in page.text and "差戻し" in page.text
    assert "<b>もう一度</b>" in page.text and "<b>もう一度</b>" not in page.html
    row = await kept(world, received)
    assert (row.state, row.reason) == (FilingState.RETURNED, REASON)
    assert ways_on(page) == {"document"}


async def test_a_ready_reason_stands_in_the_field_and_is_completed_before_it_goes(
    reader: Reader, world: World, clerk: Person, received: str
) -> None:
    action = f"/filings/{received}/return"
    page = await reader.be(clerk.token).see(action)
    template = next(link for link in page.page.links if link == f"{action}?template=missing_entry")
    filled = await reader.see(template)
    assert "お届けいただいた届書の「〇〇」の欄に" in filled.text
    text = "お届けいただいた届書の「〇〇」の欄に、ご記入がございませんでした。"
    refused = await reader.fill(filled, action, reason=text)
    assert refused.status == 422 and "実際の内容に書き換えてください" in refused.text and text in refused.text
    assert (await kept(world, received)).state is FilingState.RECEIVED
    done = await reader.fill(refused, action, reason=text.replace("〇〇", "資格喪失年月日"))
    assert done.status == 303 and "資格喪失年月日" in (await kept(world, received)).reason


@pytest.mark.parametrize("reason", ["", " \u3000", "あ" * 1001, "\u200b"])
async def test_without_a_reason_nothing_is_given_back(
    reader: Reader, world: World, clerk: Person, received: str, reason: str
) -> None:
    action = f"/filings/{received}/return"
    form = await reader.be(clerk.token).see(f"{action}?template=nobody")
    refused = await reader.fill(form, action, reason=reason)
    assert refused.status == 422 and 'role="alert"' in refused.html
    assert (await kept(world, received)).state is FilingState.RECEIVED


async def test_what_another_clerk_has_done_meanwhile_stands_on_the_page(
    reader: Reader, world: World, clerk: Person, other_clerk: Person, received: str
) -> None:
    action = f"/filings/{received}/return"
    form = await reader.be(clerk.token).see(action)
    await other_clerk.ask(m.CompleteFiling(received, ""))
    late = await reader.fill(form, action, reason="理由")
    assert late.status == 409 and "処理完了" in late.text and LOSS in late.text
    assert (await kept(world, received)).state is FilingState.DONE


async def test_the_returned_and_the_following_one_lead_to_each_other(
    reader: Reader, world: World, user: Person, clerk: Person
) -> None:
    first = await returned(world, user, clerk)
    second = await delivered(world, user, NAME, follows=first)
    assert f"/filings/{second}" in (await reader.be(clerk.token).see(f"/filings/{first}")).page.links
    assert f"/filings/{first}" in (await reader.see(f"/filings/{second}")).page.links


# --- completing ---------------------------------------------------------------------------------------------------


async def test_it_is_completed_with_the_notice_that_answers_it(
    reader: Reader, world: World, user: Person, stranger: Person, clerk: Person, received: str
) -> None:
    decision, other = await clerk.deliver(user.office), await clerk.deliver(stranger.office)
    action = f"/filings/{received}/done"
    form = await reader.be(clerk.token).see(action)
    choices = form.page.form(action).choices["decision"]
    assert decision in choices.values() and other not in choices.values() and "none" in choices.values()
    page = await reader.follow(await reader.fill(form, action, decision=decision))
    assert "処理を完了しました" in page.text and "通知.pdf" in page.text
    row = await kept(world, received)
    assert (row.state, row.decision) == (FilingState.DONE, decision)


async def test_it_may_have_no_answer(reader: Reader, world: World, clerk: Person, received: str) -> None:
    action = f"/filings/{received}/done"
    form = await reader.be(clerk.token).see(action)
    assert (await reader.fill(form, action, decision="none")).status == 303
    assert (await kept(world, received)).decision == ""


@pytest.mark.parametrize("decision", ["", "x", "a" * 26])
async def test_an_answer_that_nobody_offered_is_refused(
    reader: Reader, world: World, clerk: Person, received: str, decision: str
) -> None:
    action = f"/filings/{received}/done"
    form = await reader.be(clerk.token).see(action)
    assert (await reader.fill(form, action, decision=decision)).status in (404, 422)
    assert (await kept(world, received)).state is FilingState.RECEIVED


async def test_a_notice_of_another_office_is_no_answer(
    reader: Reader, world: World, stranger: Person, clerk: Person, received: str
) -> None:
    other, action = await clerk.deliver(stranger.office), f"/filings/{received}/done"
    form = await reader.be(clerk.token).see(action)
    refused = await reader.fill(form, action, decision=other)
    assert refused.status == 422 and (await kept(world, received)).state is FilingState.RECEIVED


async def test_a_cancelled_notice_is_not_offered(
    reader: Reader, world: World, user: Person, clerk: Person, received: str
) -> None:
    notice = await clerk.deliver(user.office)
    await clerk.ask(m.CancelNotice(notice, "誤り", ""))
    form = await reader.be(clerk.token).see(f"/filings/{received}/done")
    assert notice not in form.page.form(f"/filings/{received}/done").choices["decision"].values()


async def test_where_the_fund_takes_no_filings_the_page_says_so(
    reader: Reader, world: World, clerk: Person, filing: str
) -> None:
    exchange = dataclasses.replace(world.core.settings.exchange, filings_enabled=False)
    world.core.settings = dataclasses.replace(world.core.settings, exchange=exchange)
    assert (await reader.be(clerk.token).see(f"/filings/{filing}")).status == 403


# --- coming back --------------------------------------------------------------------------------------------------


async def test_a_reason_that_came_too_late_waits_for_the_next_sign_in(
    reader: Reader, world: World, clerk: Person, received: str
) -> None:
    action = f"/filings/{received}/return"
    fields = {**(await reader.be(clerk.token).see(action)).page.form(action).fields, "reason": REASON}
    world.clock.move(9 * HOUR)
    ended = await reader.post(action, fields)
    assert ended.status == 401 and (await kept(world, received)).state is FilingState.RECEIVED
    kept_fields = ended.page.form(action).fields
    assert kept_fields["reason"] == REASON
    reader.be((await enter_console(clerk)).token)
    again = await reader.post(action, kept_fields)
    assert again.status == 403 and "内容を確かめて、もう一度送信してください" in again.text
    assert html.escape(REASON) in again.html
    assert (await reader.fill(again, action, reason=REASON)).status == 303
    assert (await kept(world, received)).reason == REASON


async def test_an_office_that_is_gone_has_no_notices_to_choose(console: Browser) -> None:
    console.sign_in()
    row = m.FilingRow(
        "a" * 26, 99, "", "loss", "", "x.pdf", 1, FilingState.RECEIVED, ScanState.CLEAN, "", 1, "", 1, 1
    )
    empty = ("", "", "", "", "", "", 0, "", "", "", 0, "", ())
    console.vault.instead[m.ReadFiling] = lambda message: m.FilingDetail(row, b"", *empty)
    answer = await console.get(f"/filings/{'a' * 26}/done")
    assert answer.status == 200 and answer.text.count("<option") == 2
    assert "ListNotices" not in console.vault.kinds()

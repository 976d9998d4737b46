# SPDX-License-Identifier: Apache-2.0
"""The history, in words."""

from dataclasses import replace

import pytest

from appliance.link.messages import ReadHistory
from appliance.model.journal import Kind
from tests.appliance.web.conftest import Browser


async def test_newest_first_in_words_with_what_it_is_about(portal: Browser) -> None:
    portal.sign_in()
    portal.vault.note(Kind.NOTICE_DELIVERED, file_name="通知書.pdf", source="192.0.2.7")
    portal.vault.note(Kind.SIGN_IN, "refused", login="<i>abc</i>")
    page = (await portal.get("/history")).text
    assert page.index("ログイン</td>") < page.index("帳票の配信")
    assert '<span class="state bad">拒否' in page
    assert "通知書.pdf" in page and "&lt;i&gt;abc" in page and "<i>" not in page
    assert "192.0.2.7" not in page
    assert "2026年6月9日(火) 10:00" in page


async def test_destroyed_names_leave_the_entry(portal: Browser) -> None:
    portal.sign_in()
    portal.vault.note(Kind.NOTICE_RECEIVED)
    assert "帳票の受信" in (await portal.get("/history")).text


async def test_an_empty_history_says_what_will_be_there(portal: Browser) -> None:
    portal.sign_in()
    assert "まだ履歴はありません" in (await portal.get("/history")).text


async def test_older_entries_are_on_the_next_page(portal: Browser) -> None:
    portal.sign_in()
    for _ in range(60):
        portal.vault.note(Kind.MENU_READ)
    first = (await portal.get("/history")).text
    assert 'href="/history?before=10"' in first
    second = (await portal.get("/history?before=10")).text
    assert second.count("メニューの表示") == 10 and "before=" not in second
    assert portal.vault.asked[-1].message == ReadHistory(before=10)


async def test_only_the_console_names_offices(portal: Browser, console: Browser) -> None:
    for browser in (portal, console):
        browser.sign_in()
        browser.vault.note(Kind.MENU_READ)
    assert "事業所</th>" not in (await portal.get("/history")).text
    assert "事業所</th>" in (await console.get("/history")).text


@pytest.mark.parametrize("before", ["x", "-1", ""])
async def test_a_strange_place_is_refused(portal: Browser, before: str) -> None:
    portal.sign_in()
    assert (await portal.get(f"/history?before={before}")).status == 422


REASONS = [
    (Kind.ACCOUNT_UNLOCKED, "折り返しで確認", "折り返しで確認"),
    (Kind.ACCOUNT_INITIALISED, "折り返しで確認", "折り返しで確認"),
    (Kind.PROPOSAL_MADE, "AddStaff: 増員: 二人目", "職員の追加（増員: 二人目）"),
    (Kind.TWO_PERSON_EMERGENCY, "ResetStaff: 紛失", "職員の初期化（紛失）"),
    (Kind.PROPOSAL_DECIDED, "approved, proposed by x", "承認"),
    (Kind.PROPOSAL_DECIDED, "declined, proposed by x", "却下または取り下げ"),
    (Kind.MAIL_FAILED, "550 no such user", ""),
]


@pytest.mark.parametrize(("kind", "reason", "shown"), REASONS)
async def test_the_staff_reads_why_in_its_own_words(console: Browser, kind: Kind, reason: str, shown: str) -> None:
    console.sign_in()
    console.vault.note(kind)
    console.vault.history[0] = replace(console.vault.history[0], reason=reason)
    page = (await console.get("/history")).text
    assert f"<td><bdi>{shown}</bdi></td></tr>" in page


async def test_offices_do_not_read_what_the_staff_notes(portal: Browser) -> None:
    portal.sign_in()
    portal.vault.note(Kind.ACCOUNT_UNLOCKED)
    portal.vault.history[0] = replace(portal.vault.history[0], reason="声が違った")
    assert "声が違った" not in (await portal.get("/history")).text


async def test_why_something_was_refused_is_for_fund_it(console: Browser) -> None:
    console.sign_in()
    console.vault.note(Kind.ACCOUNT_UNLOCKED, "refused")
    console.vault.history[0] = replace(console.vault.history[0], reason="fund_clerk may not lock.release")
    assert "may not" not in (await console.get("/history")).text

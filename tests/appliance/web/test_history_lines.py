# SPDX-License-Identifier: Apache-2.0
"""Single entries in words, at both sites."""

from dataclasses import replace
from typing import Any

import pytest

from appliance.link.messages import HistoryRow
from appliance.model.journal import Kind
from tests.appliance.web.conftest import Browser

ID = "a" * 26


def shown(browser: Browser, kind: Kind, result: str = "done", **changed: Any) -> str:
    """An entry that the page will show; its kind in words."""
    browser.sign_in()
    browser.vault.note(kind, result)
    row: HistoryRow = browser.vault.history[0]
    browser.vault.history[0] = replace(row, **changed)
    return browser.website.house.texts.word("kind", kind.value)


async def test_what_the_fund_wrote_to_an_office_stands_on_both_sides(portal: Browser, console: Browser) -> None:
    for browser in (portal, console):
        assert shown(browser, Kind.FILING_RETURNED, reason="氏名のカナが違います <b>") == "届書の差戻し"
        assert "氏名のカナが違います &lt;b&gt;" in (await browser.get("/history")).text


async def test_why_a_notice_was_taken_back_is_for_the_fund(portal: Browser, console: Browser) -> None:
    for browser in (portal, console):
        shown(browser, Kind.NOTICE_CANCELLED, reason="送り先の誤り")
    assert "送り先の誤り" not in (await portal.get("/history")).text
    assert "送り先の誤り" in (await console.get("/history")).text


@pytest.mark.parametrize(
    ("kind", "thing", "linked"),
    [
        (Kind.NOTICE_DELIVERED, ID, True),
        (Kind.FILING_READ, ID, True),
        (Kind.FILING_APPROVED, ID, True),
        (Kind.FILING_TAKEN_OUT, ID, False),
        (Kind.ACCOUNT_CHANGED, ID, False),
        (Kind.NOTICE_DELIVERED, "", False),
        (Kind.NOTICE_DELIVERED, '"><script>', False),
    ],
)
async def test_documents_are_ways_to_their_history(portal: Browser, kind: Kind, thing: str, linked: bool) -> None:
    shown(portal, kind, thing=thing)
    page = (await portal.get("/history")).text
    assert (f'href="/history?thing={thing}"' in page) is linked
    assert "<script>" not in page


async def test_where_it_happened(console: Browser) -> None:
    for site, word in (("public", "公開サイト"), ("admin", "サーバーでの操作"), ("vault", "自動処理")):
        shown(console, Kind.MENU_READ, site=site)
        assert f"<td>{word}</td>" in (await console.get("/history")).text


async def test_a_name_of_somebody_is_one_way_and_no_more(console: Browser) -> None:
    shown(console, Kind.MENU_READ, actor='admin"onclick="x', office=ID)
    page = (await console.get("/history")).text
    assert 'href="/history?actor=admin%22onclick%3D%22x"' in page and 'onclick="x"' not in page
    assert f'href="/history?office={ID}"' in page


async def test_an_ordinary_reading_says_nothing_of_its_filters(console: Browser) -> None:
    shown(console, Kind.HISTORY_READ, reason="since 2026-06-01, topic door")
    assert "topic door" not in (await console.get("/history")).text

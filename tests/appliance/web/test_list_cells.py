# SPDX-License-Identifier: Apache-2.0
"""Cells of the files: what a list shows, for people who calculate with it."""

import pytest

from appliance.link import messages as m
from appliance.model.words import FilingState, NoticeState, ScanState
from tests.appliance.vault.filings.sending import LOSS, delivered
from tests.appliance.vault.world import Person, World
from tests.appliance.web.conftest import Browser
from tests.appliance.web.console.conftest import reader, world
from tests.appliance.web.console.exchange import clerk, user
from tests.appliance.web.test_csv_files import table
from tests.appliance.web.whole import Reader

__all__ = ["clerk", "reader", "user", "world"]


async def rows(browser: Browser, path: str) -> list[dict[str, str]]:
    """The rows of a file by the heads of their columns."""
    head, *found = table(await browser.get(path))
    return [dict(zip(head, row, strict=True)) for row in found]


async def test_a_notice_at_both_sites(portal: Browser, console: Browser) -> None:
    for site in (portal, console):
        site.sign_in()
        now = site.vault.clock.now()
        site.vault.deliver(
            b"x" * 1234,
            state=NoticeState.CANCELLED,
            cancelled_at=now,
            reason="=1+1",
            scan=ScanState.CLEAN,
            file_name="@通知.pdf",
        )
    [own], [funds] = await rows(portal, "/notices.csv"), await rows(console, "/notices.csv")
    assert own == {
        "状態": "取消済",
        "種類": "納入告知額通知書",
        "対象年月": "2026-05",
        "配信日時": "2026-06-09 10:00:00",
        "受信日時": "",
        "取消日時": "2026-06-09 10:00:00",
        "ファイル名": "'@通知.pdf",
        "バイト数": "1234",
        "ウイルス検査": "問題なし",
        "書類の番号": portal.vault.notices[0].id,
    }
    assert {**own, "書類の番号": funds["書類の番号"]}.items() <= funds.items()
    assert (funds["事業所番号"], funds["事業所名"], funds["取消の理由"]) == ("0012", "株式会社ABC商事", "'=1+1")


async def test_a_filing_is_told_to_each_as_each_may_know_it(
    reader: Reader, world: World, user: Person, clerk: Person
) -> None:
    filing = await delivered(world, user, LOSS)
    [row] = await rows(reader.be(clerk.token).browser, "/filings.csv")
    assert (row["事業所番号"], row["状態"], row["種類"]) == ("0001", "未受信", "加入者資格喪失届")
    assert (row["届出年月日"], row["提出期限"], row["書類の番号"]) == ("2026-06-09", "2026-07-01", filing)
    assert (row["配信日時"], row["受信日時"], row["ファイル名"]) == ("2026-06-09 10:00:00", "", LOSS)
    assert "アップロードした人" not in row


async def test_an_office_reads_who_sent_it(portal: Browser) -> None:
    portal.sign_in()
    row = m.FilingRow(
        "a" * 26,
        12,
        "株式会社ABC商事",
        "loss",
        "2026-06-09",
        "-1.pdf",
        9,
        FilingState.HELD,
        ScanState.WAITING,
        "",
        portal.vault.clock.now(),
        "𠮷田 太郎",
        0,
        0,
    )
    portal.vault.instead[m.ListFilings] = lambda message: m.FilingPage((row,), "")
    [found] = await rows(portal, "/filings.csv")
    assert (found["アップロードした人"], found["配信日時"], found["ファイル名"]) == ("𠮷田 太郎", "", "'-1.pdf")
    assert "事業所番号" not in found


@pytest.mark.parametrize(("query", "count"), [("", 2), ("?search=0345", 1), ("?search=ない", 0)])
async def test_offices_as_they_are_looked_for(console: Browser, query: str, count: int) -> None:
    console.sign_in()
    found = await rows(console, f"/offices.csv{query}")
    assert len(found) == count
    if count == 1:
        assert found[0] == {
            "事業所番号": "0345",
            "事業所名": "有限会社 髙﨑製作所 <本社>",
            "契約番号": "1234567-00000345",
        }

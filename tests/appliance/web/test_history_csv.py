# SPDX-License-Identifier: Apache-2.0
"""The history as a file: whole, harmless to a spreadsheet, bounded, and cut rather than wrong."""

import csv
import io

import aiohttp
import pytest

from appliance.link.messages import ReadHistory
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Kind
from appliance.web import csv_files
from tests.appliance.web.conftest import Answer, Browser


def table(answer: Answer) -> list[list[str]]:
    """The rows, the head first."""
    assert answer.body.startswith(b"\xef\xbb\xbf") and answer.body.endswith(b"\r\n")
    return list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"), newline="")))


async def test_a_file_for_a_spreadsheet(portal: Browser) -> None:
    portal.sign_in()
    portal.vault.note(Kind.NOTICE_DELIVERED, file_name="通知書.pdf", source="192.0.2.7")
    answer = await portal.get("/history.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"] and ".csv" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    head, row = table(answer)
    assert dict(zip(head, row, strict=True)) == {
        "番号": "1",
        "日時": "2026-06-09 10:00:00",
        "操作": "帳票の配信",
        "結果": "完了",
        "利用者": "山田 太郎",
        "場所": "事業所用サイト",
        "内容": "通知書.pdf",
        "書類の番号": "",
    }


async def test_the_fund_reads_of_which_office(console: Browser) -> None:
    console.sign_in()
    console.vault.note(Kind.MENU_READ)
    head, row = table(await console.get("/history.csv"))
    assert (head[-1], row[-1]) == ("事業所", "株式会社ABC商事")


@pytest.mark.parametrize(("most", "rows"), [(449, 449), (450, 450), (451, 450)])
async def test_nothing_is_left_out_without_a_word(
    portal: Browser, monkeypatch: pytest.MonkeyPatch, most: int, rows: int
) -> None:
    monkeypatch.setattr(csv_files, "MOST_ROWS", most)
    portal.sign_in()
    for _ in range(450):
        portal.vault.note(Kind.MENU_READ)
    found = table(await portal.get("/history.csv"))
    assert len(found) == 1 + rows + (rows < 450)
    assert (found[-1] == [csv_files.ENDED]) is (rows < 450)


@pytest.mark.parametrize("name", ["=1+1.pdf", "+1.pdf", "-1.pdf", "@SUM(A1).pdf"])
async def test_a_name_is_no_formula(portal: Browser, name: str) -> None:
    portal.sign_in()
    portal.vault.note(Kind.NOTICE_DELIVERED, file_name=name)
    assert table(await portal.get("/history.csv"))[1][6] == "'" + name


async def test_quotes_and_breaks_stay_in_their_cell(portal: Browser) -> None:
    portal.sign_in()
    portal.vault.note(Kind.NOTICE_DELIVERED, file_name='a",\r\n"b.pdf')
    assert table(await portal.get("/history.csv"))[1][6] == 'a",\r\n"b.pdf'


async def test_page_after_page_is_asked_for_with_the_filters(portal: Browser) -> None:
    portal.sign_in()
    for _ in range(450):
        portal.vault.note(Kind.MENU_READ)
    rows = table(await portal.get("/history.csv?since=2026-06-01&topic=reading"))
    assert [int(row[0]) for row in rows[1:]] == list(range(450, 0, -1))
    asked = [one.message for one in portal.vault.asked if isinstance(one.message, ReadHistory)]
    assert asked == [
        ReadHistory(before, 200, since="2026-06-01", topic="reading", export=True) for before in (0, 250, 50)
    ]


async def test_a_file_has_an_end_and_says_that_there_is_more(
    portal: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_files, "MOST_ROWS", 300)
    portal.sign_in()
    for _ in range(450):
        portal.vault.note(Kind.MENU_READ)
    rows = table(await portal.get("/history.csv"))
    assert len(rows) == 302 and rows[-1] == [csv_files.ENDED]


async def test_a_search_has_an_end_as_well(portal: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_files, "MOST_PAGES", 2)
    portal.sign_in()
    for _ in range(450):
        portal.vault.note(Kind.MENU_READ)
    rows = table(await portal.get("/history.csv"))
    assert len(rows) == 402 and rows[-1] == [csv_files.ENDED]


async def test_what_is_refused_at_once_is_a_page(portal: Browser) -> None:
    portal.sign_in()
    portal.vault.refusal[ReadHistory] = Refused(Why.NOT_ALLOWED)
    answer = await portal.get("/history.csv")
    assert answer.status == 403 and "権限がありません" in answer.text


async def test_what_is_refused_on_the_way_breaks_off(portal: Browser) -> None:
    portal.sign_in()
    for _ in range(450):
        portal.vault.note(Kind.MENU_READ)
    whole = portal.vault._ReadHistory

    def once(message: ReadHistory) -> object:
        if message.before:
            raise Refused(Why.NOT_SIGNED_IN)
        return whole(message)

    portal.vault.instead[ReadHistory] = once
    with pytest.raises(aiohttp.ClientError):
        await portal.get("/history.csv")

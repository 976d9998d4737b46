# SPDX-License-Identifier: Apache-2.0
"""Lists as files: as they were narrowed, in pages, with an end; who may see the list may have it."""

import csv
import io
from dataclasses import replace

import aiohttp
import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Kind
from appliance.model.words import NoticeState
from appliance.web import csv_files
from appliance.web.csv_files import stamp
from tests.appliance.vault.world import Person, World
from tests.appliance.web.conftest import Answer, Browser
from tests.appliance.web.portal_with_vault import admin, reader, world
from tests.appliance.web.whole import Reader

__all__ = ["admin", "reader", "world"]


def table(answer: Answer) -> list[list[str]]:
    """The rows, the head first."""
    assert answer.status == 200 and answer.body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"), newline="")))


def test_instants_are_what_a_spreadsheet_takes_for_dates() -> None:
    assert stamp(1_780_999_200_000) == "2026-06-09 19:00:00" and stamp(0) == ""


async def test_a_list_comes_in_pages_as_it_was_narrowed(portal: Browser) -> None:
    portal.sign_in()
    for _ in range(450):
        portal.vault.deliver(b"x")
    answer = await portal.get("/notices.csv?state=unread&type=payment_notice&period=2026/5&search=x&order=old")
    assert len(table(answer)) == 451
    assert "attachment" in answer.headers["Content-Disposition"] and answer.headers["Cache-Control"] == "no-store"
    first = m.ListNotices(
        limit=200,
        type="payment_notice",
        period="2026-05",
        state=NoticeState.DELIVERED,
        search="x",
        oldest_first=True,
        export=True,
    )
    assert [one.message for one in portal.vault.asked] == [replace(first, after=at) for at in ("", "200", "400")]


async def test_a_file_ends_and_says_so(portal: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_files, "MOST_ROWS", 300)
    portal.sign_in()
    for _ in range(450):
        portal.vault.deliver(b"x")
    rows = table(await portal.get("/notices.csv"))
    assert len(rows) == 302 and rows[-1] == [csv_files.ENDED]


async def test_pages_that_find_nothing_go_on_and_end(portal: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_files, "MOST_PAGES", 3)
    portal.sign_in()
    portal.vault.instead[m.ListFilings] = lambda message: m.FilingPage((), "b" * 26)
    rows = table(await portal.get("/filings.csv?search=x"))
    assert len(rows) == 2 and rows[-1] == [csv_files.ENDED]
    assert portal.vault.kinds() == ["ListFilings"] * 3


async def test_what_is_refused_on_the_way_breaks_off(portal: Browser) -> None:
    portal.sign_in()
    for _ in range(250):
        portal.vault.deliver(b"x")
    whole = portal.vault._ListNotices

    def once(message: m.ListNotices) -> m.NoticePage:
        if message.after:
            raise Refused(Why.NOT_SIGNED_IN)
        return whole(message)

    portal.vault.instead[m.ListNotices] = once
    with pytest.raises(aiohttp.ClientError):
        await portal.get("/notices.csv")


@pytest.mark.parametrize("path", ["/notices.csv", "/filings.csv", "/offices.csv", "/history.csv"])
async def test_nobody_has_nothing(portal: Browser, console: Browser, path: str) -> None:
    for site in (portal, console):
        assert (await site.get(path)).status in (303, 404)
        assert site.vault.asked == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/notices.csv?state=gone", 404),
        ("/filings.csv?state=gone", 404),
        ("/notices.csv?period=2026-13", 422),
        ("/filings.csv?search=" + "x" * 101, 422),
        ("/notices.csv?type=gone", 404),
    ],
)
async def test_what_nobody_can_look_for_is_a_page(reader: Reader, admin: Person, path: str, status: int) -> None:
    answer = await reader.be(admin.token).browser.get(path)
    assert (answer.status, answer.headers["Content-Type"]) == (status, "text/html; charset=utf-8")


async def test_the_history_says_that_a_list_was_taken_out(reader: Reader, world: World, admin: Person) -> None:
    clerk = await world.clerk()
    await clerk.deliver(admin.office)
    reader.be(admin.token)
    assert len(table(await reader.browser.get("/notices.csv"))) == 2
    await reader.see("/notices")
    assert [entry.reason for entry in await world.journal(Kind.NOTICE_LIST_READ)] == ["exported", ""]
    assert (await reader.see("/history")).text.count("CSV ファイルへの書き出し") == 1


async def test_only_the_fund_has_a_file_of_offices(reader: Reader, admin: Person) -> None:
    assert (await reader.be(admin.token).see("/offices.csv")).status == 404

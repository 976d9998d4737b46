# SPDX-License-Identifier: Apache-2.0
"""The page of a month: what the vault says, in words, shapes and links; and nonsense in the query."""

from dataclasses import replace
from typing import Any

import pytest

from appliance.config.office_settings import Exchange
from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.time import DAY
from appliance.model.words import FilingState, NoticeState, Permission, ScanState, Site
from appliance.web.portal import month as module
from tests.appliance.web.conftest import Answer, Browser, Opening
from tests.story.page import Page

RTL = "\u202efdp.gpj 𠮷野家 <b>&"


@pytest.fixture
def office(portal: Browser) -> Browser:
    """Somebody of an office, signed in."""
    portal.sign_in()
    return portal


def notice(portal: Browser, days_ago: int = 0, **changed: Any) -> m.NoticeRow:
    id = portal.vault.deliver(b"x", delivered_at=portal.vault.clock.now() - days_ago * DAY, **changed)
    return next(row for row in portal.vault.notices if row.id == id)


def filing(portal: Browser, state: FilingState, due_on: str = "", **changed: Any) -> m.FilingRow:
    row = m.FilingRow(
        portal.vault.new_id(),
        12,
        "株式会社ABC商事",
        "acquisition",
        "2026-06-01",
        "20260601_0012_加入者資格取得届.pdf",
        8,
        state,
        ScanState.CLEAN,
        due_on,
        portal.vault.clock.now(),
        "山田 太郎",
        0,
        0,
    )
    return replace(row, **changed)


def answer(portal: Browser, **parts: Any) -> None:
    """What the vault says of the month."""
    bare = m.Month("2026-06", (), (), (), ())
    portal.vault.instead[m.ReadMonth] = lambda message: replace(bare, month=message.month or "2026-06", **parts)


async def seen(portal: Browser, query: str = "") -> Answer:
    got = await portal.get(f"/month{query}")
    assert got.status == 200, got.text
    return got


def words(got: Answer) -> str:
    return Page(got.text).text


async def test_an_empty_month_says_what_will_be_there(office: Browser) -> None:
    text = words(await seen(office))
    for said in (
        "2026年6月のページ",
        "未受信の帳票はありません",
        "これから出すものはありません",
        "この月に届いた帳票はありません",
        "この月に送った届書はありません",
    ):
        assert said in text, said


async def test_what_arrived_is_counted_by_kind_and_state(office: Browser) -> None:
    received = notice(office, 3, state=NoticeState.RECEIVED)
    rows = (
        notice(office),
        received,
        notice(office, 1, type="decision"),
        notice(office, 2, state=NoticeState.CANCELLED),
    )
    answer(office, arrived=rows)
    got = await seen(office)
    assert 'href="/notices?type=payment_notice&amp;month=2026-06">納入告知額通知書</a>' in got.text
    line = got.text[got.text.index("type=payment_notice") :]
    assert line.index('"未受信">1<') < line.index('"受信済">1<') < line.index('"取消済">1<')
    assert 'data-label="届いた件数">3<' in line and "2026年6月9日(火)" in line


async def test_what_nobody_has_received_stands_with_its_wait(office: Browser) -> None:
    answer(office, unread=(notice(office, 40), notice(office, 1), notice(office)))
    text = words(await seen(office))
    assert "どなたも受け取っていない帳票が 3件あります" in text
    assert text.index("40日前に届きました") < text.index("1日前に届きました") < text.index("今日届きました")
    assert "未受信の帳票を受け取る" in text
    answer(office, unread=(notice(office),), more_unread=True)
    assert "1件以上あります" in words(await seen(office))


async def test_who_may_not_download_is_told_whom_to_ask(office: Browser) -> None:
    [token] = office.vault.visits
    visitor = office.vault.visits[token]
    office.vault.visits[token] = replace(visitor, permissions=frozenset({Permission.APPROVE}))
    answer(office, unread=(notice(office),))
    text = words(await seen(office))
    assert "「ダウンロード」の権限が必要です" in text
    assert "未受信の帳票を受け取る" not in text


async def test_deadlines_say_how_many_days_are_left(office: Browser) -> None:
    due = tuple(
        filing(office, FilingState.UPLOADED, day)
        for day in ("2026-06-07", "2026-06-09", "2026-06-14", "2026-06-18")
    )
    answer(office, due=due, more_due=True)
    text = words(await seen(office))
    places = [text.index(said) for said in ("期限を2日過ぎています", "今日が期限です", "あと5日", "あと9日")]
    assert places == sorted(places)
    assert "ほかにもあります" in text


async def test_what_was_sent_has_its_line_like_a_parcel(office: Browser) -> None:
    answer(office, filed=(filing(office, FilingState.DELIVERED),), more_filed=True)
    got = await seen(office)
    assert '<span class="parcel">' in got.text and 'aria-current="step"' in got.text
    assert 'href="/filings?month=2026-06"' in got.text


async def test_the_calendar_marks_what_is_on_a_day(office: Browser) -> None:
    arrived = (notice(office), notice(office), notice(office, 1))
    answer(
        office,
        arrived=arrived,
        filed=(filing(office, FilingState.DELIVERED),),
        due=(
            filing(office, FilingState.UPLOADED, "2026-06-14"),
            filing(office, FilingState.UPLOADED, "2026-05-01"),
        ),
    )
    got = await seen(office)
    table = got.text[got.text.index('<table class="calendar"') :]
    table = table[: table.index("</table>")]
    today = table[table.index('datetime="2026-06-09"') :]
    today = today[: today.index("</td>")]
    assert (
        "今日" in today
        and 'aria-label="届2: 届いた帳票 2件">届2<' in today
        and 'aria-label="送1: 送った届書 1件">送1<' in today
    )
    assert table.count('class="mark') == 4, "two days of arrivals, one of sending, one deadline of this month"
    assert 'aria-label="限1: 提出期限の届書 1件">限1<' in table
    assert table.count("<time") == 30 and table.count('aria-current="date"') == 1


async def test_one_goes_to_the_months_beside_it(office: Browser) -> None:
    links = Page((await seen(office, "?month=2026-01")).text).links
    assert {"/month?month=2025-12", "/month?month=2026-02", "/month"} <= set(links)
    assert office.vault.asked[-1].message == m.ReadMonth("2026-01")
    first = Page((await seen(office, "?month=2000-01")).text).links
    assert [link for link in first if link.startswith("/month?")] == ["/month?month=2000-02"]
    present = Page((await seen(office)).text).links
    assert present.count("/month") == 1, "only that of the menu"


async def test_a_year_whose_holidays_nobody_knows_yet_says_so(office: Browser) -> None:
    assert "祝日は、まだ登録されていません" in words(await seen(office, "?month=2099-12"))
    assert "祝日は、まだ登録されていません" not in words(await seen(office))


async def test_what_the_fund_usually_sends_in_a_month_is_told(office: Browser) -> None:
    answer(office, arrived=(notice(office), notice(office, type="receipt", state=NoticeState.CANCELLED)))
    february, june = words(await seen(office, "?month=2026-02")), words(await seen(office))
    for text in (february, june):
        missing = text[text.index("この月に届いていないもの") : text.index("事業所によっては")]
        assert "領収証書" in missing and "加入者一覧" in missing
        assert "納入告知額通知書" not in missing and "適用決定通知書" not in missing
    assert "仮想個人勘定残高一覧" in february and "仮想個人勘定残高一覧" not in june
    answer(office, arrived=(notice(office),), more_arrived=True)
    assert "この月に届いていないもの" not in words(await seen(office)), "not all were looked at"


async def test_names_are_text_and_keep_to_themselves(office: Browser) -> None:
    answer(
        office,
        unread=(notice(office, file_name=RTL, type="<script>"),),
        arrived=(notice(office, type="<script>"),),
        filed=(filing(office, FilingState.DELIVERED, file_name=RTL, uploaded_by=RTL),),
        due=(filing(office, FilingState.UPLOADED, "2026-06-30", file_name=RTL),),
    )
    got = await seen(office)
    assert got.text.count("<bdi>\u202efdp.gpj 𠮷野家 &lt;b&gt;&amp;</bdi>") == 3
    assert "<script>" not in got.text


async def test_where_no_filings_are_taken_the_page_is_of_notices_alone(open_site: Opening) -> None:
    portal = await open_site(Site.PORTAL, exchange=Exchange(filings_enabled=False))
    portal.sign_in()
    text = words(await seen(portal))
    assert "この月に届いたもの" in text
    assert "これから出すもの" not in text and "この月に送ったもの" not in text


@pytest.mark.parametrize("query", ["?month=2026-13", "?month=0001-01", "?month=99999-01", "?month=%00", "?month=x"])
async def test_what_is_no_month_is_refused(office: Browser, query: str) -> None:
    office.vault.refusal[m.ReadMonth] = Refused(Why.INVALID, "month.form")
    got = await office.get(f"/month{query}")
    assert got.status in (400, 422)
    assert query == "?month=%00" or "この月は表示できません" in got.text


async def test_a_full_month_is_within_the_weight_of_a_page(office: Browser) -> None:
    rows = tuple(notice(office, file_name="あ" * 120) for _ in range(200))
    filed = tuple(filing(office, FilingState.DELIVERED, file_name="あ" * 60) for _ in range(50))
    answer(office, arrived=rows, unread=rows[:20], filed=filed, due=filed[:0], more_arrived=True)
    assert len((await seen(office)).text.encode()) < 60_000


def test_waiting_is_counted_in_days_of_japan() -> None:
    midnight = 1_780_930_800_000  # 2026-06-09 00:00 in Japan
    assert module.waits(midnight, midnight + DAY - 1) == "今日届きました"
    assert module.waits(midnight - 1, midnight) == "1日前に届きました"
    assert module.waits(midnight + 5 * DAY, midnight) == "今日届きました", "a clock that was set back"

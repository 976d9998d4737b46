# SPDX-License-Identifier: Apache-2.0
"""Taking filings out of a period: what the page explains, what is sent, and a real ZIP from the real vault."""

import csv
import io
import zipfile

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Kind
from tests.appliance.vault.doorman.making import small_pdf
from tests.appliance.vault.filings.sending import LOSS, SUSPENSION, delivered
from tests.appliance.vault.world import Person, World
from tests.appliance.web.conftest import Browser
from tests.appliance.web.console.exchange import auditor, clerk, releaser, user
from tests.appliance.web.whole import Reader

__all__ = ["auditor", "clerk", "releaser", "user"]

ZIP = "/filings/take-out/zip"
JUNE = "since=2026-06-01&until=2026-06-30"


async def test_the_page_explains_what_comes_and_begins_with_this_month(reader: Reader, clerk: Person) -> None:
    page = await reader.be(clerk.token).see("/filings/take-out")
    form = page.page.form(ZIP)
    assert (form.fields["since"], form.fields["until"]) == ("2026-06-01", "2026-06-09")
    assert (form.fields["for"], form.fields["encoding"]) == ("machines", "utf-8")
    for shown in (
        "基金が受信した届書",
        "〓",
        "unencodable.csv",
        "計算式として動かない",
        "パスワードは付いていません",
    ):
        assert shown in page.text, shown
    assert "未受信の届書が" not in page.text


async def test_it_tells_how_many_would_be_left_out(
    reader: Reader, world: World, user: Person, clerk: Person
) -> None:
    await delivered(world, user, LOSS)
    assert "未受信の届書が 1件あります" in (await reader.be(clerk.token).see("/filings/take-out")).text


async def test_a_zip_with_what_was_received_and_its_index(
    reader: Reader, world: World, user: Person, clerk: Person
) -> None:
    filing = await delivered(world, user, LOSS)
    await delivered(world, user, SUSPENSION, event_on="")
    await clerk.ask(m.ReceiveFiling(filing, ""))
    answer = await reader.be(clerk.token).browser.get(f"{ZIP}?{JUNE}&encoding=utf-8&for=people")
    assert answer.status == 200 and answer.headers["Content-Disposition"].startswith("attachment;")
    opened = zipfile.ZipFile(io.BytesIO(answer.body))
    index = next(name for name in opened.namelist() if name.endswith("index.csv"))
    rows = list(csv.reader(io.StringIO(opened.read(index).decode("utf-8-sig"))))
    assert len(rows) == 2 and filing in rows[1]
    assert [opened.read(name) for name in opened.namelist() if name.endswith(".pdf")] == [small_pdf(LOSS)]
    assert [entry.actor for entry in await world.journal(Kind.FILING_TAKEN_OUT)][:1] == [clerk.account]


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        (JUNE, m.TakeOut("2026-06-01", "2026-06-30")),
        (
            f"{JUNE}&type=loss&encoding=cp932&for=people",
            m.TakeOut("2026-06-01", "2026-06-30", "loss", "cp932", True),
        ),
        ("since=2026-06-09&until=2026-06-09&for=machines", m.TakeOut("2026-06-09", "2026-06-09")),
    ],
)
async def test_what_was_chosen_is_asked_for(console: Browser, query: str, asked: m.TakeOut) -> None:
    console.sign_in()
    console.vault.refusal[m.TakeOut] = Refused(Why.INVALID)
    await console.get(f"{ZIP}?{query}")
    assert asked in [one.message for one in console.vault.asked]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "since=2026-06-01",
        "since=2026-06-02&until=2026-06-01",
        "since=2026-02-30&until=2026-06-01",
        "since=x&until=%3Cb%3E",
        "since=20260601&until=20260630",
        "since=2026-W01&until=2026-W02",
    ],
)
async def test_a_period_that_is_none_is_said_and_nothing_goes_out(console: Browser, query: str) -> None:
    console.sign_in()
    answer = await console.get(f"{ZIP}?{query}&for=people&encoding=cp932&type=loss")
    assert (
        answer.status == 422
        and "期間を確かめてください" in answer.text
        and "<b>" not in answer.text.split('<form method="get"')[1]
    )
    for kept in ('value="people" checked', 'value="cp932" checked', 'value="loss" selected'):
        assert kept in answer.text, kept
    assert "TakeOut" not in console.vault.kinds()


@pytest.mark.parametrize("query", [f"{JUNE}&encoding=x", f"{JUNE}&for=x"])
async def test_what_the_form_does_not_offer_is_refused(console: Browser, query: str) -> None:
    console.sign_in()
    assert (await console.get(f"{ZIP}?{query}")).status == 422
    assert "TakeOut" not in console.vault.kinds()


async def test_too_much_for_one_is_a_page_with_the_form(console: Browser) -> None:
    console.sign_in()
    console.vault.refusal[m.TakeOut] = Refused(Why.TOO_LARGE)
    answer = await console.get(f"{ZIP}?{JUNE}")
    assert answer.status == 413 and 'value="2026-06-30"' in answer.text and 'role="alert"' in answer.text


async def test_nobody_but_a_clerk_takes_anything_out(
    reader: Reader, world: World, user: Person, clerk: Person, desk: Person, releaser: Person, auditor: Person
) -> None:
    await clerk.ask(m.ReceiveFiling(await delivered(world, user, LOSS), ""))
    for person in (desk, releaser, auditor):
        assert "/filings/take-out" not in (await reader.be(person.token).see("/")).page.links
        assert (await reader.see(f"{ZIP}?{JUNE}")).status == 403
    assert "/filings/take-out" in (await reader.be(clerk.token).see("/")).page.links

# SPDX-License-Identifier: Apache-2.0
"""Tiers go away and come back while people are signed in: they see a page that waits, and then go on."""

import time

import pytest

from appliance.model.journal import Kind
from appliance.model.words import Site
from tests.journeys.afterwards import journal
from tests.journeys.courier import Document, delivered
from tests.journeys.installation import Installation
from tests.journeys.wire import wire
from tests.story.story import sign_in

LARGE = 48 * 1024 * 1024
# Sites drain for 10 s and report for 2 s, the vault drains for 5 s.
DRAINED_SECONDS = 17.0


@pytest.mark.lab
async def test_a_web_tier_that_was_killed_finds_its_visitors_again(fund: Installation) -> None:
    fund.start("vault")
    web = fund.start("web")
    async with fund.visitor(Site.PORTAL) as user:
        await sign_in(user, fund.user)
        web.kill()
        web.start()
        assert (await user.ask("GET", "/notices")).status == 200


async def test_while_the_vault_is_away_each_page_says_so_and_loads_itself_again(fund: Installation) -> None:
    vault = fund.start("vault")
    fund.start("web")
    async with fund.visitor(Site.PORTAL) as user:
        await sign_in(user, fund.user)
        assert vault.stop() == 0
        for path in ("/", "/notices", "/history"):
            away = await user.ask("GET", path)
            assert (away.status, away.headers["Retry-After"]) == (503, "5")
            assert b"data-away" in away.body and b"/static/away" in away.body
            assert "ただいまサービスを準備しています" in away.page.text
        vault.start()
        assert (await user.ask("GET", "/notices")).status == 200


@pytest.mark.lab
async def test_a_download_under_way_when_the_vault_dies_is_cut_and_the_history_says_so(fund: Installation) -> None:
    vault = fund.start("vault")
    fund.start("web")
    notice = await delivered(fund, Document.of(1, LARGE))
    async with fund.visitor(Site.PORTAL) as user, wire(fund, Site.PORTAL) as slow:
        await sign_in(user, fund.user)
        head = await slow.get(f"/notices/{notice}/file", user.cookies)
        await slow.reader.readexactly(1000)
        vault.kill()
        assert int(head["content-length"]) == LARGE
        assert await slow.rest() < LARGE - 1000
        vault.start()
        assert "未受信" in (await user.get("/notices")).page.text
        assert "ダウンロードの中断" in (await user.get("/history")).page.text
        again = await user.ask("GET", f"/notices/{notice}/file")
        assert again.body == Document.of(1, LARGE).content
        assert "受信済" in (await user.get("/notices")).page.text


@pytest.mark.lab
async def test_a_reader_who_reads_nothing_keeps_nobody_from_stopping_and_starting(fund: Installation) -> None:
    whole = fund.start("--all")
    notice = await delivered(fund, Document.of(1, LARGE))
    async with fund.visitor(Site.PORTAL) as user, wire(fund, Site.PORTAL) as slow:
        await sign_in(user, fund.user)
        await slow.get(f"/notices/{notice}/file", user.cookies)
        began = time.monotonic()
        assert whole.stop() == 0
        assert time.monotonic() - began < DRAINED_SECONDS
        assert await slow.rest() < LARGE
        whole.start()
        assert "未受信" in (await user.get("/notices")).page.text
    fund.end()
    cuts = [entry.reason for entry in await journal(fund) if entry.kind is Kind.NOTICE_DOWNLOAD_CUT]
    assert [reason.endswith(f" of {LARGE} bytes") for reason in cuts] == [True]

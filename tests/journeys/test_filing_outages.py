# SPDX-License-Identifier: Apache-2.0
"""Filings while the mail server or the virus scanner is away: nothing is lost, and nothing goes on unseen."""

import asyncio
from pathlib import Path

import pytest

from appliance.model.words import Site
from tests.journeys.courier import Courier, Document
from tests.journeys.filer import Filer, Package, page_of, press
from tests.journeys.installation import Installation
from tests.journeys.waiting import until
from tests.servers.clamd import MARK, clamd, program
from tests.servers.mailbox import Mailbox, mailbox
from tests.story.stage import post_to
from tests.story.story import sign_in
from tests.story.visitor import Visitor

PACKAGE = Package(1, 5_000)
RECEIVED, DELIVERED = "届書が受け取られました", "帳票が届きました"
# The scanner is asked again every thirty seconds.
SCANNED_AGAIN = 1_200


async def to_the_fund(fund: Installation, user: Visitor, staff: Visitor) -> str:
    """A filing that was sent, approved, delivered and received; a notice came back."""
    filer = await Filer.at(user, fund.user)
    filing = await filer.file(PACKAGE, "command-of-the-one")
    assert (await press(user, filing, "approve")).status == 200
    await sign_in(staff, fund.staff)
    assert (await press(staff, filing, "receive")).status == 200
    form = (await staff.get("/notices/new")).page.form("/notices/new")
    await Courier(staff, form).carry(Document.of(1, 5_000), "command-of-the-notice")
    return filing


@pytest.mark.lab
async def test_mail_that_nobody_takes_holds_nothing_up_and_comes_later(fund: Installation) -> None:
    async with mailbox() as box:
        post_to(box, fund.config)
        await box.stop()
        await asyncio.to_thread(fund.start)
        async with fund.visitor(Site.PORTAL) as user, fund.visitor(Site.CONSOLE) as staff:
            filing = await to_the_fund(fund, user, staff)
            assert "受信済" in (await page_of(user, filing)).text
            assert "未受信" in (await user.get("/notices")).page.text
        assert box.mails == []
        await box.start()
        # Whoever carried nothing for a while tries less often: the demo's clock need not wait for that.
        await fund.renkei("demo", "clock", "+60m")
        await box.until(lambda box: {RECEIVED, DELIVERED} <= subjects(box))
    assert [mail.subject for mail in box.mails].count(f"【電子連携サービス】{RECEIVED}") == 1


def subjects(box: Mailbox) -> set[str]:
    """Of the mails that came, without what all begin with."""
    return {mail.subject.removeprefix("【電子連携サービス】") for mail in box.mails}


@pytest.mark.lab
@pytest.mark.skipif(program() is None, reason="clamd is not installed: `make apt`")
async def test_filings_wait_for_a_scanner_that_is_away_and_go_on_when_it_is_back(
    fund: Installation, tmp_path: Path
) -> None:
    folder = tmp_path / "clamd"
    folder.mkdir()
    with clamd(folder) as scanner:
        scan_with(fund, scanner.socket)
        fund.start()
        async with fund.visitor(Site.PORTAL) as user:
            filer = await Filer.at(user, fund.user)
            scanned = await page_of(user, await filer.file(PACKAGE, "command-of-the-first"))
            assert "問題なし" in scanned.text and "承認待ち" in scanned.text
            scanner.kill()
            held = await filer.file(Package(2, 5_000), "command-of-the-second")
            waiting = await page_of(user, held)
            assert "検査待ち" in waiting.text and f"/filings/{held}/approve" not in waiting.actions
            scanner.start()

            async def goes_on() -> bool:
                return "承認待ち" in (await page_of(user, held)).text

            await until(goes_on, SCANNED_AGAIN)
            await nothing_infected_comes_in(filer)


def scan_with(fund: Installation, socket: Path) -> None:
    """Let an installation scan by a clamd of ours."""
    table = f'\n[plugins.scan_clamav]\nsocket = "{socket}"\nmax_mib = 8\n'
    fund.config.write_text(fund.config.read_text("utf-8") + table, "utf-8")


async def nothing_infected_comes_in(filer: Filer) -> None:
    """A PDF in which the scanner finds something, locked in a ZIP: it is looked at after opening."""
    bad = Package(3, 5_000)
    middle = len(bad.inside) // 2
    bad.__dict__["inside"] = bad.inside[:middle] + MARK + bad.inside[middle + len(MARK) :]
    upload, size = await filer.begin(bad, "command-of-the-third")
    await filer.put_parts(upload, bad.content, size)
    said = await filer.end(upload, bad, "command-of-the-third")
    assert said["filings"] == [] and "ウイルス" in str(said["problems"]), said

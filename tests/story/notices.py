# SPDX-License-Identifier: Apache-2.0
"""The notices of the story: delivered by the fund, told of by mail, downloaded by the office, taken back."""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import pyzipper

from tests.story.page import Page
from tests.story.people import FOUNDERS, OFFICE, OTHER, SHAROSHI
from tests.story.stage import Stage, need
from tests.story.visitor import Visitor

NOTICE = Path(__file__).with_name("notice.pdf")
BALANCES = Path(__file__).with_name("balances.csv")
TYPE, BALANCE_TYPE = "納入告知金額通知書", "仮想個人勘定残高データ"
PERIOD = "2026-06"
SUBJECT = "帳票が届きました"

Done = Callable[[str], None]


class Notices:
    """Plays its steps: the fund's clerk, the office's admin, and somebody of another office, all signed in."""

    def __init__(self, stage: Stage, done: Done, staff: Visitor, admin: Visitor, other: Visitor) -> None:
        """Nothing has been delivered."""
        self.stage = stage
        self.done = done
        self.staff = staff
        self.admin = admin
        self.other = other
        self.first = ""

    async def exchange(self) -> None:
        """All of it but the histories."""
        await self.staff_delivers()
        await self.mail_comes()
        await self.office_downloads()
        await self.office_downloads_both()
        await self.other_office_sees_nothing()
        await self.taken_back()

    async def deliver(self, file: Path, kind: str, office: str, times: int = 1) -> None:
        """The page on which staff deliver, filled in; sent so many times."""
        form = (await self.staff.get("/notices/new")).page.form("/notices/new")
        typed = {
            "office": next(value for words, value in form.choices["office"].items() if office in words),
            "type": next(value for words, value in form.choices["type"].items() if kind in words),
            "period": PERIOD,
        }
        for _ in range(times):
            sent = await self.staff.send(form, typed, ("file", file))
            need(sent.status == 200, f"delivering was answered with {sent.status}: {sent.page.text}")

    async def staff_delivers(self) -> None:
        """A real PDF, and the same form once more, as after a double click; then a table."""
        await self.deliver(NOTICE, TYPE, OFFICE, times=2)
        listed = (await self.staff.get("/notices")).page
        need(listed.text.count(NOTICE.name) == 1, "the same form sent twice did not deliver exactly once")
        self.done(f"delivers {TYPE} ({NOTICE.stat().st_size:,} bytes) to {OFFICE}; sent twice, delivered once")
        await self.deliver(BALANCES, BALANCE_TYPE, OFFICE)
        self.done(f"delivers {BALANCE_TYPE} (CSV) as well")

    async def mail_comes(self) -> None:
        """To everybody of the office who wants it (メール通知, R182), with no name of a file in it."""
        for login in (FOUNDERS[OFFICE].user, SHAROSHI.user):
            to = f"{login}@example.jp"
            await self.stage.mail_came(to, SUBJECT)
            mails = [mail for mail in self.stage.mailbox.mails if mail.to == to and SUBJECT in mail.subject]
            told = any(NOTICE.name in mail.text or BALANCES.name in mail.text for mail in mails)
            need(not told, "a mail names the file")
        nobody = f"{FOUNDERS[OTHER].user}@example.jp"
        told = any(mail.to == nobody and SUBJECT in mail.subject for mail in self.stage.mailbox.mails)
        need(not told, "somebody of another office was told")
        self.done("everybody of the office with メール通知 is told by mail, nobody else, without a file's name")

    async def office_downloads(self) -> None:
        """Byte for byte, and only then it is received."""
        listed = (await self.admin.get("/notices")).page
        need("未受信" in listed.text and TYPE in listed.text, "the notice is not in the office's list as 未受信")
        plain = [link for link in listed.links if link.endswith("/file")]
        for link, sent in zip(plain, (BALANCES, NOTICE), strict=True):
            file = await self.admin.get(link)
            same = hashlib.sha256(file.body).digest() == hashlib.sha256(sent.read_bytes()).digest()
            need(file.status == 200 and same, f"the downloaded {sent.name} is not the delivered one")
            self.first = link
        self.done("the office sees both as 未受信 and downloads them as they are, byte for byte")
        listed = (await self.admin.get("/notices")).page
        need("未受信" not in rows(listed) and "受信済" in rows(listed), "the notices did not become 受信済")
        self.done("the list shows 受信済")

    async def office_downloads_both(self) -> None:
        """As one AES ZIP, and one of them as a ZIP of its own."""
        page = (await self.admin.get("/notices")).page
        form = page.form("/notices/together")
        marks = {f"mark.{link.split('/')[2]}": "on" for link in page.links if link.endswith("/zip")}
        answer = await self.admin.send(form, marks)
        need(answer.status == 200, f"both together were answered with {answer.status}")
        inside = opened(answer.body)
        for file in (NOTICE, BALANCES):
            need(file.read_bytes() in inside.values(), f"{file.name} is not in the ZIP")
        single = await self.admin.get(self.first.removesuffix("/file") + "/zip")
        need(list(opened(single.body).values()) == [NOTICE.read_bytes()], "the ZIP of one is not its PDF")
        self.done("downloads both as one AES-256 ZIP, and one alone; they open with the compression password")

    async def other_office_sees_nothing(self) -> None:
        """Not even that there is something."""
        need(TYPE not in (await self.other.get("/notices")).page.text, "another office sees the notice in its list")
        refused = await self.other.get(self.first)
        missing = await self.other.get(f"/notices/{'a' * 26}/file")
        need(refused.status == missing.status == 404, "another office was not answered with 404")
        same = visible(refused.page) == visible(missing.page)
        need(same, "the 404 of another office's notice differs from the 404 of none")
        self.done("another office's user gets the same 404 as for a notice that never was")

    async def taken_back(self) -> None:
        """One that went to the wrong office, before it was opened; an opened one stays."""
        await self.deliver(NOTICE, TYPE, OTHER)
        page = (await self.staff.get("/notices")).page
        links = [link for link in page.links if "/cancel" in link]
        need(len(links) == 1, "what was opened already can be taken back")
        asked = (await self.staff.get(links[0])).page
        form = next(form for form in asked.forms if "/cancel" in form.action)
        answer = await self.staff.send(form, {"reason": "送り先の誤り"})
        need(
            "取消済" in answer.page.text or "取消済" in (await self.staff.get("/notices")).page.text,
            "not cancelled",
        )
        theirs = (await self.other.get("/notices")).page
        need(not any(link.endswith("/file") for link in theirs.links), "what was taken back can be downloaded")
        self.done(f"one went to {OTHER} by mistake; unopened, it is taken back (配信取消)")


def opened(zipped: bytes) -> dict[str, bytes]:
    """What an office finds in a ZIP with its compression password."""
    with pyzipper.AESZipFile(io.BytesIO(zipped)) as package:
        need(all(one.wz_aes_strength == 3 for one in package.infolist()), "the ZIP is not AES-256")
        package.setpassword(FOUNDERS[OFFICE].zip_password.encode())
        return {one.filename: package.read(one) for one in package.infolist()}


def rows(page: Page) -> str:
    """The words of a list without its head."""
    return page.text.partition("ダウンロードが最後まで終わると")[2].partition("」になります。")[2]


def visible(page: Page) -> str:
    """The words of a refusal page, without the number of the request."""
    return page.text.split("問い合わせ番号")[0]

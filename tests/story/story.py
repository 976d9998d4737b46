# SPDX-License-Identifier: Apache-2.0
"""The story: people come in, a notice goes from the fund to an office, and everything about it can be proven.

Each step is one sentence. Later releases grow the same story.
"""

import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path

from tests.story.page import Page
from tests.story.people import CLERK, DESK, OFFICE, OTHER, SHAROSHI, People
from tests.story.stage import Login, Stage, need
from tests.story.visitor import Answer, Visitor

NOTICE = Path(__file__).with_name("notice.pdf")
TYPE = "納入告知金額通知書"
CLOCK = "時計: 2026年6月9日"

Say = Callable[[str], None]


class Story:
    """Plays the steps and counts them."""

    def __init__(self, stage: Stage, say: Say) -> None:
        """say shows each finished step."""
        self.stage = stage
        self.steps = 0
        self._say = say
        self._since = time.monotonic()
        self._notice = ""

    def done(self, sentence: str) -> None:
        """A step was seen to work."""
        self.steps += 1
        now = time.monotonic()
        self._say(f"[{self.steps:2}] {sentence} ({(now - self._since) * 1000:.0f} ms)")
        self._since = now

    async def play(self) -> int:
        """All steps; how many there were. Raises StoryFailed at the first that does not hold."""
        stage = self.stage
        await People(stage, self.done).play()
        async with (
            Visitor(stage.addresses["console"], stage.authority) as staff,
            Visitor(stage.addresses["portal"], stage.authority) as user,
            Visitor(stage.addresses["portal"], stage.authority) as other,
        ):
            await self.staff_signs_in(staff)
            await self.staff_delivers(staff)
            await self.office_downloads(user)
            await self.other_office_sees_nothing(other)
            await self.histories_show_it(staff, user, other)
            await self.everybody_leaves(staff, user, other)
        await self.journal_proves_it()
        return self.steps

    async def staff_signs_in(self, staff: Visitor) -> None:
        """The console lets in nobody with a wrong password."""
        page = (await staff.get("/")).page
        need("デモ環境です" in page.text, "the console does not say that it is a demo")
        people = People(self.stage, self.done)
        login = await people.add_clerk()
        wrong = await sign_in(staff, Login("", login.user, "wrong-password"))
        need(wrong.path == "/sign-in", "a wrong password was let in at the console")
        self.done("a wrong password is refused at the console")
        menu = await people.staff_comes_in(staff, CLERK, login)
        need(CLOCK in menu.text, "the menu does not show the demo's clock")
        self.stage.staff = Login("", CLERK.user, CLERK.password, login.app)
        self.done(f"staff member {CLERK.user} signs in at the console for the first time, and registers")

    async def staff_delivers(self, staff: Visitor) -> None:
        """A real PDF, and the same form once more, as after a double click."""
        form = (await staff.get("/notices/new")).page.form("/notices/new")
        office = next(value for words, value in form.choices["office"].items() if OFFICE in words)
        typed = {"office": office, "type": form.choices["type"][TYPE], "period": "2026-06"}
        for _ in range(2):
            sent = await staff.send(form, typed, ("file", NOTICE))
            need(sent.status == 200, f"delivering was answered with {sent.status}")
        listed = (await staff.get("/notices")).page
        need(listed.text.count(NOTICE.name) == 1, "the same form sent twice did not deliver exactly once")
        self.done(f"delivers {TYPE} ({NOTICE.stat().st_size:,} bytes) to {OFFICE}; sent twice, delivered once")

    async def office_downloads(self, user: Visitor) -> None:
        """Byte for byte, and only then it is received."""
        menu = await sign_in(user, full_width(self.stage.people[OFFICE]))
        need(menu.path == "/", "the office's user cannot sign in at the portal")
        self.done("the office's user signs in at the portal, the number typed in full-width digits")
        listed = (await user.get("/notices")).page
        need("未受信" in listed.text and TYPE in listed.text, "the notice is not in the office's list as 未受信")
        self._notice = next(link for link in listed.links if link.endswith("/file"))
        file = await user.get(self._notice)
        same = hashlib.sha256(file.body).digest() == hashlib.sha256(NOTICE.read_bytes()).digest()
        need(file.status == 200 and same, "the downloaded file is not the delivered one")
        self.done("sees it as 未受信 and downloads it, byte for byte")
        need("受信済" in (await user.get("/notices")).page.text, "the notice did not become 受信済")
        self.done("the list shows 受信済")

    async def other_office_sees_nothing(self, other: Visitor) -> None:
        """Not even that there is something."""
        await sign_in(other, self.stage.people[OTHER])
        need(TYPE not in (await other.get("/notices")).page.text, "another office sees the notice in its list")
        refused = await other.get(self._notice)
        missing = await other.get(f"/notices/{'a' * 26}/file")
        need(refused.status == missing.status == 404, "another office was not answered with 404")
        same = visible(refused.page) == visible(missing.page)
        need(same, "the 404 of another office's notice differs from the 404 of none")
        self.done("another office's user gets the same 404 as for a notice that never was")

    async def histories_show_it(self, staff: Visitor, user: Visitor, other: Visitor) -> None:
        """Each side its own part; the fund everything."""
        own = (await user.get("/history")).page.text
        need("受信" in own and NOTICE.name in own, "the office's history does not show the download")
        theirs = (await other.get("/history")).page.text
        need(NOTICE.name not in theirs, "another office's history shows the notice")
        whole = (await staff.get("/history")).page.text
        need(OFFICE in whole and OTHER in whole, "the fund's history does not show both offices")
        await self.history_shows_the_people(staff)
        self.done("both histories show it, each its own part; the fund's shows how all of them came in")

    async def history_shows_the_people(self, staff: Visitor) -> None:
        """Who came in, who was locked out, who ended that."""
        text, after = "", "/history"
        while after:
            page = (await staff.get(after)).page
            text += page.text
            after = next((link for link in page.links if link.startswith("/history?before=")), "")
        for shown in (
            "契約の登録",
            "ワンタイムパスワードの発行",
            "事業所情報の登録",
            "ログインの停止",
            "ログイン停止の解除",
            "認証アプリの登録",
            "デモの時計の変更",
            SHAROSHI.user,
            DESK.name,
        ):
            need(shown in text, f"the fund's history does not show {shown}")

    async def everybody_leaves(self, *visitors: Visitor) -> None:
        """A visit that has ended opens nothing."""
        for visitor in visitors:
            form = (await visitor.get("/")).page.form("/sign-out")
            await visitor.send(form, {})
            need((await visitor.get("/history")).path == "/sign-in", "a visit goes on after signing out")
        self.done("everybody signs out; nothing opens any more")

    async def journal_proves_it(self) -> None:
        """The live journal, and a bundle without key or service."""
        live = json.loads(await self.stage.renkei("journal", "verify", "--json"))
        need(live["ok"] and live["first_bad"] is None, f"the journal is not whole: {live}")
        bundle = self.stage.config.parent / "journal.bundle"
        await self.stage.renkei("journal", "export", str(bundle))
        kept = json.loads(await self.stage.renkei("journal", "verify", str(bundle), "--json"))
        need(kept["ok"] and kept["entries"] > live["entries"], f"the bundle is not whole: {kept}")
        self.done(f"the journal proves itself: {kept['entries']} entries, live and as a bundle")


async def sign_in(visitor: Visitor, login: Login) -> Answer:
    """Type what the site asks for."""
    form = (await visitor.get("/sign-in")).page.form("/sign-in")
    if login.contract:
        answer = await visitor.send(form, {"contract_number": login.contract, "user_id": login.user})
        if "/sign-in/password" not in answer.page.actions:
            return answer
        return await visitor.send(answer.page.form("/sign-in/password"), {"password": login.password})
    answer = await visitor.send(form, {"login": login.user, "password": login.password})
    if "/sign-in/code" not in answer.page.actions:
        return answer
    if answer.page.secret:
        login.app.enrol(answer.page.secret)
    return await visitor.send(answer.page.form("/sign-in/code"), {"code": login.app.code(answer.page.now)})


def full_width(login: Login) -> Login:
    """The contract number as a Japanese keyboard types it (T4)."""
    wide = login.contract.translate({ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789-"})
    return Login(wide, login.user, login.password)


def visible(page: Page) -> str:
    """The words of a refusal page, without the number of the request."""
    return page.text.split("問い合わせ番号")[0]

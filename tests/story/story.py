# SPDX-License-Identifier: Apache-2.0
"""The story: an office joins, people come in, filings and notices go to and fro, and all of it can be proven.

Each step is one sentence. Later releases grow the same story.
"""

import csv
import io
import json
import time
from collections.abc import Callable

from tests.story.filings import FORM, RETURNED, Filings
from tests.story.lines import Lines
from tests.story.notices import BALANCES, NOTICE, Notices
from tests.story.onboarding import Onboarding
from tests.story.people import CLERK, DESK, FOUNDERS, OFFICE, OTHER, SHAROSHI, People
from tests.story.people import sign_in as sign_in
from tests.story.stage import Login, Stage, need
from tests.story.visitor import Visitor

CLOCK = "時計: 2026年6月9日"
TODAY = "2026-06-09"

Say = Callable[[str], None]


class Story:
    """Plays the steps and counts them."""

    def __init__(self, stage: Stage, say: Say) -> None:
        """say shows each finished step."""
        self.stage = stage
        self.steps = 0
        self._say = say
        self._since = time.monotonic()

    def done(self, sentence: str) -> None:
        """A step was seen to work."""
        self.steps += 1
        now = time.monotonic()
        self._say(f"[{self.steps:2}] {sentence} ({(now - self._since) * 1000:.0f} ms)")
        self._since = now

    async def play(self) -> int:
        """All steps; how many there were. Raises StoryFailed at the first that does not hold."""
        stage = self.stage
        async with (
            stage.visitor("console") as staff,
            stage.visitor("console") as desk,
            stage.visitor("portal", "third") as user,
            stage.visitor("portal", "second") as sharoshi,
            stage.visitor("portal", "fourth") as other,
        ):
            people = People(stage, self.done)
            await self.staff_signs_in(staff)
            await people.desk_comes_in(desk)
            joining = Onboarding(stage, self.done, staff, desk, FOUNDERS[OFFICE])
            of_other = Onboarding(stage, self.done, staff, desk, FOUNDERS[OTHER], OTHER)
            await people.play(joining, of_other, desk)
            lines = Lines(stage, self.done)
            await lines.connects("third", f"the new PC 1 of {OFFICE}")
            await self.offices_sign_in(user, sharoshi, other)
            filings = Filings(stage, self.done, staff, user, sharoshi)
            notices = Notices(stage, self.done, staff, user, other)
            await filings.exchange()
            await notices.exchange()
            await filings.corrections()
            await joining.third_seat()
            await joining.offices_grouped(sharoshi, OTHER, FOUNDERS[OTHER].number)
            await self.histories_show_it(staff, user, other)
            await self.history_of_one(staff, user, filings.first)
            await self.history_as_csv(staff, user)
            await lines.are_seen(staff, OFFICE, OTHER, FOUNDERS[OFFICE].name, SHAROSHI.name)
            await self.everybody_leaves(staff, desk, user, sharoshi, other)
        await lines.have_ended("third", "second", "fourth")
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

    async def offices_sign_in(self, user: Visitor, sharoshi: Visitor, other: Visitor) -> None:
        """The number may be typed as a Japanese keyboard gives it."""
        menu = await sign_in(user, full_width(self.stage.people[OFFICE]))
        need(menu.path == "/", "the office's user cannot sign in at the portal")
        login = Login(SHAROSHI.contract, SHAROSHI.user, SHAROSHI.password)
        need((await sign_in(sharoshi, login)).path == "/", "the 社労士 cannot sign in at the portal")
        await sign_in(other, self.stage.people[OTHER])
        self.done("the office's admin signs in at the portal, the number typed in full-width digits; others too")

    async def histories_show_it(self, staff: Visitor, user: Visitor, other: Visitor) -> None:
        """Each side its own part; the fund everything."""
        own = await whole_history(user, "/history")
        need("受信" in own and NOTICE.name in own, "the office's history does not show the download")
        theirs = await whole_history(other, "/history?topic=exchange")
        need(FORM not in theirs and BALANCES.name not in theirs, "another office's history shows the exchange")
        whole = await whole_history(staff, "/history")
        need(OFFICE in whole and OTHER in whole, "the fund's history does not show both offices")
        await self.history_shows_the_people(staff)
        self.done("both histories show it, each its own part; the fund's shows how all of them came in")

    async def history_shows_the_people(self, staff: Visitor) -> None:
        """Who came in, who was locked out, who ended that."""
        text = await whole_history(staff, "/history")
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

    async def history_of_one(self, staff: Visitor, user: Visitor, filing: str) -> None:
        """From its upload to its return, on both sides; to the office, whoever is of the fund is the fund."""
        steps = ("届書のアップロード", "届書の承認", "届書の配信", "届書の基金受信", "届書の差戻し")
        for who in (staff, user):
            text = await whole_history(who, f"/history?thing={filing}&topic=exchange")
            need(all(step in text for step in steps), f"the history of one filing is not whole: {text}")
            need(RETURNED in text, "the history does not show why the filing was given back")
            need("印刷" in (await who.get(f"/history?thing={filing}")).page.text, "the history is not for printing")
        own = await whole_history(user, f"/history?thing={filing}")
        need(CLERK.name not in own and "基金" in own, "the office reads who of the fund it was")
        self.done("the history of the filing shows each step to both sides, each as it may see it")

    async def history_as_csv(self, staff: Visitor, user: Visitor) -> None:
        """As a spreadsheet reads it, narrowed to a day and a topic; that it was exported is in the history."""
        for who, names in ((staff, {OFFICE, OTHER}), (user, {OFFICE})):
            answer = await who.get(f"/history.csv?since={TODAY}&until={TODAY}&topic=exchange")
            need(answer.body.startswith(b"\xef\xbb\xbf"), "the CSV has no byte order mark")
            lines = list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"), newline="")))
            kinds = {line["操作"] for line in lines}
            need({"届書の配信", "帳票の受信"} <= kinds, f"the CSV does not show the exchange: {kinds}")
            need({line.get("事業所", OFFICE) for line in lines} <= {*names, ""}, "the CSV shows others")
            need(
                "CSV ファイルへの書き出し" in await whole_history(who, "/history"),
                "the export is not in the history",
            )
        self.done("both sides take their history as CSV; that they did is in the history")

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


def full_width(login: Login) -> Login:
    """The contract number as a Japanese keyboard types it (T4)."""
    wide = login.contract.translate({ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789-"})
    return Login(wide, login.user, login.password)


async def whole_history(visitor: Visitor, path: str) -> str:
    """The words of all its pages."""
    text = ""
    while path:
        page = (await visitor.get(path)).page
        text += page.text
        path = next((link for link in page.links if link.startswith("/history?") and "before=" in link), "")
    return text

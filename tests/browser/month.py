# SPDX-License-Identifier: Apache-2.0
"""A month at the screen: six people do their parts in a real browser; a picture is kept of each page."""

from collections.abc import Callable
from pathlib import Path

from tests.browser.axe import DESK
from tests.browser.cast import Cast
from tests.browser.walk import show
from tests.servers.chromium import Tab
from tests.story import filing_zip
from tests.story.filings import newest
from tests.story.notices import NOTICE
from tests.story.people import FOUNDERS, OFFICE, OTHER, REASON
from tests.story.stage import need

QUALITY = 50
LARGEST = 60_000
SCREENS = (
    "sharoshi-sends",
    "sign-in",
    "admin-menu",
    "admin-approves",
    "admin-delivered",
    "clerk-inbox",
    "clerk-received",
    "clerk-delivers",
    "clerk-delivered",
    "office-notices",
    "desk-locks",
    "desk-unlocks",
    "auditor-history",
)


class Month:
    """Plays the scenes one after another; pictures go into a folder."""

    def __init__(self, cast: Cast, tab: Tab, folder: Path, say: Callable[[str], None]) -> None:
        """say is told of each picture."""
        self.cast = cast
        self.tab = tab
        self.folder = folder
        self.screens: list[str] = []
        self._say = say

    async def play(self) -> int:
        """All scenes; how many pictures there are. Raises StoryFailed at the first that does not hold."""
        await self.tab.wear(*DESK)
        await self.sharoshi_sends()
        await self.admin_approves()
        await self.clerk_receives()
        await self.clerk_delivers()
        await self.user_looks()
        await self.desk_unlocks()
        await self.auditor_reads()
        return len(self.screens)

    async def keep(self, name: str, words: str) -> None:
        """A picture of the page that is open, which must show these words."""
        text = await self.tab.run("document.body.innerText")
        need(words in text, f"{name}: {words} is not on the page: {text}")
        need(self.tab.errors == [], f"{name}: a script of the page failed: {self.tab.errors}")
        shot = await self.tab.picture(QUALITY)
        need(len(shot) <= LARGEST, f"{name}: the picture has {len(shot):,} bytes")
        (self.folder / f"{name}.webp").write_bytes(shot)
        self.screens.append(name)
        self._say(f"[{len(self.screens):2}] {name} ({len(shot):,} bytes)")

    async def click(self, selector: str) -> None:
        """Press what leads to another page."""
        async with self.tab.leaving():
            await self.tab.run(f"document.querySelector({selector!r}).click()")

    async def choose(self, **values: str) -> None:
        """Fill in fields by their id."""
        for name, value in values.items():
            await self.tab.run(
                f"""{{
                    const field = document.querySelector("#{name}");
                    field.value = {value!r};
                    const told = {{ bubbles: true }};
                    for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, told));
                }}"""
            )

    async def option(self, field: str, words: str) -> None:
        """Choose from a list what says these words."""
        options = f"[...document.querySelectorAll('#{field} option')]"
        value = await self.tab.run(f"{options}.find((one) => one.text.includes({words!r})).value")
        await self.choose(**{field: value})

    async def sharoshi_sends(self) -> None:
        """A PDF of any name, with its kind and dates."""
        await show(self.tab, self.cast, "sharoshi", "/filings/new")
        await self.option("type", "加入者資格喪失届")
        await self.choose(event_on="2026-06-01")
        await self.tab.choose("#file", filing_zip.FILING)
        await self.tab.run("document.querySelector('form[data-filings] .actions button').click()")
        await self.tab.until("document.querySelector('.files').textContent.includes('受け付けました')")
        await self.tab.run("document.querySelector('.files').scrollIntoView({block: 'center'})")
        await self.keep("sharoshi-sends", "受け付けました")

    async def admin_approves(self) -> None:
        """Signs in, finds it on the menu, approves and delivers it."""
        person, portal = FOUNDERS[OFFICE], self.cast.stage.addresses["portal"]
        await self.tab.be(portal, {})
        await self.tab.go(f"{portal}/sign-in")
        await self.choose(contract_number=person.contract, user_id=person.user)
        await self.keep("sign-in", "契約番号")
        await self.click(".actions button")
        await self.choose(password=person.password)
        await self.click(".actions button")
        await self.keep("admin-menu", "承認待ち")
        await self.click(".ways a[href='/filings']")
        await self.click("tbody a[href^='/filings/']")
        await self.keep("admin-approves", "承認して配信する")
        await self.click("form[action$='/approve'] button")
        await self.keep("admin-delivered", "配信済")

    async def clerk_receives(self) -> None:
        """From the inbox."""
        await show(self.tab, self.cast, "clerk", "/filings")
        await self.keep("clerk-inbox", OFFICE)
        sent = newest((await self.cast["clerk"].get("/filings")).page)
        await self.click(f"a[href='/filings/{sent}']")
        await self.click("form[action$='/receive'] button")
        await self.keep("clerk-received", "受信済")

    async def clerk_delivers(self) -> None:
        """A notice to one office."""
        await show(self.tab, self.cast, "clerk", "/notices/new")
        await self.option("office", OFFICE)
        await self.option("type", "納入告知金額通知書")
        await self.choose(period="2026-06")
        await self.tab.choose("#file", NOTICE)
        await self.keep("clerk-delivers", "帳票の種類")
        await self.click(".actions button")
        await self.keep("clerk-delivered", "未受信")

    async def user_looks(self) -> None:
        """Somebody of the office sees what has come."""
        await show(self.tab, self.cast, "other", "/notices")
        await self.keep("office-notices", "未受信")

    async def desk_unlocks(self) -> None:
        """Somebody called who had forgotten the password."""
        await show(self.tab, self.cast, "desk", "/locks")
        await self.keep("desk-locks", FOUNDERS[OTHER].name)
        await self.click("a[href$='/unlock']")
        await self.choose(reason=REASON)
        await self.click("main .actions button")
        await self.keep("desk-unlocks", "解除")

    async def auditor_reads(self) -> None:
        """All that was done, by whom."""
        await show(self.tab, self.cast, "auditor", "/history")
        await self.keep("auditor-history", "ログイン停止の解除")

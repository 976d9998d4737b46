# SPDX-License-Identifier: Apache-2.0
"""Files that are held, cut off, dropped, chosen twice or chosen again after a reload, in a real browser."""

import asyncio
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest

from appliance.link import messages as m
from tests.appliance.vault.doorman.making import small_pdf
from tests.appliance.vault.world import Person
from tests.appliance.web.whole import Reader
from tests.servers.chromium import Tab

pytestmark = pytest.mark.lab

FILES = "document.querySelector('.files').textContent"
RIGHT = "20260609_0001_中断者届.pdf"
OTHER = "20260609_0001_復活者届.pdf"
SEND = "document.querySelector('.actions button')"
IDLE = f"!document.querySelector('p.summary').hidden && !{SEND}.disabled"


@dataclass
class Road:
    """What lies between the portal and its vault: which parts came, and whether one has to wait."""

    parts: list[int] = field(default_factory=list)
    submitted: int = 0
    stops_at: int = -1
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    async def passed(self, message: object) -> None:
        """A message of an upload goes by; the first part of the number where it stops waits until it is open."""
        self.submitted += isinstance(message, m.SubmitFiling)
        if not isinstance(message, m.PutPart):
            return
        self.parts.append(message.number)
        if message.number == self.stops_at:
            self.stops_at = -1
            self.reached.set()
            await self.open.wait()


@pytest.fixture
def road(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> Road:
    """The road of this portal."""
    made, link = Road(), type(reader.browser.website.house.link)
    ask = link.ask

    async def watched(self: object, message: object, **how: object) -> object:
        await made.passed(message)
        said: object = await ask(self, message, **how)  # type: ignore[arg-type]
        if isinstance(message, m.SubmitFiling):
            made.answered.set()
        return said

    monkeypatch.setattr(link, "ask", watched)
    return made


@pytest.fixture
async def tab(tab: Tab, reader: Reader, road: Road) -> Tab:
    """With the form open."""
    await tab.go(f"{reader.browser.origin}/filings/new")
    return tab


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What the office has on its computer: one document of three parts, one of a single one."""
    (tmp_path / RIGHT).write_bytes(small_pdf("x" * (2 * m.PART_SIZE)))
    (tmp_path / OTHER).write_bytes(small_pdf("b"))
    return tmp_path


async def press(tab: Tab, selector: str = ".actions button") -> None:
    """A click on a button of the form."""
    await tab.run(f"document.querySelector({selector!r}).click()")


async def kept(person: Person) -> set[str]:
    """What the office has."""
    page: m.FilingPage = await person.ask(m.ListFilings())
    assert len({row.file_name for row in page.rows}) == len(page.rows), "nothing is there twice"
    return {row.file_name for row in page.rows}


async def test_one_is_held_while_the_others_go_on(tab: Tab, road: Road, admin: Person, folder: Path) -> None:
    road.stops_at = 1
    await tab.choose("#file", folder / RIGHT, folder / OTHER)
    await press(tab)
    await road.reached.wait()
    assert await tab.run("document.querySelector('[data-whole] progress').value") > 30
    await press(tab, ".files .progress button")
    await tab.until(IDLE)
    assert "中断しています" in await tab.run(FILES)
    assert await kept(admin) == {OTHER}
    road.open.set()
    await press(tab, ".files .progress button")
    await tab.until(f"{FILES}.includes('{RIGHT}: 受け付けました')")
    assert road.parts == [0, 1, 0, 1, 2], "what arrived is not sent again"
    assert await kept(admin) == {RIGHT, OTHER}


async def test_who_takes_one_away_while_it_is_sent_sends_it_no_further(
    tab: Tab, road: Road, admin: Person, folder: Path
) -> None:
    road.stops_at = 1
    await tab.choose("#file", folder / RIGHT)
    await press(tab)
    await road.reached.wait()
    await press(tab, ".files .name button")
    road.open.set()
    await tab.until(f"!{SEND}.disabled")
    assert await tab.run(f"{FILES} === '' && document.querySelector('#file').required")
    assert road.parts == [0, 1] and await kept(admin) == set()


async def test_the_same_file_goes_on_after_a_reload(
    tab: Tab, road: Road, reader: Reader, admin: Person, folder: Path
) -> None:
    road.stops_at = 1
    await tab.choose("#file", folder / RIGHT)
    await press(tab)
    await road.reached.wait()
    await tab.go(f"{reader.browser.origin}/filings/new")
    road.open.set()
    assert RIGHT not in await tab.run("JSON.stringify(sessionStorage)"), "names are not kept"
    await tab.choose("#file", folder / RIGHT)
    await press(tab)
    await tab.until(f"{FILES}.includes('{RIGHT}: 受け付けました')")
    assert road.parts == [0, 1, 1, 2]
    assert await kept(admin) == {RIGHT}
    assert await tab.run("sessionStorage.getItem('renkei-uploads')") == "[]"


async def test_the_network_comes_back_and_it_goes_on_at_once(
    tab: Tab, road: Road, admin: Person, folder: Path
) -> None:
    road.stops_at = 1
    # A pause that only the browser's news of the network can end.
    await tab.run("window.setTimeout = ((set) => (act, time) => set(act, time >= 1000 ? 1e9 : time))(setTimeout)")
    await tab.choose("#file", folder / RIGHT)
    await press(tab)
    await road.reached.wait()
    await tab.network(offline=True)
    road.open.set()
    await tab.until(f"{FILES}.includes('接続が切れました')")
    await tab.network()
    await tab.until(f"{FILES}.includes('{RIGHT}: 受け付けました')")
    assert road.parts == [0, 1, 2]
    assert await kept(admin) == {RIGHT}


async def test_two_clicks_and_two_choices_are_one_filing(tab: Tab, road: Road, admin: Person, folder: Path) -> None:
    await tab.choose("#file", folder / OTHER)
    await tab.choose("#file", folder / OTHER)
    assert await tab.run("document.querySelectorAll('.files li').length") == 1
    await tab.run(f"{{ const form = {SEND}.form; {SEND}.click(); {SEND}.click(); form.requestSubmit(); }}")
    await tab.until(IDLE)
    await press(tab)
    assert (road.parts, road.submitted) == ([0], 1)
    assert await kept(admin) == {OTHER}


async def test_an_answer_that_was_lost_is_asked_for_again_after_a_reload(
    tab: Tab, road: Road, reader: Reader, admin: Person, folder: Path
) -> None:
    """The filing was made, and nobody told the page: the same words of the same file are the same command."""
    await tab.run(
        "{ const get = fetch; window.fetch = (to, how) => get(to, how).then((said) => "
        "to.endsWith('/submit') ? new Promise(() => {}) : said); }"
    )
    await tab.choose("#file", folder / OTHER)
    await press(tab)
    await tab.until(f"{FILES}.includes('確かめています')")
    await road.answered.wait()
    assert await kept(admin) == {OTHER}
    await tab.go(f"{reader.browser.origin}/filings/new")
    await tab.choose("#file", folder / OTHER)
    await press(tab)
    await tab.until(f"{FILES}.includes('{OTHER}: 受け付けました')")
    assert await kept(admin) == {OTHER}


async def test_a_file_that_changed_after_it_was_chosen_is_named(tab: Tab, admin: Person, folder: Path) -> None:
    await tab.choose("#file", folder / OTHER)
    await tab.until(f"{FILES}.includes('{OTHER}')")
    (folder / OTHER).write_bytes(small_pdf("another one"))
    await press(tab)
    await tab.until(IDLE)
    assert "ファイルを読み取れません" in await tab.run(FILES)
    assert await kept(admin) == set()


async def test_files_fall_anywhere_on_the_page(tab: Tab) -> None:
    await tab.run(
        """{
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File(["%PDF"], "a.pdf"));
            const told = (name) => new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true });
            window.over = [];
            for (const name of ["dragover", "drop"]) {
                const isLeft = document.querySelector("footer").dispatchEvent(told(name));
                over.push(isLeft, document.querySelector(".drop").classList.contains("over"));
            }
        }"""
    )
    assert await tab.run("over") == [False, True, False, False], "the browser does not open the file itself"
    assert "a.pdf" in await tab.run(FILES)


async def test_a_folder_is_said_to_be_none(tab: Tab) -> None:
    await tab.run(
        """{
            const kind = (isDirectory) => ({ webkitGetAsEntry: () => ({ isDirectory }) });
            const files = [new File([""], "folder"), new File(["%PDF"], "b.pdf")];
            const dropped = new Event("drop", { bubbles: true });
            dropped.dataTransfer = { types: ["Files"], files, items: [kind(true), kind(false)] };
            document.body.dispatchEvent(dropped);
            // At once: a little later the name has beside it what the vault thinks of it.
            window.shown = [...document.querySelectorAll(".files .name span")].map((one) => one.textContent);
        }"""
    )
    assert not await tab.run("document.querySelector('[data-folder]').hidden")
    assert await tab.run("shown") == ["b.pdf"]


async def test_the_page_lives_while_fifty_megabytes_go_up(
    tab: Tab, road: Road, admin: Person, folder: Path
) -> None:
    size = 6 * m.PART_SIZE + 1
    (folder / RIGHT).write_bytes(small_pdf("x" * size))
    await tab.run(
        """{
            window.turns = new Map();
            let turn = 0;
            const count = () => { turn += 1; setTimeout(count); };
            count();
            const told = document.querySelector(".files");
            const look = () => {
                const said = told.querySelector("[data-said]")?.textContent;
                if (said) turns.set(said, turn);
            };
            new MutationObserver(look).observe(told, { subtree: true, childList: true, characterData: true });
        }"""
    )
    await tab.choose("#file", folder / RIGHT)
    await press(tab)
    await tab.until(f"{FILES}.includes('{RIGHT}: 受け付けました')")
    seen = await tab.run("[...turns.values()]")
    assert len(seen) >= 6, "it says how far it is"
    assert all(later > before for before, later in pairwise(seen)), "between two steps it does more"
    assert road.parts == list(range(7)) and await kept(admin) == {RIGHT}

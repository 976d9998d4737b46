# SPDX-License-Identifier: Apache-2.0
"""A folder of filings for several offices, and two windows of one person, in a real browser."""

from pathlib import Path

import pytest

from appliance.link import messages as m
from appliance.vault.records.tables import filings
from tests.appliance.vault.doorman.making import small_pdf
from tests.appliance.vault.grouping.hand import delegated
from tests.appliance.vault.world import Person, World
from tests.appliance.web.whole import Reader
from tests.servers.chromium import Tab, another

pytestmark = pytest.mark.lab

SUSPENDED, BACK = "20260609_0002_中断者届.pdf", "20260609_0003_復活者届.pdf"
WRONG, FOREIGN = "20260609_2_復活者届.pdf", "20260609_0004_復活者届.pdf"
GAINED = "20260609_0003_加入者資格取得届.pdf"
TABLE = "document.querySelector('[data-rows]').textContent"
_ROWS = "document.querySelectorAll('[data-rows] tr')"
_DONE = "document.querySelectorAll('[data-rows] .state, [data-rows] input')"
READY = f"{_ROWS}.length === {{count}} && {_DONE}.length >= {{count}}"
SAID = "document.querySelector('.summary').textContent"
SEND = "document.querySelector('[data-send]')"


@pytest.fixture
async def clients(world: World, admin: Person) -> dict[int, str]:
    """Two offices that the admin serves, by number; and a third one that nobody does."""
    made = {number: await world.office(number) for number in (2, 3, 4)}
    await delegated(world, admin, made[2], made[3])
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What lies on the computer."""
    for name in (SUSPENDED, BACK, WRONG, FOREIGN, GAINED):
        (tmp_path / name).write_bytes(small_pdf(name))
    return tmp_path


async def kept(world: World, office: str) -> set[str]:
    """The names of an office's filings."""
    found = await world.core.read(lambda snapshot: filings.scan(snapshot, "office_state", (office,)))
    return {one.file_name for one in found}


async def click(tab: Tab, words: str) -> None:
    """Press the button in the table that says this."""
    await tab.run(
        f"[...document.querySelectorAll('[data-rows] button')].find((one) => one.textContent === {words!r}).click()"
    )


async def test_each_file_gets_to_its_office(
    tab: Tab, reader: Reader, world: World, clients: dict[int, str], folder: Path
) -> None:
    await tab.go(f"{reader.browser.origin}/served/folder")
    await tab.choose("#files", folder / SUSPENDED, folder / BACK, folder / WRONG, folder / FOREIGN)
    await tab.until(READY.format(count=4))
    assert "0002 事業所2" in await tab.run(TABLE) and "0003 事業所3" in await tab.run(TABLE)
    assert "担当されている事業所の番号ではありません" in await tab.run(TABLE)
    assert await tab.run(f"{SEND}.disabled"), "one that is wrong holds up all of them"
    await click(tab, "名前を直す")
    await tab.until(f"{TABLE}.includes('20260609_0002_復活者届.pdf')")
    await tab.until(READY.format(count=4))
    await tab.run(
        "[...document.querySelectorAll('[data-rows] tr')].find((row) => row.textContent.includes('0004'))"
        ".querySelector('button').click()"
    )
    await tab.until(f"!{SEND}.disabled")
    await tab.run(f"{SEND}.click()")
    await tab.until(f"{SAID}.includes('3 個のうち 3 個を送りました')")
    assert await kept(world, clients[2]) == {SUSPENDED, "20260609_0002_復活者届.pdf"}
    assert await kept(world, clients[3]) == {BACK}
    assert await kept(world, clients[4]) == set()
    await tab.go(f"{reader.browser.origin}/")
    assert "の手続きをしています" not in await tab.run("document.body.textContent"), "and it ends where it began"


async def test_a_kind_with_a_deadline_asks_for_the_day(
    tab: Tab, reader: Reader, world: World, clients: dict[int, str], folder: Path
) -> None:
    await tab.go(f"{reader.browser.origin}/served/folder")
    await tab.choose("#files", folder / GAINED)
    await tab.until(READY.format(count=1))
    assert await tab.run(f"{SEND}.disabled")
    await tab.run(
        "(() => { const field = document.querySelector('[data-rows] input');"
        "field.value = '2026-06-01'; field.dispatchEvent(new Event('change')); })()"
    )
    await tab.until(f"!{SEND}.disabled")
    await tab.run(f"{SEND}.click()")
    await tab.until(f"{SAID}.includes('1 個のうち 1 個を送りました')")
    assert await kept(world, clients[3]) == {GAINED}


async def test_a_window_of_another_office_can_do_nothing_more(
    tab: Tab, reader: Reader, admin: Person, clients: dict[int, str]
) -> None:
    await admin.sign_in()
    await tab.be(reader.browser.origin, reader.be(admin.token).browser.cookies)
    await tab.go(f"{reader.browser.origin}/filings")
    async with another(tab) as second:
        await second.go(f"{reader.browser.origin}/served")
        async with second.leaving():
            await second.run(
                "[...document.querySelectorAll('form')].find((form) => form.to && "
                f"form.to.value === '{clients[2]}').querySelector('button').click()"
            )
        assert "事業所2（0002）の手続きをしています" in await second.run("document.body.textContent")
        await tab.until("document.querySelector('main').inert")
        assert "別の画面で、事業所が切り替えられました" in await tab.run("document.body.textContent")
    served: m.Clients = await admin.ask(m.ListClients(), token=await token_of(tab, reader))
    assert len(served.rows) == 3


async def token_of(tab: Tab, reader: Reader) -> str:
    """What the browser has as its token now."""
    found = await tab.call("Network.getCookies", urls=[reader.browser.origin])
    return str(next(one["value"] for one in found["cookies"] if one["name"] == "__Host-renkei-portal"))

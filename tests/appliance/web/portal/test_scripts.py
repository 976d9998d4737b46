# SPDX-License-Identifier: Apache-2.0
"""「届書を送る」 in a real browser with its scripts, before the real vault."""

import datetime as dt
from pathlib import Path

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.deadlines import deadline
from appliance.web.cookies import visit_cookie
from tests.appliance.vault.doorman.making import aes_zip, small_pdf
from tests.appliance.vault.people.folk import ZIP
from tests.appliance.vault.world import Person
from tests.appliance.web.whole import Reader
from tests.servers.chromium import Tab

pytestmark = pytest.mark.lab

SENT = "!document.querySelector('p.summary').hidden && !document.querySelector('.actions button').disabled"
FILES = "document.querySelector('.files').textContent"


@pytest.fixture
async def tab(tab: Tab, reader: Reader) -> Tab:
    """With the form open."""
    await tab.go(f"{reader.browser.origin}/filings/new")
    return tab


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What the office has on its computer."""
    (tmp_path / "スキャン.pdf").write_bytes(small_pdf())
    two = {"20260609_0001_中断者届.pdf": small_pdf("a"), "20260609_0001_復活者届.pdf": small_pdf("b")}
    (tmp_path / "二件.zip").write_bytes(aes_zip(two, ZIP))
    (tmp_path / "違う.zip").write_bytes(aes_zip({"x.pdf": small_pdf("c"), "y.pdf": small_pdf("d")}, ZIP))
    (tmp_path / "大きい.pdf").write_bytes(small_pdf("x" * (2 * m.PART_SIZE)))
    return tmp_path


async def pick(tab: Tab, type: str, event_on: str = "") -> None:
    """Choose a type, and type the date of the event."""
    await tab.run(
        f"""for (const [name, value] of [["type", "{type}"], ["event_on", "{event_on}"]]) {{
            const input = document.querySelector(`[name=${{name}}]`);
            input.value = value;
            input.dispatchEvent(new Event("change", {{ bubbles: true }}));
        }}"""
    )


async def send(tab: Tab) -> str:
    """Press the button, wait, and read what came of each file."""
    await tab.run("document.querySelector('.actions button').click()")
    await tab.until(SENT)
    return str(await tab.run(FILES))


async def names(person: Person) -> set[str]:
    """What the office has."""
    page: m.FilingPage = await person.ask(m.ListFilings())
    return {row.file_name for row in page.rows}


async def test_several_files_at_once_each_with_what_came_of_it(tab: Tab, admin: Person, folder: Path) -> None:
    await pick(tab, "acquisition", "2026-06-01")
    await tab.choose("#file", folder / "スキャン.pdf", folder / "二件.zip", folder / "違う.zip")
    await tab.until(FILES + ".includes('20260609_0001_加入者資格取得届.pdf')")
    said = await send(tab)
    assert "スキャン.pdf: 受け付けました" in said and "二件.zip: 受け付けました" in said
    assert "違う.zip: 受け付けていません" in said and "x.pdf" in said
    right = {f"20260609_0001_{name}.pdf" for name in ("加入者資格取得届", "中断者届", "復活者届")}
    assert await names(admin) == right
    await send(tab)
    assert await names(admin) == right, "what was taken is not sent again"


async def test_a_cut_goes_on_with_the_part_that_was_missing(
    tab: Tab, reader: Reader, admin: Person, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link, put = reader.browser.website.house.link, []
    ask = type(link).ask

    async def cut(self: object, message: object, **how: object) -> object:
        if isinstance(message, m.PutPart):
            put.append(message.number)
            if put == [0, 1]:
                raise Refused(Why.AWAY)
        return await ask(self, message, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(type(link), "ask", cut)
    await pick(tab, "suspension")
    await tab.choose("#file", folder / "大きい.pdf")
    assert "大きい.pdf: 受け付けました" in await send(tab)
    assert put == [0, 1, 1, 2]
    assert await names(admin) == {"20260609_0001_中断者届.pdf"}


async def test_who_signed_in_again_in_another_tab_goes_on(
    tab: Tab, reader: Reader, admin: Person, folder: Path
) -> None:
    await pick(tab, "suspension")
    await tab.choose("#file", folder / "スキャン.pdf")
    await admin.ask(m.SignOut())
    assert "ログインの有効時間が終わりました" in await send(tab)
    await admin.sign_in()
    url, name = reader.browser.origin, visit_cookie(reader.site)
    await tab.call("Network.setCookie", name=name, value=admin.token, url=url, secure=True, path="/")
    await tab.run("document.querySelector('p.summary').hidden = true")
    assert "スキャン.pdf: 受け付けました" in await send(tab)


async def test_the_deadline_is_the_one_that_the_vault_computes(tab: Tab) -> None:
    first = dt.date(2025, 12, 1)
    days = [first + dt.timedelta(days=number) for number in range(0, 450, 3)]
    script = "[{}].map((day) => deadline(dayOf(day)).toISOString().slice(0, 10))"
    told = await tab.run(script.format(",".join(f"'{day}'" for day in days)))
    assert told == [deadline(day).isoformat() for day in days]


async def test_the_date_of_the_event_is_asked_where_it_counts(tab: Tab) -> None:
    await pick(tab, "suspension")
    assert await tab.run("document.querySelector('[data-event]').hidden")
    await pick(tab, "acquisition", "2026-05-20")
    assert not await tab.run("document.querySelector('[data-event]').hidden")
    assert await tab.run("document.querySelector('[name=event_on]').required")
    assert "2026年6月14日（あと5日です）" in await tab.run("document.querySelector('[data-deadline]').textContent")


async def test_an_empty_file_is_not_left_out_in_silence(tab: Tab, admin: Person, folder: Path) -> None:
    (folder / "空.pdf").write_bytes(b"")
    await pick(tab, "suspension")
    await tab.choose("#file", folder / "空.pdf")
    said = await send(tab)
    assert "空.pdf" in said and "ください。" in said, "what to do next"
    assert await names(admin) == set()


async def test_a_dropped_file_is_text_and_nothing_else(tab: Tab) -> None:
    await tab.run(
        """{
            const files = new DataTransfer();
            files.items.add(new File(["%PDF"], "<img src=x>.pdf"));
            const drop = new DragEvent("drop", { dataTransfer: files });
            document.querySelector("form[data-filings]").dispatchEvent(drop);
        }"""
    )
    assert "<img src=x>.pdf" in await tab.run(FILES)
    assert await tab.run("document.querySelectorAll('.files img').length") == 0

# SPDX-License-Identifier: Apache-2.0
"""ZIPs looked at, and locked as they must be, in a real browser before a byte is sent; before the real vault."""

import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.link import messages as m
from tests.appliance.vault.doorman.making import aes_zip, small_pdf
from tests.appliance.vault.people.folk import ZIP
from tests.appliance.vault.world import Person
from tests.appliance.web.whole import Reader
from tests.servers.chromium import Tab

pytestmark = pytest.mark.lab

RIGHT, OTHER = "20260609_0001_中断者届.pdf", "20260609_0001_復活者届.pdf"
FILES = "document.querySelector('.files').textContent"
MEND = "document.querySelector('.files [data-mend]')"
# Counts what the page sends of files.
COUNT = """{
    const get = fetch;
    window.sent = [];
    window.fetch = (path, how) => (path.startsWith("/uploads") && sent.push(path), get(path, how));
}"""


@pytest.fixture
async def tab(tab: Tab, reader: Reader) -> Tab:
    """With the form open."""
    await tab.go(f"{reader.browser.origin}/filings/new")
    await tab.run(COUNT)
    return tab


async def choose(tab: Tab, path: Path, password: str, then: str) -> None:
    """Type the password, choose a file, and wait until its row tells something."""
    await tab.run(f"document.querySelector('#zip-password').value = '{password}'")
    await tab.choose("#file", path)
    await tab.until(f"{FILES}.includes('{then}')")


async def names(person: Person) -> set[str]:
    """What the office has."""
    page: m.FilingPage = await person.ask(m.ListFilings())
    return {row.file_name for row in page.rows}


def zipcrypto(folder: Path, sevenzip: str, contents: dict[str, bytes], password: str = ZIP) -> Path:
    """A ZIP as 7-Zip makes it when nobody says otherwise."""
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    made = folder / "古い.zip"
    command = [sevenzip, "a", "-tzip", "-mem=ZipCrypto", f"-p{password}", str(made), *contents]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=60)
    return made


async def test_the_old_encryption_is_made_new_with_one_click(
    tab: Tab, admin: Person, tmp_path: Path, program: Callable[[str], str]
) -> None:
    path = zipcrypto(tmp_path, program("7zz"), {RIGHT: small_pdf("a"), OTHER: small_pdf("b")})
    await choose(tab, path, ZIP, "暗号化方式が古い")
    assert await tab.run("sent.length") == 0 and await names(admin) == set()
    await tab.run(f"{MEND}.click()")
    await tab.until(f"{FILES}.includes('古い.zip: 受け付けました')")
    assert await names(admin) == {RIGHT, OTHER}


async def test_without_a_password_one_is_asked_for_first(
    tab: Tab, admin: Person, tmp_path: Path, program: Callable[[str], str]
) -> None:
    path = zipcrypto(tmp_path, program("7zz"), {RIGHT: small_pdf()})
    await choose(tab, path, "", "暗号化方式が古い")
    await tab.run(f"{MEND}.click()")
    assert await tab.run("document.activeElement.id") == "zip-password"
    assert not await tab.run("document.querySelector('#zip-password-fault').hidden")
    assert await names(admin) == set()


async def test_a_wrong_password_is_told_before_a_byte_is_sent(tab: Tab, admin: Person, tmp_path: Path) -> None:
    (tmp_path / "新しい.zip").write_bytes(aes_zip({RIGHT: small_pdf()}, ZIP))
    await choose(tab, tmp_path / "新しい.zip", "another-Pass1", "圧縮パスワードで開けません")
    await tab.run("document.querySelector('.actions button').click()")
    await tab.until(
        "!document.querySelector('p.summary').hidden && !document.querySelector('.actions button').disabled"
    )
    assert await tab.run("sent.length") == 0 and await names(admin) == set()


async def test_names_of_japanese_windows_are_read_as_the_vault_reads_them(
    tab: Tab, admin: Person, tmp_path: Path
) -> None:
    name = "20260609_0001_中断の届.pdf".encode("cp932")
    stand_in = "n" * len(name)
    with zipfile.ZipFile(tmp_path / "窓.zip", "w") as made:
        made.writestr(stand_in, small_pdf())
        made.writestr(RIGHT, small_pdf())
    raw = (tmp_path / "窓.zip").read_bytes().replace(stand_in.encode(), name)
    (tmp_path / "窓.zip").write_bytes(raw)
    await choose(tab, tmp_path / "窓.zip", ZIP, "20260609_0001_中断の届.pdf")
    assert "「中断の届」" in await tab.run(FILES)


async def test_what_is_no_pdf_and_what_is_no_zip_is_told(tab: Tab, tmp_path: Path) -> None:
    (tmp_path / "中.zip").write_bytes(aes_zip({RIGHT: b"hello"}, ZIP))
    await choose(tab, tmp_path / "中.zip", ZIP, "PDF として読み取れません")
    (tmp_path / "壊れ.zip").write_bytes(b"PK\x03\x04 and no more")
    await choose(tab, tmp_path / "壊れ.zip", ZIP, "ZIP ファイルとして読み取れません")
    assert await tab.run("sent.length") == 0


async def test_the_page_stays_alive_while_twenty_mebibytes_are_locked(tab: Tab) -> None:
    ticks = await tab.run(
        """(async () => {
            let ticks = 0;
            const clock = setInterval(() => ticks++, 10);
            const content = new Blob([new Uint8Array(20 * 1024 * 1024)]);
            const made = await zips.locked([{ name: "a.pdf", content }], "pass");
            const [back] = await zips.opened(made, "pass");
            clearInterval(clock);
            return back.content.size === content.size ? ticks : -1;
        })()"""
    )
    assert ticks >= 20


async def test_the_password_is_in_no_form(tab: Tab) -> None:
    assert await tab.run("document.querySelector('#zip-password').name") == ""
    await tab.run("document.querySelector('#zip-password').value = 'secret-Pass1'")
    sent = "[...new FormData(document.querySelector('form[data-filings]')).values()]"
    assert "secret-Pass1" not in await tab.run(sent)
    assert not await tab.run("[...document.scripts].some((one) => one.src.includes('zip-core'))")

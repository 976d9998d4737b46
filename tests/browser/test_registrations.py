# SPDX-License-Identifier: Apache-2.0
"""A folder of registration forms in a real browser: each with its password, and what fails stops nothing."""

from pathlib import Path

import pytest

from tests.appliance.vault.doorman.making import PASSWORD
from tests.appliance.vault.intake.forms import form, name_of, packed
from tests.browser.cast import Cast
from tests.browser.walk import show
from tests.servers.chromium import Tab

pytestmark = [pytest.mark.lab, pytest.mark.asyncio(loop_scope="session")]
SAID = "document.querySelector('[data-said]').textContent"
READ = f"{SAID}.includes('件を読み込みました')"


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Five right ones under two passwords, one with a fault, one that is none."""
    made = {f"{number}.zip": packed(number) for number in range(901, 906)}
    made |= {name_of(906): form(906, mail="momo"), "broken.xlsx": b"nothing"}
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
    return [tmp_path / name for name in made]


async def test_a_folder_is_read_and_a_second_time_nothing_is_new(
    cast: Cast, tab: Tab, files: list[Path], tmp_path: Path
) -> None:
    passwords = tmp_path / "passwords.csv"
    passwords.write_bytes("".join(f'"{file.name}",{PASSWORD}\r\n' for file in files[:5]).encode("cp932"))
    for fresh in (5, 0):
        await show(tab, cast, "clerk", "/registrations")
        await tab.choose("#file", *files)
        await tab.choose("#passwords", passwords)
        await tab.run("document.querySelector('[data-intake] .actions button').click()")
        await tab.until(READ)
        said = await tab.run(SAID)
        assert (
            f"7 件を読み込みました。新しい届出 {fresh} 件、直すところのある届出 1 件、読み取れないファイル 1 件"
            in said
        )
        told = await tab.run("document.querySelector('[data-problems]').textContent")
        assert "broken.xlsx" in told and name_of(906) in told and "901.zip" not in told
    assert tab.errors == []


async def test_one_file_goes_to_its_preview(cast: Cast, tab: Tab, files: list[Path]) -> None:
    await show(tab, cast, "clerk", "/registrations")
    await tab.choose("#file", files[5])
    async with tab.leaving():
        await tab.run("document.querySelector('[data-intake] .actions button').click()")
    assert "登録届の確認" in await tab.run("document.querySelector('h1').textContent")

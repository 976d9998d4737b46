# SPDX-License-Identifier: Apache-2.0
"""`renkei registration import`: a folder, its passwords, what fails, and a second run."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from appliance.cli import registration_import
from appliance.cli.registration_import import files_in, passwords_in
from tests.appliance.cli.command import Installation, Ran
from tests.appliance.vault.doorman.making import PASSWORD
from tests.appliance.vault.intake.forms import form, name_of, packed


@pytest.fixture
def forms(tmp_path: Path) -> Path:
    """Three right forms in ZIPs, one with a fault, one that is none, and a note."""
    made = tmp_path / "forms"
    made.mkdir()
    for number in (701, 702, 703):
        (made / f"{number}.zip").write_bytes(packed(number))
    (made / name_of(704)).write_bytes(form(704, mail="taro"))
    (made / "broken.xlsx").write_bytes(b"no workbook")
    (made / "note.txt").write_text("nothing for us", "utf-8")
    rows = [f"{number}.zip,{PASSWORD}" for number in (701, 702)] + ["703.zip,wrong"]
    (made / "passwords.csv").write_bytes("\r\n".join(["ファイル,パスワード", *rows]).encode("cp932"))
    return made


def run(running: Installation, forms: Path, *words: object) -> Ran:
    """The command on the folder."""
    passwords = forms / "passwords.csv"
    return running.renkei("registration", "import", str(forms), "--passwords", str(passwords), *map(str, words))


def told(ran: Ran) -> dict[str, dict[str, Any]]:
    """What is told of each file."""
    return {line["file"]: line for line in map(json.loads, ran.out.splitlines())}


def test_what_fails_stops_nothing_and_a_second_run_changes_nothing(running: Installation, forms: Path) -> None:
    first = run(running, forms, "--register", "--json")
    lines = told(first)
    assert first.code == 1 and set(lines) == {"701.zip", "702.zip", "703.zip", name_of(704), "broken.xlsx"}
    became = {name: line["became"] for name, line in lines.items()}
    assert became == {
        "701.zip": "registered",
        "702.zip": "registered",
        "703.zip": "unreadable",
        name_of(704): "faults",
        "broken.xlsx": "unreadable",
    }
    assert "password" in lines["703.zip"]["said"][0] and lines[name_of(704)]["said"][0].startswith("E2 ")
    added = running.kinds().count("contract.added")
    (forms / "passwords.csv").write_text(
        "\n".join(f"{number}.zip,{PASSWORD}" for number in (701, 702, 703)), "utf-8"
    )
    again = told(run(running, forms, "--register", "--json"))
    assert [again[f"{number}.zip"]["became"] for number in (701, 702, 703)] == [
        "registered before",
        "registered before",
        "registered",
    ]
    assert again["701.zip"]["contract_number"] == lines["701.zip"]["contract_number"]
    assert running.kinds().count("contract.added") == added + 1


def test_without_register_all_wait_for_the_console(running: Installation, tmp_path: Path) -> None:
    (tmp_path / name_of(711)).write_bytes(form(711))
    before = running.kinds().count("contract.added")
    ran = running.renkei("registration", "import", str(tmp_path))
    assert ran.code == 0
    assert ran.out.splitlines() == [f"waiting           {name_of(711)}", "1 of 1 files are taken in"]
    assert running.kinds().count("contract.added") == before


def test_an_office_with_other_data_is_left_alone(running: Installation, tmp_path: Path) -> None:
    file = tmp_path / name_of(721)
    file.write_bytes(form(721))
    running.renkei("registration", "import", str(tmp_path), "--register")
    file.write_bytes(form(721, office_name="連携物産"))
    ran = running.renkei("registration", "import", str(tmp_path), "--register")
    assert ran.code == 1 and "differs" in ran.out and "other data" in ran.out


def test_a_name_from_windows_is_read_and_stops_nobody(running: Installation, tmp_path: Path) -> None:
    """What was unpacked or mounted without a word about its encoding has names in cp932."""
    (tmp_path / os.fsdecode("登録届.zip".encode("cp932"))).write_bytes(packed(731))
    (tmp_path / os.fsdecode(b"\x81.xlsx")).write_bytes(form(732))
    (tmp_path / name_of(733)).write_bytes(form(733))
    (tmp_path / "list.csv").write_bytes(f"登録届.zip,{PASSWORD}".encode("cp932"))
    passwords = ("--passwords", str(tmp_path / "list.csv"))
    ran = running.renkei("registration", "import", str(tmp_path), *passwords, "--json")
    assert {name: line["became"] for name, line in told(ran).items()} == {
        "登録届.zip": "waiting",
        "\ufffd.xlsx": "waiting",
        name_of(733): "waiting",
    }


def test_a_name_commands_no_terminal(running: Installation, tmp_path: Path) -> None:
    (tmp_path / "a\x1b]0;b\x07.csv").write_bytes(b"nothing")
    ran = running.renkei("registration", "import", str(tmp_path))
    assert "\x1b" not in ran.out and "\x07" not in ran.out and "]0;b" in ran.out


async def test_a_file_that_goes_meanwhile_stops_no_other(tmp_path: Path) -> None:
    asked: Any = None  # nobody is asked
    line = await registration_import._imported(asked, tmp_path / "gone.zip", "", confirm=False)
    assert (line.file, line.became) == ("gone.zip", "refused") and "No such file" in line.said[0]


def test_a_list_that_is_no_list_is_said(running: Installation, forms: Path) -> None:
    (forms / "passwords.csv").write_bytes(b'701.zip,"' + b"a" * 200_000)
    assert "passwords.csv: " in run(running, forms).said


def test_a_folder_without_forms_is_said(running: Installation, tmp_path: Path) -> None:
    assert "holds no .zip" in running.renkei("registration", "import", str(tmp_path)).said
    assert "nowhere" in running.renkei("registration", "import", str(tmp_path / "nowhere")).said


def test_the_list_of_passwords_is_no_form(forms: Path) -> None:
    found = [file.name for file in files_in(forms, forms / "passwords.csv")]
    assert "passwords.csv" not in found and "note.txt" not in found and len(found) == 5


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_excel_may_have_written_it_in_any_way(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "list.csv").write_bytes('届.zip,"a,b"\r\n\r\nx\r\n b.zip ,c\r\n'.encode(encoding))
    assert passwords_in(tmp_path / "list.csv") == {"届.zip": "a,b", "b.zip": "c"}


def test_a_list_that_is_not_there_is_said(running: Installation, forms: Path) -> None:
    (forms / "passwords.csv").unlink()
    assert "passwords.csv" in run(running, forms).said


def test_without_a_vault_it_says_so(tmp_path: Path, made: Installation) -> None:
    (tmp_path / name_of()).write_bytes(form())
    ran = made.renkei("registration", "import", str(tmp_path))
    assert ran.code == 1 and "vault does not answer" in ran.err


def test_a_busy_vault_is_asked_again_only_so_often() -> None:
    assert registration_import.TRIES * registration_import.PAUSE <= 60

# SPDX-License-Identifier: Apache-2.0
"""`renkei zip check` judges a file for people and programs, with nothing but the file and its password."""

from pathlib import Path

import pytest

from appliance.cli import places, zip_check
from appliance.cli.zip_check import SEALED
from tests.appliance.cli.command import Ran, renkei
from tests.appliance.vault.doorman.making import NAME, PASSWORD, aes_zip, plain_zip, small_pdf

SIZE = len(small_pdf())


@pytest.fixture(autouse=True)
def no_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The machine has a configuration that nobody can read."""
    (tmp_path / "config.toml").write_text("[no table", "utf-8")
    monkeypatch.setattr(places, "DEFAULT_CONFIG", tmp_path / "config.toml")


def check(folder: Path, package: bytes, *more: str, password: str | None = PASSWORD) -> Ran:
    """The command on a file of a name that says nothing."""
    (folder / "x").write_bytes(package)
    if password is None:
        return renkei("zip", "check", str(folder / "x"), *more)
    (folder / "password").write_text(f"{password}\r\nnot this\n", "utf-8")
    return renkei("zip", "check", str(folder / "x"), "--password-file", str(folder / "password"), *more)


def rules(ran: Ran) -> list[str]:
    return [problem["rule"] for problem in ran.json["problems"]]


def test_programs_are_told_that_a_zip_is_right(tmp_path: Path) -> None:
    ran = check(tmp_path, aes_zip({NAME: small_pdf()}), "--json")
    assert (ran.code, ran.err) == (0, "")
    entries = [{"name": NAME, "size": SIZE, "encrypted": "aes256"}]
    assert ran.json == {"accepted": True, "problems": [], "entries": entries}


def test_without_a_password_it_says_that_nothing_was_opened(tmp_path: Path) -> None:
    ran = check(tmp_path, aes_zip({NAME: b"no PDF"}, bits=128), "--json", password=None)
    assert (ran.code, ran.err.strip()) == (0, SEALED)
    assert ran.json["entries"] == [{"name": NAME, "size": 6, "encrypted": "aes128"}]
    assert rules(check(tmp_path, aes_zip({NAME: b"no PDF"}), "--json")) == ["pdf.none"]


@pytest.mark.parametrize(
    ("package", "code", "found"),
    [
        (plain_zip({NAME: small_pdf()}), 1, ["zip.encryption"]),
        (plain_zip({}), 1, ["zip.empty"]),
        (aes_zip({NAME: small_pdf()}, "another"), 1, ["password"]),
        (aes_zip({NAME: small_pdf()}) + b"\n", 1, ["zip.trailing"]),
        (aes_zip({NAME: small_pdf()})[:-1], 2, ["zip.none"]),
        (small_pdf(), 2, ["zip.none"]),
        (b"", 2, ["content.empty"]),
        (aes_zip({NAME: b""}), 1, ["content.empty"]),
    ],
)
def test_programs_are_told_what_is_wrong(tmp_path: Path, package: bytes, code: int, found: list[str]) -> None:
    ran = check(tmp_path, package, "--json")
    assert (ran.code, rules(ran), ran.json["accepted"]) == (code, found, False)
    assert all(set(problem) == {"rule", "message"} and problem["message"] for problem in ran.json["problems"])


def test_names_inside_are_judged_and_that_of_the_zip_is_not(tmp_path: Path) -> None:
    ran = check(tmp_path, aes_zip({"20240230_0123_資格取得届.pdf": small_pdf(), NAME: small_pdf()}), "--json")
    assert (ran.code, rules(ran)) == (1, ["name.date"])
    assert "20240230_0123" in ran.json["problems"][0]["message"]


def test_a_fault_that_doorman_and_names_both_see_is_told_once(tmp_path: Path) -> None:
    folder = "20240524_0123_資格取得届"
    found = rules(check(tmp_path, aes_zip({f"{folder}/{NAME}": small_pdf()}), "--json"))
    assert found.count("entry.folder") == 1


def test_only_a_pdf_is_a_filing(tmp_path: Path) -> None:
    ran = check(tmp_path, aes_zip({"20240524_0123_資格取得届.csv": b"a,b\n"}), "--json", password=None)
    assert ran.code == 1 and {"content.format", "name.ending"} <= set(rules(ran))


def test_people_read_a_line_for_each_entry_and_problem(tmp_path: Path) -> None:
    right = check(tmp_path, aes_zip({NAME: small_pdf()}))
    assert right.out.splitlines()[0] == "accepted" and NAME in right.out
    wrong = check(tmp_path, plain_zip({NAME: small_pdf()}))
    assert wrong.code == 1
    assert [line.split()[0] for line in wrong.out.splitlines()] == ["refused", "none", "zip.encryption"]


def test_a_name_cannot_write_to_the_terminal(tmp_path: Path) -> None:
    ran = check(tmp_path, aes_zip({"a\x1b[2J\u202e.pdf": small_pdf()}))
    assert ran.code == 1 and "entry.characters" in ran.out
    assert "\x1b" not in ran.out and "\u202e" not in ran.out


@pytest.mark.parametrize("which", ["file", "folder", "password"])
def test_what_cannot_be_read_is_said_in_one_sentence(tmp_path: Path, which: str) -> None:
    (tmp_path / "file").write_bytes(aes_zip({NAME: small_pdf()}))
    given = {"file": ["nothing"], "folder": ["."], "password": ["file", "--password-file", "nothing"]}[which]
    ran = renkei("zip", "check", *(part if part[0] == "-" else str(tmp_path / part) for part in given))
    assert (ran.code, ran.out) == (2, "")
    assert str(tmp_path) in ran.said


def test_a_password_is_text(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"\xff\xfe\x00")
    ran = renkei("zip", "check", str(tmp_path / "file"), "--password-file", str(tmp_path / "file"))
    assert ran.code == 1 and "UTF-8" in ran.said


def test_a_file_that_is_too_large_is_not_even_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_check, "MOST", 100)
    ran = check(tmp_path, aes_zip({NAME: small_pdf()}), "--json")
    assert (ran.code, rules(ran), ran.json["entries"]) == (1, ["zip.size"], [])

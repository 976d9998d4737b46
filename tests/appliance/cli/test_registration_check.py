# SPDX-License-Identifier: Apache-2.0
"""`renkei registration check` judges a form for people and programs, with nothing but the file and its password."""

import datetime as dt
import getpass
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.cli import places
from appliance.cli.registration_check import MOST, texts
from appliance.model.registration import FormRule
from tests.appliance.cli.command import Ran, renkei
from tests.appliance.model.test_registration import HEADINGS, NAME, RIGHT
from tests.appliance.vault.doorman.books import book_of
from tests.appliance.vault.doorman.making import PASSWORD, aes_zip, plain_zip

FORM = book_of([HEADINGS, (dt.date(2024, 5, 26), 123, *RIGHT[2:7], 2)])
ROW = {
    "office_number": 123,
    "name_kanji": "基金 太郎",
    "name_kana": "キキン　タロウ",
    "mail": "taro@office.example.jp",
    "user_id": "kikinT001",
    "office_name": "連携商事",
    "seats": 2,
    "entered_on": "2024-05-26",
}


@pytest.fixture(autouse=True)
def no_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The machine has a configuration that nobody can read."""
    (tmp_path / "config.toml").write_text("[no table", "utf-8")
    monkeypatch.setattr(places, "DEFAULT_CONFIG", tmp_path / "config.toml")


def check(folder: Path, content: bytes, *more: str, name: str = NAME, password: str = "") -> Ran:
    """The command on a file of this name."""
    (folder / name).write_bytes(content)
    if password:
        (folder / "password").write_text(f"{password}\r\nnot this\n", "utf-8")
        more = ("--password-file", str(folder / "password"), *more)
    return renkei("registration", "check", str(folder / name), *more)


def test_a_person_at_a_terminal_is_asked_for_the_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def typed(prompt: str) -> str:
        asked.append(prompt)
        return PASSWORD

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(getpass, "getpass", typed)
    ran = check(tmp_path, aes_zip({NAME: FORM}), name="form.zip")
    assert (ran.code, ran.out.splitlines()[0], asked) == (0, "right", ["password of the ZIP: "])
    assert check(tmp_path, FORM).code == 0 and len(asked) == 1


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_nobody_else_is_asked_and_hears_how_it_is_given(tmp_path: Path, more: tuple[str, ...]) -> None:
    ran = check(tmp_path, aes_zip({NAME: FORM}), *more, name="form.zip")
    assert ran.code == 2 and "--password-file FILE gives it" in ran.err


@pytest.mark.parametrize(
    ("content", "name", "password"),
    [
        (FORM, NAME, ""),
        (aes_zip({NAME: FORM}), "form.zip", PASSWORD),
        ("\r\n".join([",".join(HEADINGS), ",".join(RIGHT)]).encode("cp932"), NAME.replace("xlsx", "csv"), ""),
    ],
)
def test_a_right_form_is_a_row_and_nothing_else(tmp_path: Path, content: bytes, name: str, password: str) -> None:
    ran = check(tmp_path, content, "--json", name=name, password=password)
    assert (ran.code, ran.err) == (0, "")
    assert ran.json == {"rows": [ROW], "problems": [], "notices": []}


@pytest.mark.lab
@pytest.mark.parametrize("method", ["ZipCrypto", "AES256"])
def test_what_7_zip_makes_is_opened(tmp_path: Path, method: str, program: Callable[[str], str]) -> None:
    (tmp_path / NAME).write_bytes(FORM)
    words = [program("7zz"), "a", "-tzip", f"-mem={method}", f"-p{PASSWORD}", "made.zip", NAME]
    subprocess.run(words, cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)
    ran = check(tmp_path, (tmp_path / "made.zip").read_bytes(), "--json", name="made.zip", password=PASSWORD)
    assert (ran.code, ran.json["rows"]) == (0, [ROW])


def test_what_is_wrong_is_told_at_its_cell_with_what_to_do(tmp_path: Path) -> None:
    ran = check(tmp_path, book_of([HEADINGS, (*RIGHT[:7], 4)]), "--json")
    assert ran.code == 1
    (problem,) = ran.json["problems"]
    assert (problem["cell"], problem["rule"], problem["suggestion"]) == (
        "H2",
        "seats.consult",
        "最大3台(超える場合は要相談)",
    )
    assert ran.json["rows"] == [{**ROW, "seats": None}], "never cut"


def test_conversions_are_notices(tmp_path: Path) -> None:
    ran = check(tmp_path, book_of([HEADINGS, (*RIGHT[:3], "ｷｷﾝ ﾀﾛｳ", *RIGHT[4:])]), "--json")
    assert (ran.code, ran.json["rows"], ran.json["problems"]) == (0, [ROW], [])
    (notice,) = ran.json["notices"]
    assert (notice["cell"], notice["rule"], notice["suggestion"]) == ("D2", "converted", "キキン　タロウ")
    assert notice["message"] == "ｷｷﾝ ﾀﾛｳ was read as キキン　タロウ."


@pytest.mark.parametrize(
    ("content", "name", "password", "rule"),
    [
        (b"", NAME, "", "content.empty"),
        (b"no workbook", NAME, "", "xlsx.none"),
        (FORM, "form.xls", "", "content.format"),
        (FORM, "form.xlsm", "", "content.format"),
        (aes_zip({NAME: FORM}), "form.zip", "another", "password"),
        (plain_zip({NAME: FORM}), "form.zip", "", "zip.encryption"),
        (aes_zip({NAME: FORM, "b.xlsx": FORM}), "form.zip", PASSWORD, "zip.count"),
        (aes_zip({"a.pdf": b"x"}), "form.zip", PASSWORD, "content.format"),
        (bytes(MOST + 1), NAME, "", "content.size"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, content: bytes, name: str, password: str, rule: str) -> None:
    ran = check(tmp_path, content, "--json", name=name, password=password)
    assert (ran.code, ran.json["rows"]) == (2, [])
    assert [one["rule"] for one in ran.json["problems"]] == [rule]
    assert not re.search("PDF|compression password|filing", ran.json["problems"][0]["message"])
    assert check(tmp_path, content, name=name, password=password).out.startswith("unreadable\n")


def test_a_file_that_is_not_there_is_unreadable(tmp_path: Path) -> None:
    ran = renkei("registration", "check", str(tmp_path / "nowhere.xlsx"), "--json")
    assert (ran.code, ran.out) == (2, "")
    assert "nowhere.xlsx" in ran.err


def test_people_read_the_values_and_where_the_problems_stand(tmp_path: Path) -> None:
    ran = check(tmp_path, book_of([HEADINGS, (*RIGHT[:4], "taro", *RIGHT[5:7], "２")]))
    assert ran.code == 1
    assert ran.out.splitlines()[0] == "something is wrong"
    assert "problem  E2   This is no mail address." in ran.out
    assert "note     H2   ２ was read as 2." in ran.out
    assert "name_kanji     基金 太郎" in ran.out


def test_every_rule_has_its_sentence() -> None:
    assert set(texts()) == set(FormRule)

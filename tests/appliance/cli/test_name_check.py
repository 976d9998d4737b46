# SPDX-License-Identifier: Apache-2.0
"""`renkei name check` judges a name for people and programs, with nothing but the name."""

import os
from pathlib import Path

import pytest

from appliance.cli import places
from appliance.cli.name_check import NOTES
from appliance.model.filing_names import NameNote
from tests.appliance.cli.command import renkei

KEYS = ["accepted", "date", "office", "form", "type", "problems", "notices", "suggestion"]


@pytest.fixture(autouse=True)
def no_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The machine has a configuration that nobody can read."""
    (tmp_path / "config.toml").write_text("[no table", "utf-8")
    monkeypatch.setattr(places, "DEFAULT_CONFIG", tmp_path / "config.toml")


def test_programs_are_told_that_a_name_is_right() -> None:
    ran = renkei("name", "check", "20261124_0123_資格取得届.pdf", "--json")
    assert ran.code == 0 and ran.err == ""
    assert ran.json == {
        "accepted": True,
        "date": "2026-11-24",
        "office": 123,
        "form": "資格取得届",
        "type": "acquisition",
        "problems": [],
        "notices": [],
        "suggestion": "20261124_0123_資格取得届.pdf",
    }
    assert list(ran.json) == KEYS


def test_programs_are_told_what_is_wrong_and_null_for_what_was_not_found() -> None:
    ran = renkei("name", "check", "--json", "２０２６0230_123_離職票.pdf")
    assert ran.code == 1
    assert [problem["rule"] for problem in ran.json["problems"]] == ["name.date", "name.office", "name.type"]
    assert all(set(problem) == {"rule", "message"} and problem["message"] for problem in ran.json["problems"])
    assert (ran.json["date"], ran.json["office"], ran.json["type"]) == (None, 123, None)
    assert (ran.json["form"], ran.json["suggestion"]) == ("離職票", "")
    assert ran.json["notices"] == [NOTES[NameNote.WIDTH]]


@pytest.mark.parametrize(
    ("form", "type"),
    [
        ("資格取得届", "acquisition"),
        ("加入者資格喪失届", "loss"),
        ("中断者届", "suspension"),
        ("復活者届", "reinstatement"),
        ("加入者に関する訂正(変更)届", "correction"),
        ("加入者に関する訂正（変更）届", "correction"),
        ("実施事業所名称・所在地・事業主・代理人変更届", "office_change"),
        ("事業所名称・所在地・事業主・代理人変更届", "office_change"),
        ("基準給与変更届", "salary_change"),
    ],
)
def test_the_forms_of_the_sources(form: str, type: str) -> None:
    ran = renkei("name", "check", f"20240524_0123_{form}.zip", "--json")
    assert (ran.code, ran.json["type"]) == (0, type)


@pytest.mark.parametrize("form", ["年金・一時金見込額試算依頼書", "年金資産額等依頼書"])
def test_what_bears_a_seal_goes_by_post(form: str) -> None:
    ran = renkei("name", "check", f"20240524_0123_{form}.pdf", "--json")
    assert ran.code == 1 and [problem["rule"] for problem in ran.json["problems"]] == ["name.paper"]


def test_people_are_told_in_lines() -> None:
    right = renkei("name", "check", "２０２４０５２４_0123_資格取得届.pdf")
    assert right.code == 0
    assert right.out.splitlines() == [
        "accepted",
        "date        2024-05-24",
        "office      123",
        "form        資格取得届",
        "type        acquisition",
        f"note        {NOTES[NameNote.WIDTH]}",
    ]
    wrong = renkei("name", "check", "20240524_123_資格取得届.pdf")
    assert wrong.code == 1
    assert wrong.out.splitlines()[0] == "refused"
    assert wrong.out.splitlines()[-1] == "better      20240524_0123_資格取得届.pdf"
    assert "name.office The number is not an office's" in wrong.out


@pytest.mark.parametrize(
    "name", [b"\xff\xfe_0123_\x1b[2J\xe5\xb1\x8a.pdf", b"", b"a" * 10_000, b"\xe2\x80\xae.pdf"]
)
@pytest.mark.parametrize("more", [[], ["--json"]])
def test_a_name_of_any_bytes_is_judged(name: bytes, more: list[str]) -> None:
    ran = renkei("name", "check", os.fsdecode(name), *more)
    assert ran.code == 1 and ran.err == ""
    assert "\x1b" not in ran.out and ran.out.encode("utf-8")


def test_every_note_has_its_sentence() -> None:
    assert set(NOTES) == set(NameNote)


@pytest.mark.parametrize("words", [["name"], ["name", "check"], ["name", "check", "a", "b"], ["name", "chek", "a"]])
def test_words_that_are_not_understood(words: list[str]) -> None:
    assert renkei(*words).code == 2

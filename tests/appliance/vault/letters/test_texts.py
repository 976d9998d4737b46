# SPDX-License-Identifier: Apache-2.0
"""Texts of letters: those of the product keep the rules, and a fund is told what is wrong with its own."""

from pathlib import Path

import pytest

from appliance.vault.letters.kinds import LetterKind
from appliance.vault.letters.texts import MAX_BYTES, UnusableTexts, complaints_of, load_texts, width

OWN = """件名: 【電子連携サービス】認証番号

番号: {code}
{until}まで

{office} {name} 様

{fund}
{contact}
"""
CODE = LetterKind.ONE_TIME_CODE


def told(folder: Path) -> list[str]:
    """The complaints about a folder."""
    with pytest.raises(UnusableTexts) as caught:
        load_texts(str(folder))
    return caught.value.complaints


def test_the_products_own_texts_keep_every_rule() -> None:
    texts = load_texts()
    assert set(texts) == set(LetterKind)
    assert all(text.subject.startswith("【電子連携サービス】") for text in texts.values())


@pytest.mark.parametrize("kind", LetterKind)
def test_every_text_says_whom_why_what_next_and_who(kind: LetterKind) -> None:
    lines = load_texts()[kind].lines
    assert "{name} 様" in lines
    assert any("お心当たりがない場合" in line for line in lines)
    assert lines[-2:] == ("{fund}", "{contact}")
    assert all(width(line) <= 70 for line in lines)


def test_a_one_time_password_says_when_to_connect() -> None:
    """R89: once the VPN is there, mail does not arrive."""
    assert "このメールを確認してからVPN接続を開始してください。" in load_texts()[CODE].lines


def test_a_funds_own_text_takes_the_place_of_ours(tmp_path: Path) -> None:
    (tmp_path / "one_time_code.txt").write_bytes(b"\xef\xbb\xbf" + OWN.replace("\n", "\r\n").encode())
    (tmp_path / "README").write_text("nothing of ours")
    texts = load_texts(str(tmp_path))
    assert texts[CODE].subject == "【電子連携サービス】認証番号"
    assert texts[CODE].lines[0] == "番号: {code}"
    assert texts[LetterKind.PASSWORD_CHANGED] == load_texts()[LetterKind.PASSWORD_CHANGED]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("件名: 【電子連携サービス】認証番号", "認証番号", "line 1: begin with `件名: ` and the subject"),
        ("【電子連携サービス】認証番号", "  ", "line 1: begin with `件名: ` and the subject"),
        ("認証番号", "{code}", "line 1: a subject has no placeholders"),
        ("認証番号", "認証\t番号", "line 1: it holds a sign that cannot be seen"),
        ("認証番号", "認" * 51, "line 1: a subject has at most 50 characters"),
        ("\n\n番号", "\n番号", "line 2: leave it empty; the body begins in line 3"),
        (
            "番号: {code}",
            "番号: {cod}",
            "line 3: there is no placeholder {cod} in this letter; did you mean `code`?",
        ),
        ("番号: {code}", "番号: {Code}", "line 3: a brace that is no placeholder; write {word} in small letters"),
        ("番号: {code}", "番号", "the placeholder {code} is missing"),
        ("{until}まで", "まで", "the placeholder {until} is missing"),
        ("{fund}", "基金", "the placeholder {fund} is missing"),
        ("{contact}", "", "the placeholder {contact} is missing"),
        ("番号: {code}\n", "お知らせ\n番号: {code}\n", "line 3: the body begins with the line that holds {code}"),
        ("{until}まで", "{until}まで" + "あ" * 30, "line 4: it is wider than 35 full-width characters; break it"),
        (
            "{until}まで",
            "{until} https://example.jp",
            "line 4: letters hold no links; say where to find the page instead",
        ),
        (
            "{until}まで",
            "{until} WWW.example.jp",
            "line 4: letters hold no links; say where to find the page instead",
        ),
        ("{until}まで", "{until}\u202eまで", "line 4: it holds a sign that cannot be seen"),
        ("{until}まで", "{until}}まで", "line 4: a brace that is no placeholder; write {word} in small letters"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    assert list(complaints_of(CODE, OWN)) == [] and old in OWN
    path = tmp_path / "one_time_code.txt"
    path.write_text(OWN.replace(old, new), "utf-8")
    assert f"{path}: {complaint}" in told(tmp_path)


def test_a_placeholder_of_another_kind_is_none(tmp_path: Path) -> None:
    (tmp_path / "password_changed.txt").write_text(OWN, "utf-8")
    complaints = told(tmp_path)
    assert [text.partition(": ")[2].partition(" in this")[0] for text in complaints] == [
        "line 3: there is no placeholder {code}",
        "line 4: there is no placeholder {until}",
    ]


def test_everything_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "one_time_cod.txt").write_text(OWN, "utf-8")
    (tmp_path / "one_time_code.txt").write_bytes("件名".encode("cp932"))
    (tmp_path / "password_reset.txt").write_bytes(b" \n")
    (tmp_path / "password_changed.txt").write_bytes(b"x" * (MAX_BYTES + 1))
    (tmp_path / "account_locked.txt").mkdir()
    complaints = told(tmp_path)
    assert [text.removeprefix(f"{tmp_path}/") for text in complaints] == [
        "account_locked.txt: it cannot be read (Is a directory)",
        "one_time_cod.txt: there is no letter of this name; did you mean `one_time_code`?",
        "one_time_code.txt: it is not UTF-8; save it as UTF-8",
        f"password_changed.txt: a text has at most {MAX_BYTES} bytes",
        "password_reset.txt: it is empty; write a text, or remove the file",
    ]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    (complaint,) = told(tmp_path / "absent")
    assert complaint.startswith(f"{tmp_path}/absent: cannot be read")


@pytest.mark.parametrize("text", ["", "\n", "件名: x", "件名: x\n", "{" * 1000, "\0", "件名: x\n\n{code", "}"])
def test_no_text_breaks_the_check(text: str) -> None:
    assert list(complaints_of(CODE, text))

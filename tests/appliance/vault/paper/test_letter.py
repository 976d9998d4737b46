# SPDX-License-Identifier: Apache-2.0
"""The letter is a page with everything on it, as text, whatever the names are."""

import datetime as dt
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.vault.paper.letter import (
    MOST_LINES,
    SMALLEST,
    Letter,
    Sender,
    letters,
    wrapped,
)
from appliance.vault.paper.lettering import SUBSTITUTE, need_font, signs_of

LETTER = Letter(
    office_name="株式会社連携商事",
    admin_name="基金 太郎",
    mail="taro@office.example.jp",
    seats=2,
    entered_on=dt.date(2026, 11, 20),
    contract_number="916237-0000021",
    user_id="kikinT001",
    download_key="eSUqeg24",
    first_password="Xk7mPq9RtW",
    admin_kana="キキン　タロウ",
)
SENDER = Sender("連携企業年金基金", "業務課", "https://renkei.example.jp/download/", dt.date(2026, 11, 22))


def pages(made: bytes) -> int:
    """How many pages a PDF has."""
    return len(re.findall(rb"/Type /Page\b(?!s)", made))


def text_of(program: Callable[[str], str], folder: Path, made: bytes) -> str:
    """What can be selected in a PDF, without blanks."""
    (folder / "letter.pdf").write_bytes(made)
    done = subprocess.run([program("pdftotext"), str(folder / "letter.pdf"), "-"], check=True, capture_output=True)
    return "".join(done.stdout.decode().split())


def test_each_letter_is_a_page_and_the_same_letters_are_the_same_bytes() -> None:
    made = letters([LETTER, replace(LETTER, seats=1)], SENDER)
    assert pages(made) == 2
    assert made == letters([LETTER, replace(LETTER, seats=1)], SENDER)
    assert made != letters([LETTER, LETTER], SENDER)


def test_secrets_stand_on_paper_alone() -> None:
    assert LETTER.download_key not in repr(LETTER) and LETTER.first_password not in repr(LETTER)


def test_braces_of_others_are_not_filled_in() -> None:
    assert pages(letters([replace(LETTER, mail="{x}")], replace(SENDER, fund="{y}", contact="{download_key}"))) == 1


@pytest.mark.parametrize(
    ("text", "lines", "smaller"),
    [
        ("", [""], False),
        ("株" * 9, ["株" * 9], False),
        ("株" * 20, ["株" * 9, "株" * 9, "株" * 2], False),
        ("辻\U000e0100" * 10, ["辻\U000e0100" * 9, "辻\U000e0100"], False),
    ],
)
def test_what_is_too_long_for_a_line_goes_on_in_the_next(text: str, lines: list[str], smaller: bool) -> None:
    need_font()
    size, found = wrapped(signs_of(text), 10.0, 95.0)
    assert found == lines and (size < 10.0) is smaller


def test_what_needs_more_than_three_lines_is_printed_smaller() -> None:
    need_font()
    size, lines = wrapped(list("株" * 100), 10.0, 280.0)
    assert SMALLEST <= size < 10.0 and len(lines) == MOST_LINES and "".join(lines) == "株" * 100
    assert wrapped(list("株" * 1000), 10.0, 100.0)[0] == SMALLEST


@pytest.mark.lab
def test_a_reissued_letter_says_what_is_as_it_was(tmp_path: Path, program: Callable[[str], str]) -> None:
    text = text_of(program, tmp_path, letters([replace(LETTER, first_password="", reissue=True)], SENDER))
    assert "再発行いたしました" in text and text.count("変更はありません") == 1 and LETTER.download_key in text


@pytest.mark.lab
def test_a_password_that_the_office_has_filed_is_not_printed(tmp_path: Path, program: Callable[[str], str]) -> None:
    text = text_of(program, tmp_path, letters([replace(LETTER, first_password="", filed=True)], SENDER))
    assert "登録届にご記入いただいたもの" in text and "変更はありません" not in text


@pytest.mark.lab
def test_everything_on_it_can_be_selected(tmp_path: Path, program: Callable[[str], str]) -> None:
    text = text_of(program, tmp_path, letters([LETTER], SENDER))
    told = [
        LETTER.office_name + "御中",
        "基金太郎",
        "キキンタロウ",
        LETTER.mail,
        "2台",
        LETTER.contract_number,
        LETTER.user_id,
    ]
    told += [LETTER.download_key, LETTER.first_password, SENDER.fund, SENDER.contact, SENDER.download_url]
    told += ["令和8年11月22日", "令和8年11月20日", "202611"]
    assert [one for one in told if one not in text] == []


@pytest.mark.lab
@pytest.mark.parametrize(
    "name",
    [
        "𠮷野家𠮟",
        "辻\U000e0100",
        "\U0003106c商事",
        "連" * 100,
        "{download_key}",
        "</w:t>\\(%",
        "合同会社" + "w" * 96,
    ],
)
def test_a_name_is_printed_as_it_is_and_breaks_nothing(
    name: str, tmp_path: Path, program: Callable[[str], str]
) -> None:
    made = letters([replace(LETTER, office_name=name)], SENDER)
    assert pages(made) == 1
    assert name.replace("\U0003106c", SUBSTITUTE) + "御中" in text_of(program, tmp_path, made)

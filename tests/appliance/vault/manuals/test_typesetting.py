# SPDX-License-Identifier: Apache-2.0
"""A manual is one PDF: all of its words as text, chapters in the outline, pages that are counted."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest

from appliance.config.settings import Fund, Settings
from appliance.vault.manuals.books import NAMES, Mark, books, parsed
from appliance.vault.manuals.facts import facts_of
from appliance.vault.manuals.typesetting import typeset
from tests.paper import words

FACTS = facts_of(Settings())
HEAD = "title: 手順書\nabout: {fund} の手順\ndated: 2026-06-09\n\n"
SHORT = parsed(
    "x",
    HEAD + "# 一つ目\n1. 手順\n# 二つ目\n## 節\n| 名 | 値 |\n| a | {contact} |\n"
    "! 注意 <b>太字ではない</b> & 記号\n@onetime 図\n",
)


@lru_cache
def printed(name: str) -> bytes:
    """One of the four."""
    return typeset(books()[name], FACTS)


def pages(made: bytes) -> int:
    """How many pages a PDF has."""
    return len(re.findall(rb"/Type /Page\b(?!s)", made))


@pytest.mark.parametrize("name", NAMES)
def test_the_same_text_makes_the_same_bytes(name: str) -> None:
    made = printed(name)
    assert made == typeset(books()[name], FACTS)
    assert 40_000 < len(made) < 3_400_000
    assert b"/Lang (ja)" in made and b"/Outlines" in made


def test_chapters_begin_behind_the_cover_and_never_at_the_foot_of_a_page() -> None:
    assert pages(typeset(SHORT, FACTS)) == 2
    long = parsed("x", HEAD + "# 一つ目\n" + "行\n" * 28 + "# 二つ目\n行\n")
    assert pages(typeset(long, FACTS)) == 3


def test_other_facts_make_another_document() -> None:
    other = facts_of(replace(Settings(), fund=Fund(name="連携基金", contact="電話 1")))
    assert typeset(SHORT, other) != typeset(SHORT, FACTS)


def test_a_word_without_a_fact_is_an_error_and_never_an_empty_place() -> None:
    with pytest.raises(KeyError):
        typeset(parsed("x", "title: a\nabout: b\ndated: 2026-06-09\n\n{nothing}"), FACTS)


def test_a_fund_may_be_called_anything() -> None:
    odd = facts_of(replace(Settings(), fund=Fund(name="<b>&{fund}𠮷", contact="a" * 300)))
    assert pages(typeset(SHORT, odd)) >= 2


@pytest.mark.parametrize("name", NAMES)
def test_every_word_can_be_selected(name: str) -> None:
    book = books()[name]
    text = "".join(words(printed(name)).split())
    for block in book.blocks:
        if block.mark in (Mark.CHAPTER, Mark.SECTION, Mark.PICTURE):
            assert "".join(block.text.split()) in text, block.text
    assert "".join(FACTS["fund"].split()) in text and "令和8年11月22日" in text


@pytest.mark.lab
def test_pages_are_counted_to_the_last(tmp_path: Path, program: Callable[[str], str]) -> None:
    made = printed("install")
    (tmp_path / "a.pdf").write_bytes(made)
    done = subprocess.run(
        [program("pdftotext"), "-layout", str(tmp_path / "a.pdf"), "-"], check=True, capture_output=True
    )
    found = re.findall(r"(\d+) / (\d+)\s*$", done.stdout.decode(), re.MULTILINE)
    assert found == [(str(page), str(pages(made))) for page in range(2, pages(made) + 1)]

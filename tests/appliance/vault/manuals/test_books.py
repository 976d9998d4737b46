# SPDX-License-Identifier: Apache-2.0
"""The texts of the manuals are whole: what they mark is known, their words have facts, their pictures are there."""

import datetime as dt
import re
from importlib.resources import files
from itertools import takewhile

import pytest

from appliance.config.catalogue import default_catalogue
from appliance.config.settings import Settings
from appliance.model.filing_names import judge_name
from appliance.model.words import FilingState, Permission
from appliance.vault.manuals.books import NAMES, PLACE, Block, Mark, books, parsed
from appliance.vault.manuals.facts import facts_of
from appliance.web.static import FOLDER
from appliance.web.texts import Texts

HEAD = "title: 手順書\nabout: {fund} の手順\ndated: 2026-06-09\n\n"
PICTURES = files(PLACE) / "pictures"


def shown() -> set[str]:
    """The pictures that the texts name."""
    return {block.name for book in books().values() for block in book.blocks if block.mark is Mark.PICTURE}


def test_there_are_the_four_with_the_day_in_their_names() -> None:
    assert tuple(books()) == NAMES
    assert [book.title for book in books().values()] == [
        "インストーラーダウンロード手順書",
        "インストール手順書",
        "操作マニュアル",
        "複数事業所管理について",
    ]
    for book in books().values():
        assert re.fullmatch(r"電子連携サービス・.+\(20[0-9]{6}\)\.pdf", book.file_name)


def test_each_line_is_what_its_first_sign_says() -> None:
    text = (
        "# 章\n## 節\n1. 手順\n12. 手順\n- 点\n! 注意\n| 名 | 値 |\n| a |\n@picture 図の説明\n"
        "ただの文\n\n#章ではない\n-点でもない\n"
    )
    assert parsed("x", HEAD + text).blocks == (
        Block(Mark.CHAPTER, "章"),
        Block(Mark.SECTION, "節"),
        Block(Mark.STEP, "手順", number="1"),
        Block(Mark.STEP, "手順", number="12"),
        Block(Mark.POINT, "点"),
        Block(Mark.WARNING, "注意"),
        Block(Mark.ROW, cells=("名", "値")),
        Block(Mark.ROW, cells=("a",)),
        Block(Mark.PICTURE, "図の説明", name="picture"),
        Block(Mark.TEXT, "ただの文"),
        Block(Mark.TEXT, "#章ではない"),
        Block(Mark.TEXT, "-点でもない"),
    )
    assert parsed("x", HEAD + text).dated == dt.date(2026, 6, 9)


@pytest.mark.parametrize("head", ["title: a\n\n# b", "title: a\nabout: b\ndated: 2026-06-09", "# a\n\nb"])
def test_a_text_without_its_head_is_refused(head: str) -> None:
    with pytest.raises(ValueError, match="needs title, about and dated"):
        parsed("x", head)


@pytest.mark.parametrize("name", NAMES)
def test_every_word_in_braces_has_a_fact(name: str) -> None:
    book, facts = books()[name], facts_of(Settings())
    texts = [book.about, *(block.text for block in book.blocks)]
    texts += [cell for block in book.blocks for cell in block.cells]
    assert not [text for text in texts if set(re.findall(r"\{(.*?)\}", text)) - facts.keys()]
    assert all(facts.values())


@pytest.mark.parametrize("name", NAMES)
def test_rows_of_a_table_have_as_many_cells_as_its_head(name: str) -> None:
    before: Block | None = None
    for block in books()[name].blocks:
        if block.mark is Mark.ROW and before is not None and before.mark is Mark.ROW:
            assert len(block.cells) == len(before.cells), block.cells
        before = block


@pytest.mark.parametrize("name", NAMES)
def test_steps_count_from_one(name: str) -> None:
    number = 0
    for block in books()[name].blocks:
        if block.mark is Mark.STEP:
            assert int(block.number) in (1, number + 1), block.text
            number = int(block.number)
        elif block.mark in (Mark.CHAPTER, Mark.SECTION):
            number = 0


@pytest.mark.parametrize("name", NAMES)
def test_it_ends_with_whom_to_ask(name: str) -> None:
    assert [block.text for block in books()[name].blocks][-3:] == ["お問い合わせ", "{fund}", "{contact}"]


def test_every_picture_is_there_and_no_other() -> None:
    assert {place.name for place in PICTURES.iterdir()} == {f"{name}.webp" for name in shown()}


@pytest.mark.parametrize("name", sorted(shown()))
def test_a_picture_is_that_of_the_journeys(name: str) -> None:
    assert (PICTURES / f"{name}.webp").read_bytes() == (FOLDER / "screens" / f"{name}.webp").read_bytes()


def rows(name: str, heading: str) -> list[str]:
    """What stands in the first column below a heading."""
    blocks = iter(books()[name].blocks)
    next(block for block in blocks if block.cells[:1] == (heading,))
    return [block.cells[0] for block in takewhile(lambda block: block.mark is Mark.ROW, blocks)]


def test_states_and_permissions_are_called_as_on_the_pages() -> None:
    texts = Texts.load()
    states = {texts.word("filing_state", state) for state in FilingState}
    assert set(rows("operation", "状態")) <= states and "配信済" in rows("operation", "状態")
    assert rows("operation", "権限") == [texts.word("permission", one) for one in Permission]


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("install", "入れ替え・紛失"),
        ("install", "入れ替え・紛失・返却"),
        ("install", "別のパソコンに入れ替える"),
        ("install", "紛失・盗難を届け出る"),
        ("install", "実行する"),
        ("offices", "フォルダーの届書をまとめて送る"),
        ("offices", "外す"),
    ],
)
def test_what_is_to_be_pressed_is_on_the_pages(name: str, word: str) -> None:
    portal = FOLDER.parent / "templates" / "portal", FOLDER.parent / "portal", FOLDER
    pages = [page for place in portal for page in place.iterdir() if page.suffix in {".html", ".py", ".js"}]
    assert f"「{word}」" in text_of(name)
    assert any(word in page.read_text("utf-8") for page in pages)


def test_the_example_of_a_name_for_a_folder_is_a_right_one() -> None:
    (name,) = re.findall(r"例: (\S+\.pdf)", text_of("offices"))
    assert judge_name(name, default_catalogue()).problems == ()


def text_of(name: str) -> str:
    """All of a manual's text."""
    return "\n".join(block.text for block in books()[name].blocks)

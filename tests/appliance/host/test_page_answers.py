# SPDX-License-Identifier: Apache-2.0
"""Answers of plugins' actions and pages: what the contract does not say is noticed before it is shown."""

from typing import Any

import pytest

from appliance.contracts.action import ActionAnswer
from appliance.contracts.pages import (
    Choice,
    Facts,
    Field,
    Form,
    Heading,
    Link,
    Note,
    PageAnswer,
    Paragraph,
    Part,
    Quote,
    Shape,
    Table,
    Tone,
)
from appliance.host.page_answers import (
    MOST_CELLS,
    MOST_CHARACTERS,
    MOST_PARTS,
    is_own_path,
    wrong_action,
    wrong_page,
)

CHOICE = Field("kind", "種類", Shape.CHOICE, choices=(Choice("a", "あ"),))
GOOD: list[Part] = [
    Heading("見出し"),
    Paragraph("文"),
    Quote("書かれた\nもの"),
    Note(("した。", "次に。"), Tone.GOOD),
    Link("行く", "/x/lunch/a?b=c"),
    Facts((("名", "値"),)),
    Table("表", ("a", "b"), (("1", Link("2", "/x/lunch")),), ("ありません。",)),
    Table("空", (), ()),
    Form((Field("text", "文", Shape.AREA, most=2000), CHOICE, Field("id", "", Shape.HIDDEN, "1")), "送る"),
    Form((), "送る", "/x/lunch/say"),
]


def page(*parts: Any, **more: Any) -> PageAnswer:
    return PageAnswer(**{"title": "題", "parts": parts, **more})


def test_everything_that_the_contract_has_is_good() -> None:
    assert wrong_page(page(*GOOD)) == ""
    assert wrong_page(PageAnswer(go_to="/x/lunch")) == ""
    assert wrong_page(PageAnswer("題", ("文",), (("word", "ことば"),), "送る")) == ""
    assert wrong_page(0) == wrong_page(7) == ""


BAD: list[PageAnswer] = [
    PageAnswer(),
    page(go_to="/x/lunch"),
    page(title=5),
    page(title=None),
    page(paragraphs=("a", 1)),
    page(paragraphs="text"),
    page(fields=(("a",),)),
    page(fields=(("a", "b", "c"),)),
    PageAnswer("題", parts=[Heading("a")]),  # type: ignore[arg-type]
    page("text"),
    page(None),
    page(Heading(b"a")),  # type: ignore[arg-type]
    page(Note("abc")),  # type: ignore[arg-type]
    page(Note(("a",), "loud")),  # type: ignore[arg-type]
    page(Link("行く", "")),
    page(Link("行く", "https://evil.example.jp/")),
    page(Link("行く", "javascript:alert(1)")),
    page(Table("表", ("a",), (("1", "2"),))),
    page(Table("表", ("a",), ((1,),))),  # type: ignore[arg-type]
    page(Table("表", ("a",), ((Link("2", "//evil"),),))),
    page(Form((), "")),
    page(Form((), "送る", "//evil.example.jp")),
    page(Form((Field("form", "文"),), "送る")),
    page(Form((Field("command", "文"),), "送る")),
    page(Form((Field('a" onfocus="', "文"),), "送る")),
    page(Form((Field("a", "文"), Field("a", "文")), "送る")),
    page(Form((Field("a", "文", Shape.CHOICE),), "送る")),
    page(Form((Field("a", "文", choices=(Choice("a", "b"),)),), "送る")),
    page(Form((Field("a", "文", most=True),), "送る")),
    page(*[Heading("a")] * (MOST_PARTS + 1)),
    page(Table("表", ("a",), (("1",),) * (MOST_CELLS + 1))),
    page(Paragraph("あ" * MOST_CHARACTERS)),
]


@pytest.mark.parametrize("said", BAD, ids=lambda said: f"{said!r:.60}")
def test_nonsense_is_noticed(said: PageAnswer) -> None:
    assert wrong_page(said)


class Mine(Heading):
    """A part of another class, which could do anything when it is shown."""


def test_a_part_is_of_the_contract_itself() -> None:
    assert wrong_page(page(Mine("a")))


@pytest.mark.parametrize("path", ["/", "/x/lunch?a=b", "/x/あ"])
def test_paths_of_this_site(path: str) -> None:
    assert is_own_path(path)


@pytest.mark.parametrize("path", ["", "x", "//a", "/\\a", "/a\r\nb", "https://a/", "/a\0"])
def test_paths_of_others(path: str) -> None:
    assert not is_own_path(path)


def test_an_action_answers_texts() -> None:
    assert wrong_action(ActionAnswer()) == ""
    assert wrong_action(ActionAnswer({"a": "b"}, ({"c": "d"}, {}), "office", "typed")) == ""


NONSENSE: list[Any] = [{"a": 1}, {1: "a"}, None, "texts", {"a": None}]


@pytest.mark.parametrize("nonsense", NONSENSE, ids=repr)
def test_an_action_that_answers_something_else_is_noticed(nonsense: Any) -> None:
    assert wrong_action(ActionAnswer(nonsense))
    assert wrong_action(ActionAnswer({}, (nonsense,)))


def test_rows_and_words_of_another_type_are_noticed() -> None:
    assert wrong_action(ActionAnswer({}, [{}]))  # type: ignore[arg-type]
    assert wrong_action(ActionAnswer({}, typed=5))  # type: ignore[arg-type]
    assert wrong_action(ActionAnswer({}, office=None))  # type: ignore[arg-type]

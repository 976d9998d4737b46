# SPDX-License-Identifier: Apache-2.0
"""The texts of the four manuals (R59, R248), read from files in a few marks of their own.

A file begins with lines `name: value` (title, about, dated). Behind an empty line, each line is, by its first sign:
`#` a chapter, `##` a section, `1.` a step, `-` a point, `!` a warning, `|` a row of a table, `@name …` a picture;
all else is a paragraph. Words in braces are the fund's (facts.py).
"""

import datetime as dt
import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files

PLACE = "appliance.vault.manuals"
# In the order in which offices need them.
NAMES = ("download", "install", "operation", "offices")
SERVICE = "電子連携サービス"
_STEP = re.compile(r"[0-9]{1,2}\. ")


class Mark(StrEnum):
    """What a line is."""

    CHAPTER = "chapter"
    SECTION = "section"
    STEP = "step"
    POINT = "point"
    WARNING = "warning"
    ROW = "row"
    PICTURE = "picture"
    TEXT = "text"


# The longer ones first.
_SIGNS = (
    ("## ", Mark.SECTION),
    ("# ", Mark.CHAPTER),
    ("- ", Mark.POINT),
    ("! ", Mark.WARNING),
    ("| ", Mark.ROW),
    ("@", Mark.PICTURE),
)


@dataclass(frozen=True, slots=True)
class Block:
    """One line. cells are those of a row, name that of a picture, number that of a step."""

    mark: Mark
    text: str = ""
    cells: tuple[str, ...] = ()
    name: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """One manual. dated is the day of its text, which stands in the file's name (R59)."""

    name: str
    title: str
    about: str
    dated: dt.date
    blocks: tuple[Block, ...]

    @property
    def file_name(self) -> str:
        """As offices save it."""
        return f"{SERVICE}・{self.title}({self.dated:%Y%m%d}).pdf"


@functools.cache
def books() -> Mapping[str, Book]:
    """All of them, by name."""
    folder = files(PLACE) / "texts"
    return {name: parsed(name, (folder / f"{name}.txt").read_text("utf-8")) for name in NAMES}


def parsed(name: str, text: str) -> Book:
    """A book of its text. Raises ValueError where the head is not complete."""
    head, found, body = text.partition("\n\n")
    facts = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    if not found or {"title", "about", "dated"} - facts.keys():
        raise ValueError(f"the manual {name} needs title, about and dated")
    blocks = tuple(_blocks(body))
    return Book(name, facts["title"], facts["about"], dt.date.fromisoformat(facts["dated"]), blocks)


def _blocks(body: str) -> Iterator[Block]:
    for line in filter(None, map(str.strip, body.splitlines())):
        yield _block(line)


def _block(line: str) -> Block:
    if found := _STEP.match(line):
        return Block(Mark.STEP, line[found.end() :], number=found.group()[:-2])
    for sign, mark in _SIGNS:
        if line.startswith(sign):
            return _of(mark, line[len(sign) :])
    return Block(Mark.TEXT, line)


def _of(mark: Mark, rest: str) -> Block:
    if mark is Mark.ROW:
        return Block(mark, cells=tuple(cell.strip() for cell in rest.strip("| ").split(" | ")))
    if mark is Mark.PICTURE:
        name, _, caption = rest.partition(" ")
        return Block(mark, caption, name=name)
    return Block(mark, rest)

# SPDX-License-Identifier: Apache-2.0
"""Pictures of numbers, as shapes that a template writes down as SVG: bars of days, bars of names."""

from collections.abc import Sequence
from typing import NamedTuple

# In units of the picture: a column for each day, the bars in it, where they stand, room for words at the left.
COLUMN, BAR, FLOOR, LEFT, RIGHT = 10, 7, 92, 32, 8
HIGHEST = FLOOR - 8
HEIGHT = 110
# Every how many columns there is a word below.
EVERY = 7
FULL = 100


class Column(NamedTuple):
    """A day: x is where it begins, the bar stands from top down to FLOOR; rest: shaded as a day of rest."""

    x: int
    bar: int
    top: float
    height: float
    rest: bool
    label: str
    amount: int


class Word(NamedTuple):
    """Something written below a column, centred at x."""

    x: float
    text: str


class Columns(NamedTuple):
    """The picture of some days. most is the greatest number, total their sum; the rest are places in it."""

    columns: tuple[Column, ...]
    words: tuple[Word, ...]
    most: int
    total: int
    width: int
    height: int = HEIGHT
    left: int = LEFT
    ceiling: int = FLOOR - HIGHEST
    floor: int = FLOOR


class Bar(NamedTuple):
    """A name with a number; length is out of FULL. path is where there is more about it, "" for nowhere."""

    name: str
    amount: int
    length: float
    path: str


def columns(days: Sequence[tuple[str, int, bool]]) -> Columns:
    """Of each day: what it is called in short, how many, whether it is a day of rest."""
    most = max((count for _, count, _ in days), default=0)
    made = tuple(_column(number, day, most) for number, day in enumerate(days))
    last = len(days) - 1
    words = tuple(
        Word(LEFT + number * COLUMN + COLUMN / 2, short)
        for number, (short, _, _) in enumerate(days)
        if (last - number) % EVERY == 0
    )
    return Columns(made, words, most, sum(one.amount for one in made), LEFT + len(days) * COLUMN + RIGHT)


def _column(number: int, day: tuple[str, int, bool], most: int) -> Column:
    label, count, rest = day
    height = _height(count, most)
    x = LEFT + number * COLUMN
    return Column(x, x + (COLUMN - BAR) // 2, FLOOR - height, height, rest, label, count)


def _height(count: int, most: int) -> float:
    """Whatever there is of is seen, be it ever so little beside the rest."""
    return max(1.5, round(HIGHEST * count / most, 1)) if count else 0


def bars(named: Sequence[tuple[str, int, str]]) -> tuple[Bar, ...]:
    """Of each: its name, its number, where it leads."""
    most = max((count for _, count, _ in named), default=0)
    return tuple(
        Bar(name, count, max(1, round(FULL * count / most, 1)) if count else 0, path) for name, count, path in named
    )

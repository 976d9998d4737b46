# SPDX-License-Identifier: Apache-2.0
"""A sheet as it was read from a workbook or a CSV: cells by their names, with what kind of thing stands in each."""

from dataclasses import dataclass
from enum import StrEnum


class CellKind(StrEnum):
    """What stands in a cell. A CSV has only text."""

    TEXT = "text"
    NUMBER = "number"  # in the shortest form: 123, 2.5
    DATE = "date"  # as YYYY-MM-DD
    FORMULA = "formula"  # with what it says, not what comes of it
    ERROR = "error"  # such as #N/A
    MERGED = "merged"  # swallowed by another cell, or one that swallows others


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; text is "" where nothing stands."""

    text: str = ""
    kind: CellKind = CellKind.TEXT

    def __bool__(self) -> bool:
        """Whether something other than blanks stands in it."""
        return bool(self.text.strip()) or self.kind is CellKind.MERGED


NOTHING = Cell()


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of the first sheet, row by row. Short rows are filled up with nothing."""

    rows: tuple[tuple[Cell, ...], ...]

    def cell(self, row: int, column: int) -> Cell:
        """That of row and column, which both begin at 1, as people count them."""
        cells = self.rows[row - 1] if row <= len(self.rows) else ()
        return cells[column - 1] if column <= len(cells) else NOTHING

    def filled(self, row: int) -> int:
        """In how many cells of a row something stands."""
        return sum(map(bool, self.rows[row - 1])) if row <= len(self.rows) else 0


def cell_name(row: int, column: int) -> str:
    """Such as `B2`; column from 1 to 26."""
    return f"{chr(ord('A') + column - 1)}{row}"

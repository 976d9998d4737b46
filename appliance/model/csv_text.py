# SPDX-License-Identifier: Apache-2.0
"""CSV as Japanese offices and their core systems read it: every cell quoted, CRLF, UTF-8 with BOM or cp932."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

UTF_8 = "utf-8"
CP932 = "cp932"
ENCODINGS = (UTF_8, CP932)

# What stands for a sign that the encoding does not have: it shows that something is missing, as `?` would not.
SUBSTITUTE = "〓"
# What asks for one shape of the kanji before it: without it the kanji is still that kanji, and no sign is missing.
_SELECTOR = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
BOM = b"\xef\xbb\xbf"

# A spreadsheet takes a cell that begins like this for a formula; a Japanese one, wide signs as well.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Replaced:
    """A sign that could not be written. row and column count from 1, the header being row 1, as people see them.

    〓 stands for it, but nothing for a selector (IVS).
    """

    row: int
    column: int
    sign: str


class CsvText:
    """One table, made row by row: nothing but the signs that were replaced is kept."""

    def __init__(self, encoding: str = UTF_8, *, for_people: bool = False) -> None:
        """encoding is one of ENCODINGS; raises ValueError for any other.

        for_people puts `'` before cells that a spreadsheet would take for a formula. What a machine reads is exact.
        """
        if encoding not in ENCODINGS:
            raise ValueError(f"CSV is written in one of {', '.join(ENCODINGS)}, not in {encoding!r}")
        self.replaced: list[Replaced] = []
        self._encoding = encoding
        self._for_people = for_people
        self._rows = 0

    def row(self, cells: Sequence[str]) -> bytes:
        """The next row, the header first; in UTF-8 the BOM comes with it."""
        self._rows += 1
        line = b",".join(self._cell(number, cell) for number, cell in enumerate(cells, 1)) + b"\r\n"
        return BOM + line if self._rows == 1 and self._encoding == UTF_8 else line

    def _cell(self, column: int, cell: str) -> bytes:
        if self._for_people and cell.startswith(_FORMULA):
            cell = "'" + cell
        quoted = '"' + cell.replace('"', '""') + '"'
        encoded = _exact(quoted, self._encoding)
        return self._with_substitutes(column, quoted) if encoded is None else encoded

    def _with_substitutes(self, column: int, text: str) -> bytes:
        written = []
        for sign in text:
            encoded = _exact(sign, self._encoding)
            if encoded is None:
                self.replaced.append(Replaced(self._rows, column, sign))
                encoded = b"" if _SELECTOR.match(sign) else SUBSTITUTE.encode(self._encoding)
            written.append(encoded)
        return b"".join(written)


def _exact(text: str, encoding: str) -> bytes | None:
    """text in the encoding, None unless it comes back as it was: cp932 takes 〜 and gives back ～."""
    try:
        encoded = text.encode(encoding)
    except UnicodeEncodeError:
        return None
    return encoded if encoding == UTF_8 or encoded.decode(encoding) == text else None

# SPDX-License-Identifier: Apache-2.0
"""The letter 「管理者情報登録完了のお知らせ」 as PDF, a page each (R187, R188, A3, practice §3.6)."""

import datetime as dt
import functools
import io
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.resources import files
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from appliance.model.typed_days import in_era
from appliance.vault.paper.lettering import FONT, need_font, signs_of

WIDTH, HEIGHT = A4
LEFT, RIGHT, TOP = 25 * mm, WIDTH - 25 * mm, HEIGHT - 22 * mm
PLAIN, TITLE, KEY, SMALL = 10.5, 14.0, 13.0, 9.0
LINE = 6.2 * mm
VALUE = 75 * mm
# Where a sheet is folded for an envelope of the size 長形3号.
FOLDS = (HEIGHT - 99 * mm, HEIGHT - 198 * mm)
# What the window of such an envelope shows of a line.
WINDOW = 95 * mm
ADDRESSEE, SMALLEST, MOST_LINES = 12.0, 7.0, 3
GROUP = 4


@dataclass(frozen=True, slots=True)
class Letter:
    """What one office is told. Key and password stand on paper alone; "" for one that a reissue leaves as it is.

    filed: the office has filed its password itself, and knows it.
    """

    office_name: str
    admin_name: str
    mail: str
    seats: int
    entered_on: dt.date
    contract_number: str
    user_id: str
    download_key: str = field(repr=False)
    first_password: str = field(repr=False)
    admin_kana: str = ""
    reissue: bool = False
    filed: bool = False


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes, and where the office goes."""

    fund: str
    contact: str
    download_url: str
    issued_on: dt.date


def letters(written: Iterable[Letter], sender: Sender) -> bytes:
    """One PDF with a page for each letter. The same letters make the same bytes."""
    made = io.BytesIO()
    need_font()
    canvas = Canvas(made, pagesize=A4, invariant=1, lang="ja")
    canvas.setTitle(words()["title"])
    canvas.setAuthor(sender.fund)
    for letter in written:
        _Page(canvas, letter, sender).draw()
        canvas.showPage()
    canvas.save()
    return made.getvalue()


@functools.cache
def words() -> Mapping[str, Any]:
    """The texts."""
    text = files("appliance.vault.paper").joinpath("letter.toml").read_text("utf-8")
    return tomllib.loads(text)


class _Page:
    """One letter, written from the top downwards."""

    def __init__(self, canvas: Canvas, letter: Letter, sender: Sender) -> None:
        self._canvas = canvas
        self._sender = sender
        self._letter = letter
        self._values = _values(letter, sender)
        self._y = TOP

    def draw(self) -> None:
        """Write it."""
        self._marks()
        self._head()
        for section in words()["section"]:
            self._section(section)
        self._small(words()["footnote"])
        self._steps()

    def _marks(self) -> None:
        self._canvas.setLineWidth(0.3)
        for y in FOLDS:
            self._canvas.line(4 * mm, y, 9 * mm, y)

    def _head(self) -> None:
        text = words()
        self._right(text["issued"])
        self._addressee()
        self._right(text["sender"])
        self._down(0.6)
        self._middle(text["title"], TITLE)
        self._down(0.4)
        self._left(text["opening"])
        for line in text["reissued" if self._letter.reissue else "body"]:
            self._left(line)
        self._right(text["closing"])
        self._middle(text["note"], PLAIN)

    def _addressee(self) -> None:
        """Within the window of an envelope; 御中 is never apart from what stands before it."""
        *others, last = signs_of(self._values["office_name"]) or [""]
        size, lines = wrapped([*others, f"{last} {words()['addressee']}"], ADDRESSEE, WINDOW)
        for line in lines:
            self._write(LEFT, line, size)
            self._down()

    def _section(self, section: Mapping[str, Any]) -> None:
        self._down(0.3)
        self._left(f"■ {section['title']}")
        for name, value in section["rows"]:
            self._write(LEFT + 6 * mm, name, PLAIN)
            self._row(self._filled(value), name in section.get("large", ()), name in section.get("grouped", ()))
            self._canvas.setDash(1, 2)
            self._canvas.line(LEFT + 4 * mm, self._y - 2 * mm, RIGHT, self._y - 2 * mm)
            self._canvas.setDash()
            self._down(1.1)

    def _row(self, value: str, large: bool, grouped: bool) -> None:
        if grouped and value:
            self._groups(value)
        elif grouped:
            self._write(VALUE, words()["filed" if self._letter.filed else "unchanged"], SMALL)
        else:
            self._value(value, KEY if large else PLAIN)

    def _groups(self, value: str) -> None:
        """In groups of four, as people copy it sign by sign."""
        x = VALUE
        for at in range(0, len(value), GROUP):
            part = value[at : at + GROUP]
            self._write(x, part, KEY)
            x += pdfmetrics.stringWidth(part, FONT, KEY) + 2 * mm

    def _value(self, value: str, size: float) -> None:
        size, lines = wrapped(signs_of(value), size, RIGHT - VALUE)
        for number, line in enumerate(lines):
            if number:
                self._down(0.8)
            self._write(VALUE, line, size)

    def _steps(self) -> None:
        steps = words()["steps"]
        self._down(0.3)
        self._left(f"■ {steps['title']}")
        for line in steps["rows"]:
            self._small(self._filled(line))
        self._right(words()["end"])
        if self._sender.contact:
            self._small(self._filled(steps["contact"]))

    def _left(self, text: str, size: float = PLAIN) -> None:
        filled = self._filled(text)
        self._write(LEFT, filled, _fitting(filled, size, RIGHT - LEFT))
        self._down()

    def _small(self, text: str) -> None:
        self._write(LEFT + 4 * mm, text, _fitting(text, SMALL, RIGHT - LEFT - 4 * mm))
        self._down(0.85)

    def _right(self, text: str) -> None:
        filled = self._filled(text)
        self._write(RIGHT - pdfmetrics.stringWidth(filled, FONT, PLAIN), filled, PLAIN)
        self._down()

    def _middle(self, text: str, size: float) -> None:
        self._write((WIDTH - pdfmetrics.stringWidth(text, FONT, size)) / 2, text, size)
        self._down(1.2)

    def _write(self, x: float, text: str, size: float) -> None:
        self._canvas.setFont(FONT, size)
        self._canvas.drawString(x, self._y, text)

    def _down(self, lines: float = 1.0) -> None:
        self._y -= lines * LINE

    def _filled(self, text: str) -> str:
        return text.format(**self._values)


def wrapped(signs: Sequence[str], size: float, room: float) -> tuple[float, list[str]]:
    """The signs in lines that have room, of this size; of a smaller one where more than MOST_LINES were needed."""
    whole = "".join(signs)
    if pdfmetrics.stringWidth(whole, FONT, size) <= room:
        return size, [whole]
    while True:
        lines = [""]
        for sign in signs:
            if lines[-1] and pdfmetrics.stringWidth(lines[-1] + sign, FONT, size) > room:
                lines.append("")
            lines[-1] += sign
        if len(lines) <= MOST_LINES or size <= SMALLEST:
            return size, lines
        size -= 0.5


def _fitting(text: str, size: float, room: float) -> float:
    """The size, or a smaller one with which the text has room."""
    width = pdfmetrics.stringWidth(text, FONT, size)
    return size * min(1.0, room / width) if width else size


def _values(letter: Letter, sender: Sender) -> dict[str, str]:
    """Every word in braces. Nothing of them is filled in a second time."""
    month = sender.issued_on
    return {
        **{name: str(value) for name, value in {**asdict(sender), **asdict(letter)}.items()},
        # A wide blank looks like the end of a column to whoever selects the text.
        "admin_kana": letter.admin_kana.replace("\u3000", " "),
        "issued_on": in_era(sender.issued_on),
        "entered_on": in_era(letter.entered_on),
        "example_month": f"{month.year}年{month.month}月",
        "example_prefix": f"{month:%Y%m}",
    }

# SPDX-License-Identifier: Apache-2.0
"""How a manual looks: sizes, colours and distances."""

from typing import Any

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus.tableofcontents import TableOfContents

from appliance.vault.manuals.books import Mark
from appliance.vault.paper.lettering import FONT

INK, QUIET, BLUE = HexColor("#1c2430"), HexColor("#5a6472"), HexColor("#0b4f8a")
LINE, WARN = HexColor("#c3cad3"), HexColor("#fff6df")


def _style(name: str, size: float, leading: float, *, color: Color = INK, **more: Any) -> ParagraphStyle:
    more = {"fontName": FONT, "bulletFontName": FONT, "bulletFontSize": size, "wordWrap": "CJK", **more}
    return ParagraphStyle(name, fontSize=size, leading=leading, textColor=color, **more)


def _listed(name: str) -> ParagraphStyle:
    return _style(name, 10.5, 17.5, spaceAfter=1.5 * mm, leftIndent=9 * mm, bulletIndent=3 * mm)


STYLES = {
    Mark.CHAPTER: _style("chapter", 17, 24, color=BLUE, spaceAfter=4 * mm, keepWithNext=1),
    Mark.SECTION: _style("section", 12.5, 18, color=BLUE, spaceBefore=4 * mm, spaceAfter=2 * mm, keepWithNext=1),
    Mark.TEXT: _style("text", 10.5, 17.5, spaceAfter=2 * mm),
    Mark.STEP: _listed("step"),
    Mark.POINT: _listed("point"),
    Mark.WARNING: _style("warning", 10.5, 17),
    Mark.ROW: _style("row", 9.5, 14.5),
    Mark.PICTURE: _style("picture", 9, 13, color=QUIET, alignment=1, spaceBefore=1.5 * mm, spaceAfter=4 * mm),
}
TITLE = _style("title", 25, 36, color=BLUE, spaceAfter=6 * mm)
CONTENTS = _style("contents", 12.5, 18, color=BLUE, spaceAfter=2 * mm)
COVER = _style("cover", 11, 18, spaceAfter=4 * mm)
SMALL = _style("small", 9, 14, color=QUIET)


def contents(table: TableOfContents) -> TableOfContents:
    """The table with its own look: a line of dots to the number of the page."""
    table.levelStyles = [_style("entry", 10.5, 17.5)]
    table.dotsMinLevel = 0
    return table

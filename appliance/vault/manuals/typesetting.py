# SPDX-License-Identifier: Apache-2.0
"""A manual as PDF: a cover, contents with page numbers, chapters, an outline; all of it selectable text."""

import functools
import io
from collections.abc import Iterator, Mapping
from importlib.resources import files
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

import PIL.Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Image, KeepTogether, PageBreak, Paragraph, Spacer, Table, TableStyle
from reportlab.platypus.doctemplate import BaseDocTemplate, NextPageTemplate, PageTemplate
from reportlab.platypus.flowables import Flowable
from reportlab.platypus.frames import Frame
from reportlab.platypus.tableofcontents import TableOfContents

from appliance.model.typed_days import in_era
from appliance.vault.manuals.books import PLACE, SERVICE, Block, Book, Mark
from appliance.vault.manuals.styles import CONTENTS, COVER, LINE, QUIET, SMALL, STYLES, TITLE, WARN, contents
from appliance.vault.paper.lettering import FONT, need_font

WIDTH, HEIGHT = A4
SIDE, HEAD, FOOT = 22 * mm, 24 * mm, 22 * mm
ROOM = WIDTH - 2 * SIDE
PICTURE, QUALITY = 116 * mm, 75
# A chapter begins another page where less than this is left.
CHAPTER = 80 * mm
NOTE = "画面の図は、架空の基金と事業所のものです。お使いの画面とは、少し異なることがあります。"


def typeset(book: Book, facts: Mapping[str, str]) -> bytes:
    """The PDF. The same book with the same facts makes the same bytes.

    Raises KeyError for a word in braces without a fact.
    """
    need_font()
    made = io.BytesIO()
    _Paper(made, book, facts["fund"]).multiBuild(list(_story(book, facts)))
    return made.getvalue()


class _Paper(BaseDocTemplate):
    """The pages: what stands at the foot of each, and which headings the contents and the outline list."""

    def __init__(self, made: io.BytesIO, book: Book, fund: str) -> None:
        """Nothing is written yet."""
        title = f"{SERVICE}・{book.title}"
        super().__init__(made, pagesize=A4, title=title, author=fund, lang="ja", invariant=1)
        self._foot = f"{title}　{fund}"
        self._page, self._last, self._headings = 0, 0, 0
        frame = Frame(SIDE, FOOT, ROOM, HEIGHT - HEAD - FOOT, 0, 0, 0, 0)
        self.addPageTemplates([PageTemplate("cover", frame), PageTemplate("page", frame, onPage=self._numbered)])

    def beforeDocument(self) -> None:
        """All pages are made more than once: what the last one was is known from the time before."""
        self._last, self._headings = self._page, 0

    def afterPage(self) -> None:
        """The last one that there is so far."""
        self._page = self.page

    def afterFlowable(self, flowable: Flowable) -> None:
        """A heading goes into the outline, and a chapter into the contents."""
        level = {STYLES[Mark.CHAPTER].name: 0, STYLES[Mark.SECTION].name: 1}.get(_style_of(flowable))
        if level is None:
            return
        self._headings += 1
        key, text = f"place-{self._headings}", _plain(flowable)
        self.canv.bookmarkPage(key)
        self.canv.addOutlineEntry(text, key, level, closed=False)
        if level == 0:
            self.notify("TOCEntry", (level, escape(text), self.page, key))

    def _numbered(self, canvas: Any, document: Any) -> None:
        canvas.saveState()
        canvas.setFont(FONT, 8)
        canvas.setFillColor(QUIET)
        canvas.setStrokeColor(LINE)
        canvas.line(SIDE, 16 * mm, WIDTH - SIDE, 16 * mm)
        canvas.drawString(SIDE, 11 * mm, self._foot)
        canvas.drawRightString(WIDTH - SIDE, 11 * mm, f"{document.page} / {self._last}")
        canvas.restoreState()


def _plain(flowable: Flowable) -> str:
    assert isinstance(flowable, Paragraph)
    return str(flowable.getPlainText())


def _style_of(flowable: Flowable) -> str:
    return flowable.style.name if isinstance(flowable, Paragraph) else ""


def _story(book: Book, facts: Mapping[str, str]) -> Iterator[Flowable]:
    yield from _cover(book, facts)
    chapter = 0
    for mark, group in groupby(book.blocks, key=lambda block: block.mark):
        blocks = list(group)
        if mark is Mark.ROW:
            yield _table(blocks, facts)
        elif mark is Mark.CHAPTER:
            for block in blocks:
                chapter += 1
                yield PageBreak() if chapter == 1 else CondPageBreak(CHAPTER)
                yield Spacer(1, 5 * mm)
                yield _text(mark, f"{chapter}　{block.text}", facts)
        else:
            yield from (_flowable(block, facts) for block in blocks)


def _cover(book: Book, facts: Mapping[str, str]) -> Iterator[Flowable]:
    """Title, day, whose it is, what it is about, and the contents."""
    yield NextPageTemplate("page")
    yield Spacer(1, 26 * mm)
    yield Paragraph(SERVICE, SMALL)
    yield Paragraph(_safe(book.title), TITLE)
    yield Paragraph(_safe(book.about.format_map(facts)), COVER)
    yield Paragraph(f"発行　{in_era(book.dated)}（{book.dated:%Y年%-m月%-d日}）", COVER)
    yield Paragraph(_safe(f"{facts['fund']}<br/>{facts['contact']}"), COVER)
    yield Spacer(1, 8 * mm)
    yield Paragraph("目次", CONTENTS)
    yield contents(TableOfContents())
    yield Spacer(1, 8 * mm)
    yield Paragraph(NOTE, SMALL)


def _flowable(block: Block, facts: Mapping[str, str]) -> Flowable:
    if block.mark is Mark.PICTURE:
        return _picture(block, facts)
    if block.mark is Mark.WARNING:
        return _warning(block, facts)
    return _text(block.mark, block.text, facts, block.number or ("・" if block.mark is Mark.POINT else ""))


def _text(mark: Mark, text: str, facts: Mapping[str, str], bullet: str = "") -> Paragraph:
    return Paragraph(_safe(text.format_map(facts)), STYLES[mark], bulletText=bullet or None)


def _warning(block: Block, facts: Mapping[str, str]) -> Flowable:
    box = Table([[_text(block.mark, block.text, facts)]], colWidths=[ROOM], spaceBefore=2 * mm, spaceAfter=4 * mm)
    box.setStyle(TableStyle([("BACKGROUND", (0, 0), (-1, -1), WARN), ("BOX", (0, 0), (-1, -1), 0.5, LINE)]))
    return box


def _table(rows: list[Block], facts: Mapping[str, str]) -> Flowable:
    """The first row is its head."""
    cells = [[_text(Mark.ROW, cell, facts) for cell in row.cells] for row in rows]
    first = 54 * mm
    others = (ROOM - first) / max(1, len(rows[0].cells) - 1)
    table = Table(
        cells,
        colWidths=[first, *[others] * (len(rows[0].cells) - 1)],
        repeatRows=1,
        spaceBefore=1 * mm,
        spaceAfter=4 * mm,
    )
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.5, LINE),
                ("BACKGROUND", (0, 0), (-1, 0), WARN),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ]
        )
    )
    return table


def _picture(block: Block, facts: Mapping[str, str]) -> Flowable:
    image = Image(_photograph(block.name), lazy=0)
    image.drawWidth, image.drawHeight = PICTURE, PICTURE * image.imageHeight / image.imageWidth
    framed = Table([[image]], colWidths=[PICTURE])
    framed.setStyle(TableStyle([("BOX", (0, 0), (-1, -1), 0.5, LINE), *_tight()]))
    return KeepTogether([framed, _text(Mark.PICTURE, block.text, facts)])


@functools.lru_cache(maxsize=64)
def _jpeg(name: str) -> bytes:
    """A PDF holds JPEG as it is; of a picture in another form it would hold every point."""
    made = io.BytesIO()
    with PIL.Image.open(io.BytesIO((files(PLACE) / "pictures" / f"{name}.webp").read_bytes())) as picture:
        picture.convert("RGB").save(made, "JPEG", quality=QUALITY)
    return made.getvalue()


def _photograph(name: str) -> io.BytesIO:
    return io.BytesIO(_jpeg(name))


def _tight() -> list[tuple[Any, ...]]:
    sides = ("LEFTPADDING", "RIGHTPADDING", "TOPPADDING", "BOTTOMPADDING")
    return [(side, (0, 0), (-1, -1), 0) for side in sides]


def _safe(text: str) -> str:
    """As text, whatever stands in it; a line ends at <br/>."""
    return escape(text).replace("&lt;br/&gt;", "<br/>")

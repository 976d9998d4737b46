# SPDX-License-Identifier: Apache-2.0
"""Makes RareSigns-Regular.ttf, the second face of everything on paper: signs of names that BIZ UDGothic lacks.

It is a part of Noto Sans CJK JP, in quadratic curves, as the maker of PDFs wants them: kanji that Japan has put
into Unicode or that stand in Adobe-Japan1, Latin letters of other countries' names, and shapes of kanji (IVS). The
sources come from Debian: fonts-noto-cjk and unicode-data. The same sources make the same bytes.
"""

import bz2
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parents[1] / "appliance/vault/paper/fonts"
MADE = FONTS / "RareSigns-Regular.ttf"
OWN = FONTS / "BIZUDGothic-Regular.ttf"
SOURCE = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
UNIHAN = Path("/usr/share/unicode/Unihan_IRGSources.txt.bz2")
LATIN = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
KANJI = (range(0x3400, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x32000))
# The height of a sign, as in the source, and how far a curve may be from that of the source.
EM, ERROR = 1000, 2
# Seconds since 1904, when the source was published; no clock is read.
MADE_AT = 3_713_990_400
SAYS = {
    "copyright": "Copyright 2014-2021 Adobe. A part of Noto Sans CJK JP, curves converted.",
    "familyName": "Renkei Rare Signs",
    "styleName": "Regular",
    "uniqueFontIdentifier": "RenkeiRareSigns-Regular of Noto Sans CJK JP 2.004",
    "fullName": "Renkei Rare Signs",
    "version": "Version 2.004",
    "psName": "RenkeiRareSigns-Regular",
    "licenseDescription": "This Font Software is licensed under the SIL Open Font License, Version 1.1.",
}

# The glyph of a sign, or of a sign and what selects a variant of it; None is that of the sign alone.
Signs = dict[int, str]
Variants = dict[tuple[int, int], str | None]


def main() -> int:
    """rare_signs.py: write the font, and say what is in it."""
    source = TTFont(SOURCE, fontNumber=0)
    signs, variants = chosen(source, TTFont(OWN), japanese(UNIHAN))
    made(source, signs, variants).save(MADE)
    size = f"{MADE.stat().st_size / 1e3:.0f} kB"
    sys.stdout.write(f"{len(signs)} signs, {len(variants)} variants of signs, {size}\n")
    return 0


def japanese(unihan: Path) -> set[int]:
    """What Japan has put into Unicode."""
    with bz2.open(unihan, "rt", encoding="utf-8") as lines:
        found = (line.split("\t") for line in lines if "\tkIRG_JSource\t" in line)
        return {int(code.removeprefix("U+"), 16) for code, _, _ in found}


def chosen(source: TTFont, own: TTFont, wanted: set[int]) -> tuple[Signs, Variants]:
    """What the source has, our own face lacks, and names need."""
    has, lacks = source.getBestCmap(), own.getBestCmap()
    variants, known = variants_of(source), variants_of(own)
    # Signs with variants are those of Adobe-Japan1.
    wanted = wanted | {sign for sign, _ in variants} | {*LATIN}
    signs = {sign: has[sign] for sign in sorted(wanted & has.keys() - lacks.keys())}
    more = {pair: variants[pair] for pair in sorted(variants.keys() - known.keys()) if _is_kanji(pair[0])}
    # That a variant is the plain sign can be said only by the face that has the sign.
    return signs, {pair: glyph for pair, glyph in more.items() if glyph or pair[0] in signs}


def variants_of(font: TTFont) -> Variants:
    """What a font has for a sign and a selector behind it."""
    tables = (table for table in font["cmap"].tables if table.format == 14)
    return {
        (sign, selector): glyph
        for table in tables
        for selector, pairs in table.uvsDict.items()
        for sign, glyph in pairs
    }


def _is_kanji(sign: int) -> bool:
    return any(sign in block for block in KANJI)


def made(source: TTFont, signs: Signs, variants: Variants) -> TTFont:
    """A font with these glyphs of the source, at the same places as in our own face."""
    names = [".notdef", *dict.fromkeys([*signs.values(), *filter(None, variants.values())])]
    font = FontBuilder(EM, isTTF=True)
    font.setupGlyphOrder(names)
    font.setupCharacterMap(signs, [(*pair, glyph) for pair, glyph in variants.items()])
    font.setupGlyf(dict(zip(names, _drawn(source, names), strict=True)))
    edges = {name: font.font["glyf"][name].xMin for name in names}
    font.setupHorizontalMetrics({name: (source["hmtx"][name][0], edges[name]) for name in names})
    up, down = EM * 88 // 100, -(EM * 12 // 100)
    font.setupHorizontalHeader(ascent=up, descent=down)
    font.setupNameTable(SAYS, mac=False)
    font.setupOS2(sTypoAscender=up, sTypoDescender=down, usWinAscent=up, usWinDescent=-down, fsType=0)
    font.setupPost(keepGlyphNames=False)
    font.setupMaxp()
    font.updateHead(created=MADE_AT, modified=MADE_AT)
    font.font.recalcTimestamp = False
    return font.font


def _drawn(source: TTFont, names: Iterable[str]) -> Iterator[Any]:
    glyphs = source.getGlyphSet()
    for name in names:
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, ERROR, reverse_direction=True))
        glyph = pen.glyph(dropImpliedOnCurves=True)
        glyph.recalcBounds(None)
        yield glyph


if __name__ == "__main__":
    sys.exit(main())

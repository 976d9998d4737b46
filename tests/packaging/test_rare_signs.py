# SPDX-License-Identifier: Apache-2.0
"""The font of rare signs has what names need and our own face lacks, and the same sources make the same bytes."""

import bz2
import io
from pathlib import Path

import rare_signs
from fontTools.ttLib import TTFont

YOSHI, TSUJI, SHAPE = 0x20BB7, 0x8FBB, (0x9089, 0xE0105)
# The font itself is a source like any other.
SOURCE, OWN = TTFont(rare_signs.MADE), TTFont(rare_signs.OWN)


def saved(font: TTFont) -> bytes:
    """The bytes of a font."""
    made = io.BytesIO()
    font.save(made)
    return made.getvalue()


def test_what_japan_has_put_into_unicode_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.bz2").write_bytes(
        bz2.compress(b"# x\nU+8FBB\tkIRG_JSource\tJ0-4454\nU+8FBC\tkIRG_GSource\tG0-1\nU+20BB7\tkIRG_JSource\tJ\n")
    )
    assert rare_signs.japanese(tmp_path / "a.bz2") == {TSUJI, YOSHI}


def test_only_what_our_own_face_lacks_is_chosen() -> None:
    signs, variants = rare_signs.chosen(SOURCE, OWN, {YOSHI, TSUJI, 0x3106C})
    assert YOSHI in signs and not {TSUJI, 0x3106C} & signs.keys()
    assert SHAPE in variants and not variants.keys() & rare_signs.variants_of(OWN).keys()
    assert [pair for pair, glyph in variants.items() if glyph is None and pair[0] not in signs] == []


def test_a_font_is_made_of_them_and_is_the_same_each_time() -> None:
    glyphs = {YOSHI: SOURCE.getBestCmap()[YOSHI]}, {SHAPE: rare_signs.variants_of(SOURCE)[SHAPE]}
    first, second = (saved(rare_signs.made(SOURCE, *glyphs)) for _ in range(2))
    assert first == second and 1_000 < len(first) < 5_000
    made = TTFont(io.BytesIO(first))
    assert {*made.getBestCmap()} == {YOSHI} and {*rare_signs.variants_of(made)} == {SHAPE}
    name = made.getBestCmap()[YOSHI]
    assert made["hmtx"][name][0] == rare_signs.EM and made["glyf"][name].numberOfContours > 2


def test_all_of_the_committed_font_may_be_embedded_and_says_whose_it_is() -> None:
    assert SOURCE["OS/2"].fsType == 0
    said = {record.nameID: str(record) for record in SOURCE["name"].names}
    assert "Adobe" in said[0] and "SIL Open Font License" in said[13]

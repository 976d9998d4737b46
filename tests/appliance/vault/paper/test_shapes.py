# SPDX-License-Identifier: Apache-2.0
"""Which shapes of a kanji a font has is read from its table cmap."""

import struct

import pytest

from appliance.vault.paper.shapes import shapes_of


def three(number: int) -> bytes:
    """As the format writes a sign."""
    return struct.pack(">BH", number >> 16, number & 0xFFFF)


def cmap() -> bytes:
    """A table with two subtables: another, and one with two selectors."""
    usual = struct.pack(">L", 2) + three(0x8FBB) + b"\x00" + three(0x20BB7) + b"\x02"
    other = struct.pack(">L", 1) + three(0x845B) + struct.pack(">H", 77)
    records = three(0xE0100) + struct.pack(">LL", 32, 32 + len(usual)) + three(0xE0101)
    records += struct.pack(">LL", 0, 32 + len(usual))
    body = struct.pack(">HLL", 14, 32 + len(usual) + len(other), 2) + records + usual + other
    heads = struct.pack(">HHL", 3, 10, 20) + struct.pack(">HHL", 0, 5, 20)
    return struct.pack(">HH", 0, 2) + heads + body


def test_runs_of_usual_shapes_and_single_other_ones() -> None:
    usual = dict.fromkeys([(sign, 0xE0100) for sign in (0x8FBB, 0x20BB7, 0x20BB8, 0x20BB9)], 0)
    assert shapes_of(cmap()) == {**usual, (0x845B, 0xE0100): 77, (0x845B, 0xE0101): 77}


def test_a_font_without_them_has_none() -> None:
    assert shapes_of(struct.pack(">HHHHL", 0, 1, 3, 1, 12)) == {}


def test_a_table_that_is_cut_off_is_an_error() -> None:
    with pytest.raises(struct.error):
        shapes_of(cmap()[:-1])

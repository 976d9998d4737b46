# SPDX-License-Identifier: Apache-2.0
"""Which shapes of a kanji a font has: the variation sequences of its table cmap (OpenType, subtable format 14)."""

import struct
from collections.abc import Iterator

# A sign and its selector; the glyph, or 0 where the shape is that of the sign alone.
Shapes = dict[tuple[int, int], int]
_PLATFORM = (0, 5)


def shapes_of(cmap: bytes) -> Shapes:
    """What a font says of signs with a selector behind them. Raises struct.error for a table that is cut off."""
    (tables,) = struct.unpack_from(">2xH", cmap)
    heads = (struct.unpack_from(">HHL", cmap, 4 + 8 * number) for number in range(tables))
    return {
        pair: glyph
        for platform, encoding, start in heads
        if (platform, encoding) == _PLATFORM
        for pair, glyph in _shapes(cmap, start)
    }


def _shapes(cmap: bytes, start: int) -> Iterator[tuple[tuple[int, int], int]]:
    (count,) = struct.unpack_from(">L", cmap, start + 6)
    for number in range(count):
        high, low, usual, other = struct.unpack_from(">BHLL", cmap, start + 10 + 11 * number)
        selector = high << 16 | low
        if usual:
            yield from (((sign, selector), 0) for sign in _usual(cmap, start + usual))
        if other:
            yield from (((sign, selector), glyph) for sign, glyph in _other(cmap, start + other))


def _usual(cmap: bytes, at: int) -> Iterator[int]:
    """Runs of signs: the first, and how many more."""
    (count,) = struct.unpack_from(">L", cmap, at)
    for number in range(count):
        high, low, more = struct.unpack_from(">BHB", cmap, at + 4 + 4 * number)
        first = high << 16 | low
        yield from range(first, first + more + 1)


def _other(cmap: bytes, at: int) -> Iterator[tuple[int, int]]:
    (count,) = struct.unpack_from(">L", cmap, at)
    for number in range(count):
        high, low, glyph = struct.unpack_from(">BHH", cmap, at + 4 + 5 * number)
        yield high << 16 | low, glyph

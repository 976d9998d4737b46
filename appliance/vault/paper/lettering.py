# SPDX-License-Identifier: Apache-2.0
"""The font of everything on paper: for the maker of PDFs it is one, and it has two faces.

A sign that BIZ UDGothic lacks comes from RareSigns, which packaging/rare_signs.py makes; what neither has is drawn
as 〓. A selector behind a kanji (IVS) asks for one of its shapes: that is drawn where a face has it, else the usual
one. Whatever is drawn, what somebody copies out is what was typed, but for 〓.
"""

import functools
import itertools
import re
from collections.abc import Iterator
from importlib.resources import as_file, files
from typing import Any

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from appliance.vault.paper.shapes import shapes_of

FONT, RARE = "BIZUDGothic", "RareSigns"
SUBSTITUTE = "〓"
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_SIGN = re.compile(f"[^{_SELECTORS}][{_SELECTORS}]?|[{_SELECTORS}]", re.DOTALL)
_SELECTOR = re.compile(f"[{_SELECTORS}]")
# A kanji with its selector is drawn as one of these. No face has them: typed by somebody they are 〓 like others.
_FIRST, _LAST = 0x100000, 0x10FFFD
# The subsets of the rare face are counted from here.
_BEHIND = 1 << 16
# Signs behind U+FFFF, as the maker of PDFs writes them; readers want UTF-16.
_FAR = re.compile("<([0-9A-F]{5,6})>")


def signs_of(text: str) -> list[str]:
    """A text in parts that stay together: each sign with the selector behind it."""
    return _SIGN.findall(text)


def unprintable(text: str) -> str:
    """The signs of a text that neither face has, each once; 〓 is printed for them."""
    return need_font().lacked(text)


def unshaped(text: str) -> str:
    """The kanji of a text, each once, of which neither face has the shape asked for; the usual one is printed."""
    return need_font().unshaped(text)


@functools.cache
def need_font() -> "Lettering":
    """The font, known to the maker of PDFs."""
    font = Lettering()
    pdfmetrics.registerFont(font)
    # Pictures and pages as bytes: in ASCII they are a quarter larger, and take most of the time.
    rl_config.useA85 = 0
    return font


class _Face(TTFont):
    """A face of which everything can be copied out."""

    def __init__(self, name: str, meant: dict[str, str]) -> None:
        """meant is what was typed, for each sign that stands for a kanji with a selector."""
        with as_file(files("appliance.vault.paper") / "fonts" / f"{name}-Regular.ttf") as path:
            super().__init__(name, str(path))
        self.signs = frozenset(chr(code) for code, glyph in self.face.charToGlyph.items() if glyph)
        self.shapes = shapes_of(self.face.get_table("cmap"))  # type: ignore[no-untyped-call]
        self._meant = meant

    def glyph(self, sequence: str) -> int:
        """What is drawn for a kanji with a selector; 0 where this face does not have that shape."""
        sign, selector = map(ord, sequence)
        found = self.shapes.get((sign, selector))
        return self.face.charToGlyph.get(sign, 0) if found == 0 else found or 0

    def stand_for(self, sign: str, glyph: int, width: float) -> None:
        """From now on this sign is drawn by this glyph, and has this width."""
        self.face.charToGlyph[ord(sign)], self.face.charWidths[ord(sign)] = glyph, width

    def addObjects(self, doc: Any) -> None:
        """As ever, and then say in UTF-16 what the signs behind U+FFFF are."""
        super().addObjects(doc)
        for name, thing in doc.idToObject.items():
            if name.startswith("toUnicodeCMap:"):
                thing.content = _FAR.sub(self._told, thing.content)

    def _told(self, found: re.Match[str]) -> str:
        sign = chr(int(found[1], 16))
        return f"<{self._meant.get(sign, sign).encode('utf-16-be').hex().upper()}>"


class Lettering(_Face):
    """Both faces. No text is too strange for it, and none has to be looked at before it is drawn."""

    def __init__(self) -> None:
        """Loads both."""
        self._standing: dict[str, str] = {}
        self._numbers = itertools.count(_FIRST)
        meant: dict[str, str] = {}
        super().__init__(FONT, meant)
        self._rare = _Face(RARE, meant)
        self._widths: dict[str, float] = {sign: self.face.charWidths[ord(sign)] for sign in self.signs}
        self._of_rare = {*self._rare.signs - self.signs}
        self.face.charWidths |= {ord(sign): self._rare.face.charWidths[ord(sign)] for sign in self._of_rare}

    def lacked(self, text: str) -> str:
        """The signs that neither face has, each once."""
        lacked = (sign[0] for sign in signs_of(text) if not self._has(sign[0]) and not _SELECTOR.match(sign))
        return "".join(dict.fromkeys(lacked))

    def unshaped(self, text: str) -> str:
        """The signs with a selector whose shape neither face has, each once, without the selector."""
        pairs = (sign for sign in signs_of(text) if len(sign) == 2 and self._has(sign[0]))
        return "".join(dict.fromkeys(pair[0] for pair in pairs if not self._shaped(pair)))

    def stringWidth(self, text: str, size: float, encoding: str = "utf8") -> float:
        """The width of what is drawn for the text."""
        try:
            # Most texts have nothing rare: a fifth of the time of a letter was spent here.
            return 0.001 * size * sum(map(self._widths.__getitem__, text))
        except KeyError:
            return super().stringWidth(self._drawn(text), size, encoding)

    def splitString(self, text: str, doc: Any, encoding: str = "utf-8") -> list[tuple[int, bytes]]:
        """Runs of signs, each with the number of the subset that has them."""
        if self.signs.issuperset(text):
            return super().splitString(text, doc, encoding)
        found: list[tuple[int, bytes]] = []
        for is_rare, signs in itertools.groupby(self._drawn(text), self._of_rare.__contains__):
            run = "".join(signs)
            if is_rare:
                found += [(n + _BEHIND, part) for n, part in self._rare.splitString(run, doc, encoding)]
            else:
                found += super().splitString(run, doc, encoding)
        return found

    def getSubsetInternalName(self, subset: int, doc: Any) -> str:
        """The name of a subset in the PDF."""
        if subset >= _BEHIND:
            return self._rare.getSubsetInternalName(subset - _BEHIND, doc)
        return super().getSubsetInternalName(subset, doc)

    def _has(self, sign: str) -> bool:
        return sign in self.signs or sign in self._rare.signs

    def _drawn(self, text: str) -> str:
        """Signs that the faces have, for whatever the text is."""
        return "".join(map(self._sign, signs_of(text)))

    def _sign(self, sign: str) -> str:
        if _SELECTOR.match(sign):
            return ""
        if not self._has(sign[0]):
            return SUBSTITUTE
        return sign if len(sign) == 1 else self._standing.get(sign) or self._stand(sign)

    def _stand(self, pair: str) -> str:
        """A sign of its own for a kanji with a selector, so that both can be copied out; while there is one."""
        face, glyph = self._shaped(pair) or next(self._usual(pair[0]))
        number = next(self._numbers)
        if number > _LAST:
            return pair[0]
        # All shapes of a kanji are as wide as it is.
        sign, width = chr(number), self.face.charWidths[ord(pair[0])]
        self._meant[sign], self.face.charWidths[number] = pair, width
        face.stand_for(sign, glyph, width)
        if face is self._rare:
            self._of_rare.add(sign)
        return self._standing.setdefault(pair, sign)

    def _shaped(self, pair: str) -> "tuple[_Face, int] | None":
        found = ((face, face.glyph(pair)) for face in (self, self._rare))
        return next((one for one in found if one[1]), None)

    def _usual(self, sign: str) -> "Iterator[tuple[_Face, int]]":
        for face in (self, self._rare):
            if sign in face.signs:
                yield face, face.face.charToGlyph[ord(sign)]

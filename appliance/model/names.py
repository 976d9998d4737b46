# SPDX-License-Identifier: Apache-2.0
"""People's names as they are typed, and as they are kept (R26, T7, practice §3.1)."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

MAX_NAME = 50
MAX_OFFICE_NAME = 100
MAX_TYPED = 200
FULL_BLANK = "\u3000"
_HIRAGANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_PART = "[\u30a1-\u30fa][\u30a1-\u30fa\u30fb\u30fc]*"
_KANA = re.compile(f"{_PART} {_PART}")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_SIGNS = re.compile("[\u30a1-\u30fa\u30fb\u30fc ]*")


class NotAName(ValueError):
    """What was typed cannot be kept as a name. reason is a fixed word: length, signs or blank."""

    def __init__(self, reason: str) -> None:
        """reason is one of the words above."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Kana:
    """A name in full-width katakana, one full-width blank between 姓 and 名.

    converted: it was typed otherwise, which people are told. Blanks are not worth telling.
    """

    text: str
    converted: bool


def name_of(typed: str, most: int = MAX_NAME) -> str:
    """A name as typed, without what cannot be seen and without outer blanks; 1 to most characters.

    It is not normalised: that would write some people's kanji anew (practice §3.1). Raises NotAName.
    """
    if len(typed) > MAX_TYPED + most:
        raise NotAName("length")
    name = "".join(filter(is_seen, typed)).strip()
    if not 0 < len(name) <= most:
        raise NotAName("length")
    return name


def kana_of(typed: str) -> Kana:
    """The kana of a name: half-width kana and hiragana become full-width katakana. Raises NotAName.

    blank: there is not one blank between two parts. signs: something is no kana.
    """
    if len(typed) > MAX_TYPED:
        raise NotAName("length")
    seen = _blanks(filter(is_seen, typed))
    text = _blanks(unicodedata.normalize("NFKC", seen).translate(_HIRAGANA))
    if not 0 < len(text) <= MAX_NAME:
        raise NotAName("length")
    if not _SIGNS.fullmatch(text):
        raise NotAName("signs")
    if not _KANA.fullmatch(text):
        raise NotAName("blank" if text.count(" ") != 1 else "signs")
    return Kana(text.replace(" ", FULL_BLANK), converted=text != seen)


def _blanks(signs: Iterable[str]) -> str:
    """With one plain blank for each run of blanks of any kind, and none outside."""
    return " ".join("".join(signs).split())


def is_seen(sign: str) -> bool:
    """Whether a sign is anything but a control, a format sign, half a character, an end of a line, or no character.

    A sign of somebody's own (外字), and one that Unicode has and this Python does not know yet, is part of a name.
    """
    is_none = ord(sign) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(sign) <= 0xFDEF
    return unicodedata.category(sign) not in _UNSEEN and not is_none

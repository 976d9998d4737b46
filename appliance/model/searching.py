# SPDX-License-Identifier: Apache-2.0
"""Looking for what people remember of a name: wide or narrow, capital or small, 髙 or 高 (practice §3.1)."""

import re
import unicodedata
from dataclasses import dataclass

# One name, written with one sign or the other.
_SAME = str.maketrans({"髙": "高", "﨑": "崎", "𠮷": "吉"})
# Blanks and line ends, what cannot be seen, and the selectors of variants of one kanji (IVS).
_NOTHING = re.compile("[\\s\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufe00-\ufe0f\ufeff\u00ad\U000e0100-\U000e01ef]+")
_DASHES = re.compile("[‐‑‒–—―−ー－ｰ-]")


def folded(text: str) -> str:
    """The text as it is compared with others: NFKC, no case, no blanks, one sign for each kanji's variants."""
    return _DASHES.sub("-", _NOTHING.sub("", unicodedata.normalize("NFKC", text).casefold())).translate(_SAME)


@dataclass(frozen=True, slots=True)
class Terms:
    """What somebody typed to look for: each word of it has to be there, in any order."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, typed: str) -> "Terms":
        """The words of what was typed; blanks, wide ones as well, stand between them."""
        return cls(tuple(filter(None, map(folded, typed.split()))))

    def are_in(self, text: str) -> bool:
        """Whether all words are parts of the text, which is folded."""
        return all(word in text for word in self.words)

# SPDX-License-Identifier: Apache-2.0
"""What people may choose as a password (A8, R314, A41)."""

import re
from dataclasses import dataclass
from typing import Final

# Printable, half-width, no blank: whatever a keyboard gives without an input method.
_SIGNS = re.compile("[\x21-\x7e]*")
_KINDS = tuple(map(re.compile, ("[A-Z]", "[a-z]", "[0-9]", "[^A-Za-z0-9]")))


@dataclass(frozen=True, slots=True)
class PasswordRule:
    """From shortest to longest signs, of at least so many kinds: capitals, small letters, digits, all others."""

    shortest: int
    longest: int
    kinds: int

    def __post_init__(self) -> None:
        """It is a rule that passwords can keep. Raises ValueError."""
        if not 0 < self.shortest <= self.longest or not 1 <= self.kinds <= min(len(_KINDS), self.shortest):
            raise ValueError("a rule for passwords has 1 to 4 kinds, and lengths that can hold them")

    def broken_by(self, password: str) -> str:
        """What is wrong with a password: length, signs, kinds, or "" for nothing."""
        if not self.shortest <= len(password) <= self.longest:
            return "length"
        if not _SIGNS.fullmatch(password):
            return "signs"
        if sum(kind.search(password) is not None for kind in _KINDS) < self.kinds:
            return "kinds"
        return ""


ZIP_RULE: Final = PasswordRule(8, 32, 2)

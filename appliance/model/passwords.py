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

    def broken_by(self, password: str) -> str:
        """What is wrong with a password: length, signs, kinds, or "" for nothing."""
        if not self.shortest <= len(password) <= self.longest:
            return "length"
        if not _SIGNS.fullmatch(password):
            return "signs"
        if sum(kind.search(password) is not None for kind in _KINDS) < self.kinds:
            return "kinds"
        return ""


# Of the two services (A8, R314), and of the passwords with which ZIPs are encrypted (A41).
ERENKEI_RULE: Final = PasswordRule(10, 64, 3)
ROKIN_RULE: Final = PasswordRule(8, 12, 4)
# The first one, which a member of ろうきん has chosen and filed (R311).
FIRST_ROKIN_RULE: Final = PasswordRule(8, 8, 4)
ZIP_RULE: Final = PasswordRule(8, 32, 2)

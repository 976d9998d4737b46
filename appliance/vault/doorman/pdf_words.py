# SPDX-License-Identifier: Apache-2.0
"""The dictionary of a PDF's trailer, read as far as the doorman needs it (ISO 32000-1 7.2 and 7.3)."""

import re
from collections.abc import Mapping

Dictionary = Mapping[bytes, bytes]

LONGEST = 65_536
_WORD = re.compile(
    rb"(?P<blank>(?:[\x00\t\n\x0c\r ]|%[^\r\n]*[\r\n])+)"
    rb"|(?P<open><<|\[)|(?P<close>>>|\])"
    rb"|(?P<text>\()"
    rb"|(?P<hex><[0-9A-Fa-f\x00\t\n\x0c\r ]*>)"
    rb"|(?P<name>/[^\x00\t\n\x0c\r ()<>\[\]{}/%]*)"
    rb"|(?P<plain>[^\x00\t\n\x0c\r ()<>\[\]{}/%]+)"
)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_PAREN = re.compile(rb"\\.|[()]", re.DOTALL)


class NotReadable(Exception):
    """What stands there is no dictionary."""


def dictionary_at(content: bytes, at: int) -> tuple[Dictionary, int]:
    """The keys of the dictionary that begins there, each with the first word of its value, b"" for one of parts.

    With it, where it ends. Raises NotReadable for none, for one that is cut or too long, and for a key that is
    there twice.
    """
    words, found = _Words(content, at), dict[bytes, bytes]()
    if words.next() != ("open", b"<<"):
        raise NotReadable
    kind, word = words.next()
    while (kind, word) != ("close", b">>"):
        key = _ESCAPED.sub(lambda one: bytes([int(one[1], 16)]), word[1:])
        if kind != "name" or key in found:
            raise NotReadable
        found[key] = words.value()
        kind, word = words.next()
        while kind == "plain":  # the rest of a reference: 1 0 R
            kind, word = words.next()
    return found, words.at


class _Words:
    """One word after another. Each method raises NotReadable where there is none."""

    def __init__(self, content: bytes, at: int) -> None:
        self._content = content
        self.at = at
        self._limit = min(len(content), at + LONGEST)

    def next(self) -> tuple[str, bytes]:
        """The kind of the next word, and the word itself; a text in brackets is b""."""
        kind = "blank"
        while kind == "blank":
            match = _WORD.match(self._content, self.at, self._limit)
            if not match or not match.lastgroup:
                raise NotReadable
            kind, word, self.at = match.lastgroup, match[0], match.end()
        if kind == "text":
            return kind, self._text()
        return kind, word

    def value(self) -> bytes:
        """One word, or everything up to the bracket that closes the next one."""
        kind, word = self.next()
        if kind == "close":
            raise NotReadable
        if kind != "open":
            return word
        depth = 1
        while depth:
            kind, _ = self.next()
            depth += {"open": 1, "close": -1}.get(kind, 0)
        return b""

    def _text(self) -> bytes:
        depth = 1
        for paren in _PAREN.finditer(self._content, self.at, self._limit):
            depth += {b"(": 1, b")": -1}.get(paren[0], 0)
            if depth == 0:
                self.at = paren.end()
                return b""
        raise NotReadable

# SPDX-License-Identifier: Apache-2.0
"""A PDF: one from its first byte to its last, with a way to its root, not locked, and nothing else besides (A45).

It is not rendered and no stream of it is unpacked: looked at is what every reader goes by (ISO 32000-1 7.5).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from appliance.model.problems import Rule
from appliance.vault.doorman.magic import is_also_archive
from appliance.vault.doorman.pdf_words import Dictionary, NotReadable, dictionary_at

MOST_UPDATES = 1_000
# All trailers together: those of a sound file do not lie inside each other, and a few hundred bytes are usual.
MOST_READ = 256 * 1024
_BEGIN = re.compile(rb"%PDF-[12]\.[0-9]")
_LINE_ENDS = b"\r\n"
_END = b"%%EOF"
_START = re.compile(rb"startxref\s+([0-9]{1,10})\s+%%EOF")
# Comments and blanks between startxref and the end are rare; the search need not go far.
_TAIL = 1_024
# The old table of objects, then its trailer; or an object that is table and trailer in one.
_TABLE = re.compile(rb"\s{0,8}xref\s[0-9\sfn]*trailer\s*")
_STREAM = re.compile(rb"\s{0,8}[0-9]{1,10}\s+[0-9]{1,5}\s+obj\s*")


@dataclass(frozen=True, slots=True)
class _Trailer:
    """What leads on from one part of the file: to the root, to a lock, to earlier parts."""

    words: Dictionary
    size: int

    @property
    def is_locked(self) -> bool:
        return b"Encrypt" in self.words

    @property
    def earlier(self) -> Iterator[int]:
        """Where earlier trailers are."""
        for key in (b"Prev", b"XRefStm"):
            if key in self.words:
                yield _number(self.words[key])


def fault_of_pdf(content: bytes) -> Rule | None:
    """What is wrong with it."""
    if not _BEGIN.match(content):
        return Rule.PDF_TRAILING if _BEGIN.search(content, 0, _TAIL) else Rule.PDF_NONE
    if is_also_archive(content):
        return Rule.PDF_POLYGLOT
    end = content.rstrip(_LINE_ENDS)
    if not end.endswith(_END):
        return Rule.PDF_TRAILING if _END in end else Rule.PDF_NONE
    starts = list(_START.finditer(end, max(0, len(end) - _TAIL)))
    if not starts or starts[-1].end() != len(end):
        return Rule.PDF_NONE
    try:
        return _fault_of_chain(content, int(starts[-1][1]))
    except NotReadable:
        return Rule.PDF_NONE


def _fault_of_chain(content: bytes, start: int) -> Rule | None:
    """Follow the trailers from the newest to the first; a lock in any of them is one."""
    waiting, seen, has_root, read = [start], set[int](), False, 0
    while waiting:
        at = waiting.pop()
        if at in seen:
            continue
        seen.add(at)
        trailer = _trailer_at(content, at)
        read += trailer.size
        if len(seen) > MOST_UPDATES or read > MOST_READ:
            raise NotReadable
        if trailer.is_locked:
            return Rule.PDF_ENCRYPTED
        has_root |= b"Root" in trailer.words
        # Some programs write 0 where there is nothing earlier.
        waiting += (earlier for earlier in trailer.earlier if earlier)
    return None if has_root else Rule.PDF_NONE


def _trailer_at(content: bytes, at: int) -> _Trailer:
    """Raises NotReadable where neither a table nor a stream of one begins."""
    if at >= len(content):
        raise NotReadable
    if table := _TABLE.match(content, at):
        words, end = dictionary_at(content, table.end())
        return _Trailer(words, end - table.end())
    stream = _STREAM.match(content, at)
    if not stream:
        raise NotReadable
    words, end = dictionary_at(content, stream.end())
    if words.get(b"Type") != b"/XRef":
        raise NotReadable
    return _Trailer(words, end - stream.end())


def _number(word: bytes) -> int:
    if not word.isdigit() or len(word) > 10:
        raise NotReadable
    return int(word)

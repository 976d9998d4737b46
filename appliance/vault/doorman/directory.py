# SPDX-License-Identifier: Apache-2.0
"""The central directory of a ZIP: exactly the entries that the end record counts (APPNOTE 4.3.12)."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from appliance.model.problems import Rule
from appliance.vault.doorman import extras
from appliance.vault.doorman.asked import Encryption, Fault
from appliance.vault.doorman.ends import DIRECTORY, End
from appliance.vault.doorman.extras import Aes

_HEADER = struct.Struct("<4s6H3L5H2L")
LOCKED, DESCRIBED, PATCHED, STRONG, UTF8, MASKED = 1 << 0, 1 << 3, 1 << 5, 1 << 6, 1 << 11, 1 << 13
STORED, DEFLATED, BY_AES = 0, 8, 99
_AES_KINDS = {1: Encryption.AES128, 2: Encryption.AES192, 3: Encryption.AES256}
_ZIPCRYPTO_OVERHEAD = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as the directory has it. packed and size are in bytes; aes is None unless it is locked that way.

    version is that of the format which a reader must know, times ten.
    """

    raw: bytes
    version: int
    flags: int
    method: int
    time: int
    crc: int
    packed: int
    size: int
    attributes: int
    offset: int
    extras: Mapping[int, bytes]
    aes: Aes | None

    @property
    def encryption(self) -> Encryption:
        """How it is locked."""
        if self.aes:
            return _AES_KINDS[self.aes.strength]
        return Encryption.ZIPCRYPTO if self.flags & LOCKED else Encryption.NONE

    @property
    def compression(self) -> int:
        """The method of compression, below the lock."""
        return self.aes.method if self.aes else self.method

    @property
    def overhead(self) -> int:
        """How many bytes of packed are the lock's."""
        if self.aes:
            return self.aes.overhead
        return _ZIPCRYPTO_OVERHEAD if self.flags & LOCKED else 0

    @property
    def is_described(self) -> bool:
        """Whether check sum and sizes follow the content, in a descriptor."""
        return bool(self.flags & DESCRIBED)


def entries_of(data: bytes, end: End) -> list[Entry]:
    """All of them, in the order of the directory, which they fill. Raises Fault."""
    found, at = [], end.offset
    for _ in range(end.count):
        entry, at = _entry(data, at, end.at)
        found.append(entry)
    if at != end.at:
        raise Fault(Rule.ZIP_DIRECTORY)
    return found


def _entry(data: bytes, at: int, limit: int) -> tuple[Entry, int]:
    """One entry, and where the next begins."""
    body = at + _HEADER.size
    if body > limit or not data.startswith(DIRECTORY, at):
        raise Fault(Rule.ZIP_DIRECTORY)
    head = _HEADER.unpack_from(data, at)
    _, _, version, flags, method, time, _, crc, packed, size, name, extra, comment, disk, _, attributes, offset = (
        head
    )
    after = body + name + extra + comment
    if after > limit:
        raise Fault(Rule.ZIP_DIRECTORY)
    if disk:
        raise Fault(Rule.ZIP_SPLIT)
    found = _extras(data[body + name : body + name + extra])
    aes = _aes(flags, method, found)
    raw = data[body : body + name]
    entry = Entry(raw, version & 0xFF, flags, method, time, crc, packed, size, attributes, offset, found, aes)
    return entry, after


def _extras(extra: bytes) -> Mapping[int, bytes]:
    try:
        found = extras.fields(extra)
    except ValueError as error:
        raise Fault(Rule.ZIP_DIRECTORY) from error
    if extras.ZIP64 in found:
        raise Fault(Rule.ZIP_ZIP64)
    return found


def _aes(flags: int, method: int, found: Mapping[int, bytes]) -> Aes | None:
    """Locked with AES: method, flag and field say so together. Raises Fault where they disagree."""
    if flags & (STRONG | MASKED):
        raise Fault(Rule.ZIP_ENCRYPTION)
    if method != BY_AES and extras.AES not in found:
        return None
    if method != BY_AES or not flags & LOCKED:
        raise Fault(Rule.ZIP_ENCRYPTION)
    try:
        return extras.aes(found.get(extras.AES, b""))
    except ValueError as error:
        raise Fault(Rule.ZIP_ENCRYPTION) from error

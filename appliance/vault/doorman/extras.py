# SPDX-License-Identifier: Apache-2.0
"""The extra fields of a ZIP entry: well formed, each once; and the one of AES (APPNOTE 4.5, WinZip AE-1, AE-2)."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass

ZIP64, UNICODE_PATH, AES = 0x0001, 0x7075, 0x9901
SALTS = {1: 8, 2: 12, 3: 16}
_FIELD = struct.Struct("<HH")
_AES = struct.Struct("<H2sBH")
_AE1, _AE2 = 1, 2


def fields(extra: bytes) -> Mapping[int, bytes]:
    """Each field by its number. Raises ValueError for what is cut, left over, or there twice."""
    found: dict[int, bytes] = {}
    at = 0
    while at < len(extra):
        if at + _FIELD.size > len(extra):
            raise ValueError("bytes are left over")
        number, size = _FIELD.unpack_from(extra, at)
        at += _FIELD.size + size
        if at > len(extra) or number in found:
            raise ValueError("a field is cut, or there twice")
        found[number] = extra[at - size : at]
    return found


@dataclass(frozen=True, slots=True)
class Aes:
    """How an entry is locked with AES. strength 1 to 3; method is the compression below it."""

    version: int
    strength: int
    method: int

    @property
    def overhead(self) -> int:
        """Salt, check of the password and the shortened HMAC, in bytes."""
        return SALTS[self.strength] + 2 + 10

    @property
    def has_no_crc(self) -> bool:
        """AE-2 leaves the check sum to the HMAC."""
        return self.version == _AE2


def aes(field: bytes) -> Aes:
    """The field, read. Raises ValueError for what no version of the format is."""
    if len(field) != _AES.size:
        raise ValueError("not the field of AES")
    version, vendor, strength, method = _AES.unpack(field)
    if vendor != b"AE" or version not in (_AE1, _AE2) or strength not in SALTS:
        raise ValueError("an unknown kind of AES")
    return Aes(version, strength, method)

# SPDX-License-Identifier: Apache-2.0
"""One ZIP entry opened: unlocked, inflated no further than it declares, and proven whole."""

import zlib
from dataclasses import dataclass
from typing import Protocol

from pyzipper.zipfile import BadZipFile, CRCZipDecrypter
from pyzipper.zipfile_aes import AESZipDecrypter

from appliance.model.problems import Rule
from appliance.vault.doorman.asked import MIB, Fault
from appliance.vault.doorman.directory import DEFLATED, LOCKED, Entry
from appliance.vault.doorman.extras import SALTS
from appliance.vault.doorman.local import Place

_PIECE = MIB
_HMAC = 10
_CHECK = 2
_ZIPCRYPTO_HEADER = 12


class _Lock(Protocol):
    """What unlocks, piece after piece."""

    def decrypt(self, piece: memoryview) -> bytes:
        """The next bytes."""


@dataclass(frozen=True)
class _Info:
    """The entry, by the names under which pyzipper looks for things."""

    wz_aes_strength: int
    use_datadescripter: bool
    _raw_time: int
    CRC: int
    filename: str = ""


class _NoLock:
    """Where nothing is locked."""

    def decrypt(self, piece: memoryview) -> bytes:
        """As it is."""
        return bytes(piece)


def content_of(package: bytes, place: Place, password: bytes) -> bytes:
    """The content of an entry. Raises Fault: PASSWORD if that is wrong, DAMAGED if anything else is.

    Never makes more bytes than the entry declares. Everything that is there is used: what would be left over is
    what another program may see.
    """
    entry = place.entry
    packed = memoryview(package)[place.content : place.content_end]
    lock, begin, end = _unlocking(entry, packed, password)
    content = _unpacked(lock, packed[begin:end], entry)
    _need_hmac(lock, packed[end:])
    if not (entry.aes and entry.aes.has_no_crc and entry.crc == 0) and zlib.crc32(content) != entry.crc:
        raise Fault(Rule.DAMAGED)
    return content


def _unlocking(entry: Entry, packed: memoryview, password: bytes) -> tuple[_Lock, int, int]:
    """What unlocks, and where the locked bytes begin and end."""
    info = _Info(entry.aes.strength if entry.aes else 0, entry.is_described, entry.time, entry.crc)
    try:
        if entry.aes:
            begin = SALTS[entry.aes.strength] + _CHECK
            return AESZipDecrypter(info, password, bytes(packed[:begin])), begin, len(packed) - _HMAC
        if entry.flags & LOCKED:
            header = bytes(packed[:_ZIPCRYPTO_HEADER])
            return CRCZipDecrypter(info, password, header), _ZIPCRYPTO_HEADER, len(packed)
    except RuntimeError as error:
        raise Fault(Rule.PASSWORD) from error
    return _NoLock(), 0, len(packed)


def _unpacked(lock: _Lock, packed: memoryview, entry: Entry) -> bytes:
    pieces = (lock.decrypt(packed[at : at + _PIECE]) for at in range(0, len(packed), _PIECE))
    if entry.compression != DEFLATED:
        return b"".join(pieces)
    content, inflating = bytearray(), zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for piece in pieces:
            content += inflating.decompress(piece, entry.size + 1 - len(content))
            if len(content) > entry.size or inflating.unconsumed_tail:
                raise Fault(Rule.DAMAGED)
    except zlib.error as error:
        raise Fault(Rule.DAMAGED) from error
    if not inflating.eof or inflating.unused_data or len(content) != entry.size:
        raise Fault(Rule.DAMAGED)
    return bytes(content)


def _need_hmac(lock: _Lock, told: memoryview) -> None:
    if not isinstance(lock, AESZipDecrypter):
        return
    try:
        lock.check_hmac(bytes(told))
    except BadZipFile as error:
        raise Fault(Rule.DAMAGED) from error

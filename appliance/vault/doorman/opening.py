# SPDX-License-Identifier: Apache-2.0
"""One ZIP entry opened: unlocked, inflated no further than it declares, and proven whole."""

import zlib
from collections.abc import Iterator
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
    """The content of an entry. Raises Fault as pieces_of."""
    return b"".join(pieces_of(package, place, password))


def pieces_of(package: bytes, place: Place, password: bytes) -> Iterator[bytes]:
    """The content of an entry, of which nothing is true before the last piece has come.

    Raises Fault: PASSWORD if that is wrong, DAMAGED if anything else is. Never makes more bytes than the entry
    declares. Everything that is there is used: what would be left over is what another program may see.
    """
    entry = place.entry
    packed = memoryview(package)[place.content : place.content_end]
    lock, begin, end = _unlocking(entry, packed, password)
    crc, left = 0, entry.size
    for piece in _unpacked(lock, packed[begin:end], entry.compression):
        left -= len(piece)
        if left < 0:
            raise Fault(Rule.DAMAGED)
        crc = zlib.crc32(piece, crc)
        yield piece
    _need_hmac(lock, packed[end:])
    needs_crc = not (entry.aes and entry.aes.has_no_crc and entry.crc == 0)
    if left or (needs_crc and crc != entry.crc):
        raise Fault(Rule.DAMAGED)


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


def _unpacked(lock: _Lock, packed: memoryview, compression: int) -> Iterator[bytes]:
    pieces = (lock.decrypt(packed[at : at + _PIECE]) for at in range(0, len(packed), _PIECE))
    return _inflated(pieces) if compression == DEFLATED else pieces


def _inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """One stream of deflate, to its end, in pieces of a limited size."""
    inflating = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for packed in pieces:
            while packed:
                yield inflating.decompress(packed, _PIECE)
                packed = inflating.unconsumed_tail
            if inflating.unused_data:
                raise Fault(Rule.DAMAGED)
        while not inflating.eof:
            last = inflating.decompress(b"", _PIECE)
            if not last and not inflating.eof:
                raise Fault(Rule.DAMAGED)
            yield last
    except zlib.error as error:
        raise Fault(Rule.DAMAGED) from error


def _need_hmac(lock: _Lock, told: memoryview) -> None:
    if not isinstance(lock, AESZipDecrypter):
        return
    try:
        lock.check_hmac(bytes(told))
    except BadZipFile as error:
        raise Fault(Rule.DAMAGED) from error

# SPDX-License-Identifier: Apache-2.0
"""Local headers of a ZIP: each says what the directory says, and together they fill the file (APPNOTE 4.3.7).

A reader that goes by the local headers and one that goes by the directory must see the same documents.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from appliance.model.problems import Rule
from appliance.vault.doorman import extras
from appliance.vault.doorman.asked import Fault
from appliance.vault.doorman.directory import Entry

_SIGNATURE, _DESCRIPTOR = b"PK\x03\x04", b"PK\x07\x08"
_HEADER = struct.Struct("<4s5H3L2H")
_FULL32 = 0xFFFFFFFF
# 5.1 knows AES: whatever the directory says, a header may need that.
USUAL_VERSION = 51
# A descriptor has check sum and sizes, the latter in 64 bits where the header has.
_NARROW, _WIDE = struct.Struct("<3L"), struct.Struct("<L2Q")
_SIZES = struct.Struct("<2Q")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry lies: its header, its content, and what is kept of the header."""

    entry: Entry
    begin: int
    content: int
    extras: Mapping[int, bytes]

    @property
    def content_end(self) -> int:
        """Where the content ends, and a descriptor may begin."""
        return self.content + self.entry.packed

    @property
    def is_wide(self) -> bool:
        """Whether its descriptor has sizes of 64 bits, as those who write into a pipe make it."""
        return extras.ZIP64 in self.extras


def place_of(data: bytes, entry: Entry, limit: int) -> Place:
    """Where the entry lies, below limit. Raises Fault where the local header says anything else."""
    body = entry.offset + _HEADER.size
    if body > limit or not data.startswith(_SIGNATURE, entry.offset):
        raise Fault(Rule.ZIP_LOCAL)
    _, version, flags, method, time, _, crc, packed, size, name, extra = _HEADER.unpack_from(data, entry.offset)
    content = body + name + extra
    if content + entry.packed > limit:
        raise Fault(Rule.ZIP_OVERLAP)
    place = Place(entry, entry.offset, content, _extras(data[body + name : content]))
    same = (flags, method, time, data[body : body + name]) == (entry.flags, entry.method, entry.time, entry.raw)
    if version & 0xFF > max(entry.version, USUAL_VERSION):
        raise Fault(Rule.ZIP_LOCAL)
    if not same or not _same_figures(place, crc, packed, size) or not _same_fields(place):
        raise Fault(Rule.ZIP_LOCAL)
    return place


def _extras(extra: bytes) -> Mapping[int, bytes]:
    try:
        return extras.fields(extra)
    except ValueError as error:
        raise Fault(Rule.ZIP_LOCAL) from error


def _same_fields(place: Place) -> bool:
    """Both sides have the same lock and the same second name, or none."""
    sides = place.extras, place.entry.extras
    return all(sides[0].get(number) == sides[1].get(number) for number in (extras.AES, extras.UNICODE_PATH))


def _same_figures(place: Place, crc: int, packed: int, size: int) -> bool:
    """Check sum and sizes; zero where a descriptor tells them, and in 64 bits where the header says so."""
    entry = place.entry
    if place.is_wide:
        wide = place.extras[extras.ZIP64]
        if (packed, size) != (_FULL32, _FULL32) or len(wide) != _SIZES.size:
            raise Fault(Rule.ZIP_ZIP64)
        size, packed = _SIZES.unpack(wide)
    pairs = ((crc, entry.crc), (packed, entry.packed), (size, entry.size))
    return all(said == true or (said == 0 and entry.is_described) for said, true in pairs)


def need_tiling(data: bytes, places: list[Place], end: int) -> None:
    """Headers, contents and descriptors lie one after another from the first byte to end. Raises Fault."""
    ordered = sorted(places, key=lambda place: place.begin)
    if ordered[0].begin:
        raise Fault(Rule.ZIP_TRAILING)
    for place, after in zip(ordered, [*(place.begin for place in ordered[1:]), end], strict=True):
        rest = data[place.content_end : after] if place.content_end <= after else None
        if rest is None or (rest and not place.entry.is_described):
            raise Fault(Rule.ZIP_OVERLAP)
        if place.entry.is_described:
            _need_descriptor(place, rest)


def _need_descriptor(place: Place, rest: bytes) -> None:
    """What lies behind the content is its descriptor, whole, true and nothing else."""
    entry = place.entry
    figures = (_WIDE if place.is_wide else _NARROW).pack(entry.crc, entry.packed, entry.size)
    if rest in (figures, _DESCRIPTOR + figures):
        return
    raise Fault(Rule.ZIP_LOCAL if len(rest) in (len(figures), len(figures) + 4) else Rule.ZIP_OVERLAP)

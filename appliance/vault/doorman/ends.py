# SPDX-License-Identifier: Apache-2.0
"""The end record of a ZIP: the last bytes of the file, the only one, and true about the directory (APPNOTE 4.3.16).

1. It is the last 22 bytes. So every reader finds the same one, however it searches.
2. Nothing else in reach of a reader that searches backwards could be taken for one.
3. There is no zip64 record: no file that gets here is large enough to need it, and readers differ about them.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from appliance.model.problems import Rule
from appliance.vault.doorman.asked import Fault

SIGNATURE, LOCATOR, RECORD64 = b"PK\x05\x06", b"PK\x06\x07", b"PK\x06\x06"
DIRECTORY = b"PK\x01\x02"
_END = struct.Struct("<4s4H2LH")
SIZE = _END.size
# As far as readers search: the record and the longest comment.
REACH = SIZE + 0xFFFF
_LOCATOR_SIZE = 20
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class End:
    """Where the directory is. at is where the record itself begins."""

    at: int
    count: int
    size: int
    offset: int


def end_of(data: bytes, most: int) -> End:
    """The end record of a whole, undivided ZIP of at most so many entries. Raises Fault."""
    at = _place(data)
    _, disk, first, here, count, size, offset, _ = _END.unpack_from(data, at)
    if _has_zip64(data, at) or _FULL16 in (disk, first, here, count) or _FULL32 in (size, offset):
        raise Fault(Rule.ZIP_ZIP64)
    if disk or first or here != count:
        raise Fault(Rule.ZIP_SPLIT)
    if count == 0:
        raise Fault(Rule.ZIP_EMPTY)
    if count > most:
        raise Fault(Rule.ZIP_COUNT)
    _need_directory(data, at, size, offset)
    return End(at, count, size, offset)


def could_be_ends(data: bytes) -> Iterator[int]:
    """Where a reader that searches backwards could see an end record, the last one first.

    Its directory would have to lie before it: in locked bytes that look like a signature by chance it does not.
    """
    lowest, at = max(0, len(data) - REACH), len(data)
    while (at := data.rfind(SIGNATURE, lowest, at)) >= 0:
        if at + SIZE <= len(data) and _fits(_END.unpack_from(data, at)[5], at):
            yield at


def _fits(size: int, at: int) -> bool:
    return size <= at or size == _FULL32


def _place(data: bytes) -> int:
    found = list(could_be_ends(data))
    whole = [at for at in found if at + SIZE + _END.unpack_from(data, at)[7] <= len(data)]
    if not whole:
        raise Fault(Rule.ZIP_NONE)
    if len(found) > 1 or data.find(SIGNATURE, whole[0] + 1) >= 0:
        raise Fault(Rule.ZIP_ENDS)
    if whole[0] + SIZE != len(data):
        raise Fault(Rule.ZIP_TRAILING)
    return whole[0]


def _has_zip64(data: bytes, at: int) -> bool:
    return data[max(0, at - _LOCATOR_SIZE) :].startswith(LOCATOR)


def _need_directory(data: bytes, at: int, size: int, offset: int) -> None:
    """The directory ends where the end record begins; bytes before the file shift it."""
    if offset + size == at:
        return
    is_shifted = offset + size < at and data.startswith(DIRECTORY, at - size)
    raise Fault(Rule.ZIP_TRAILING if is_shifted else Rule.ZIP_DIRECTORY)

# SPDX-License-Identifier: Apache-2.0
"""What a file is by its bytes, whatever its name says: archives, old office files, and two things at once."""

from appliance.vault.doorman.asked import MIB
from appliance.vault.doorman.ends import could_be_ends

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SEVENZIP, _RAR = b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07"
_ARCHIVES = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"PK\x06\x06",
    b"PK00PK\x03\x04",
    _SEVENZIP,
    _RAR,
    b"\x1f\x8b\x08",
    b"\x1f\x9d",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"\x28\xb5\x2f\xfd",
    b"MSCF\x00\x00\x00\x00",
    b"\x60\xea",
)
_TAR, _TAR_AT = b"ustar", 257
_LZH_AT, _LZH, _LZH_END_AT = 2, (b"-lh", b"-lz"), 6
_ISO, _ISO_AT = b"CD001", (32_769, 34_817, 36_865)
# Programs that unpack themselves are searched this far for the archive that they carry.
_REACH = MIB


def is_archive(content: bytes) -> bool:
    """Whether it begins as an archive does."""
    is_lzh = content.startswith(_LZH, _LZH_AT) and content[_LZH_END_AT : _LZH_END_AT + 1] == b"-"
    return content.startswith(_ARCHIVES) or content.startswith(_TAR, _TAR_AT) or is_lzh


def is_also_archive(content: bytes) -> bool:
    """Whether a program for archives would find one in what begins as something else."""
    if any(True for _ in could_be_ends(content)) or content.startswith(_TAR, _TAR_AT):
        return True
    if any(content.startswith(_ISO, at) for at in _ISO_AT):
        return True
    return any(content.find(sign, 0, _REACH) >= 0 for sign in (_SEVENZIP, _RAR))

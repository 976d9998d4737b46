# SPDX-License-Identifier: Apache-2.0
"""Names of ZIP entries: read as their makers meant them (T12, lesson 15), and no trap for who unpacks them.

A name is UTF-8 where the flag says so; what the field of Info-ZIP says; UTF-8 where it can be nothing else; else
cp932, as Japanese Windows writes it. Then NFC, because macOS takes signs apart.
"""

import re
import struct
import unicodedata
import zlib
from collections.abc import Iterator

from appliance.model.problems import Rule
from appliance.vault.doorman.directory import UTF8, Entry
from appliance.vault.doorman.extras import UNICODE_PATH

LONGEST = 120
_LONGEST_RAW = 1_024
_ARCHIVES = re.compile(
    r"zip|7z|rar|t?gz|t?xz|bz2|tbz2?|zst|lz4?|lzma|z|cab|tar|cpio|ar|lzh|lha|iso|img|arj|jar|war|apk", re.IGNORECASE
)
_DEVICES = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|clock\$|(?:com|lpt)[0-9¹²³])", re.IGNORECASE)
_DRIVE = re.compile(r"[A-Za-z]:")
_FORBIDDEN = frozenset('<>"|?*')
# Control, direction and invisible signs, half a sign, private ones, line ends, and what is no sign.
_UNSEEN_KINDS = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Letters and marks that show nothing.
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")
_FOLDER_KIND, _FILE_KINDS = 0o040000, (0, 0o100000)
_DOS_FOLDER, _DOS_VOLUME, _DOS_REPARSE = 0x10, 0x08, 0x400


def name_of(entry: Entry) -> str | None:
    """The name as it was meant, in NFC; None if nobody can tell, or if it is empty or too long."""
    if not 0 < len(entry.raw) <= _LONGEST_RAW:
        return None
    try:
        name = unicodedata.normalize("NFC", _decoded(entry))
    except UnicodeDecodeError:
        return None
    except ValueError:
        return None
    return name if 0 < len(name) <= LONGEST else None


def _decoded(entry: Entry) -> str:
    """Raises ValueError, of which UnicodeDecodeError is one."""
    told = _told(entry)
    if entry.flags & UTF8:
        name = entry.raw.decode("utf-8")
        if told not in (None, name):
            raise ValueError("two names")
        return name
    if told is not None:
        return told
    try:
        return entry.raw.decode("utf-8")
    except UnicodeDecodeError:
        return entry.raw.decode("cp932")


def _told(entry: Entry) -> str | None:
    """What the field of Info-ZIP says. Raises ValueError where it was made for another name."""
    field = entry.extras.get(UNICODE_PATH)
    if field is None:
        return None
    if len(field) < 5 or struct.unpack_from("<BL", field) != (1, zlib.crc32(entry.raw)):
        raise ValueError("not of this name")
    return field[5:].decode("utf-8")


def traps(name: str) -> Iterator[Rule]:
    """What would hurt who unpacks a file of this name."""
    if any(map(_is_unseen, name)) or _FORBIDDEN & set(name):
        yield Rule.ENTRY_CHARACTERS
    yield from _paths(name)
    last = re.split(r"[/\\]", name)[-1]
    if _DEVICES.fullmatch(re.split(r"[.:]", last)[0].rstrip()):
        yield Rule.ENTRY_DEVICE
    # Windows takes blanks and points off the end, and another name remains.
    if last != last.rstrip(" .\u3000") and last not in (".", ".."):
        yield Rule.ENTRY_NAME
    if _ARCHIVES.fullmatch(last.rstrip(" .").rpartition(".")[2]):
        yield Rule.ENTRY_ARCHIVE


def _is_unseen(sign: str) -> bool:
    return unicodedata.category(sign) in _UNSEEN_KINDS or sign in _UNSEEN


def _paths(name: str) -> Iterator[Rule]:
    parts = name.split("/")
    if name[0] == "/" or "\\" in name or _DRIVE.match(name) or {".", ".."} & set(parts):
        yield Rule.ENTRY_PATH
    elif ":" in name:
        yield Rule.ENTRY_STREAM
    elif len(parts) > 1:
        yield Rule.ENTRY_FOLDER


def kind_of_file(attributes: int) -> Rule | None:
    """A folder, link or device by its attributes, of whichever system; None for a file."""
    kind = attributes >> 16 & 0o170000
    if attributes & _DOS_REPARSE or kind not in (*_FILE_KINDS, _FOLDER_KIND):
        return Rule.ENTRY_LINK
    if attributes & (_DOS_FOLDER | _DOS_VOLUME) or kind == _FOLDER_KIND:
        return Rule.ENTRY_FOLDER
    return None


def same(name: str) -> str:
    """Two names are one for Windows and macOS when this is equal."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())

# SPDX-License-Identifier: Apache-2.0
"""A ZIP made on the way out: stored, streamed, AES-256 (WinZip AE-2) under a password, or open; names in UTF-8.

Nothing is ever whole in memory: what goes in as a piece comes out as a piece. Nobody can go back in a stream, so
each entry's sizes follow behind it, in a data descriptor; every reader that knows AES knows those.
"""

import asyncio
import datetime as dt
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass, field

from pyzipper import WZ_AES, ZIP_STORED, AESZipFile

from appliance.model.time import Instant, in_japan

# Up to here a ZIP needs no zip64 records, and its size is known before it is made.
PLAIN_ZIP = (1 << 31) - 1

_LOCAL, _DESCRIPTOR, _CENTRAL, _END = 30, 16, 46, 22
_AES_FIELD, _AES_DATA = 11, 16 + 2 + 10  # in both headers; salt, check of the password, and authentication code
_FIRST_YEAR = dt.datetime(1980, 1, 1)  # noqa: DTZ001 - what a ZIP writes has no zone


@dataclass(frozen=True, slots=True)
class Entry:
    """One file. pieces gives its bytes, size in all; at is the instant that it shows, in Japanese time."""

    name: str
    size: int
    at: Instant
    pieces: Callable[[], AsyncGenerator[bytes, None]] = field(repr=False)


def packed_size(files: Iterable[tuple[str, int]], *, secret: bool) -> int:
    """The size in bytes of the ZIP of files of these names and sizes; 0 where it is too large to say beforehand."""
    aes_field, aes_data = (_AES_FIELD, _AES_DATA) if secret else (0, 0)
    whole = _END
    for name, size in files:
        headers = _LOCAL + _CENTRAL + 2 * (len(name.encode()) + aes_field)
        whole += headers + aes_data + size + _DESCRIPTOR
    return whole if whole <= PLAIN_ZIP else 0


async def packed(entries: Iterable[Entry], password: str = "") -> AsyncGenerator[bytes, None]:
    """The ZIP, piece by piece; with a password everything in it is encrypted. Raises what the entries raise.

    Encrypting is work for a thread: the loop goes on meanwhile.
    """
    package = Package(password)
    for entry in entries:
        yield await asyncio.to_thread(package.begin, entry)
        async with aclosing(entry.pieces()) as pieces:
            async for piece in pieces:
                yield await asyncio.to_thread(package.add, piece)
        yield package.end()
    yield package.close()


class Package:
    """The making of one ZIP: each step gives the bytes that are ready."""

    def __init__(self, password: str = "") -> None:
        """Nothing is in it yet. Without a password nothing is encrypted."""
        self._ready = _Ready()
        self._zip = AESZipFile(self._ready, "w", compression=ZIP_STORED, encryption=WZ_AES if password else None)
        if password:
            self._zip.setpassword(password.encode())

    def begin(self, entry: Entry) -> bytes:
        """The next entry. Deriving its keys from the password takes about a millisecond."""
        made = in_japan(entry.at).replace(tzinfo=None)
        info = AESZipFile.zipinfo_cls(entry.name, max(made, _FIRST_YEAR).timetuple()[:6])
        info.file_size = entry.size
        self._entry = self._zip.open(info, "w")
        return self._ready.take()

    def add(self, piece: bytes) -> bytes:
        """More of the entry."""
        self._entry.write(piece)
        return self._ready.take()

    def end(self) -> bytes:
        """The entry is complete."""
        self._entry.close()
        return self._ready.take()

    def close(self) -> bytes:
        """The directory, and the end."""
        self._zip.close()
        return self._ready.take()


class _Ready:
    """A file that can only be written: what was written since it was last asked."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        """Keep a piece."""
        self._pieces.append(piece)
        return len(piece)

    def flush(self) -> None:
        """Nothing to do."""

    def take(self) -> bytes:
        """What there is, once."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken

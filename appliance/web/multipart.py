# SPDX-License-Identifier: Apache-2.0
"""multipart/form-data (RFC 7578): small fields, then one file as a stream, never held in memory; or small files."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from appliance.web.limits import MAX_FORM, MAX_FORM_FIELDS, Turned, TurnedAway, unique

MAX_PART_HEAD = 4 * 1024
_BOUNDARY = re.compile(r'multipart/form-data;\s*boundary="?([A-Za-z0-9\'()+_,\-./:=?]{1,70})"?\s*', re.IGNORECASE)
_DISPOSITION = re.compile(
    r'content-disposition:\s*form-data;\s*name="([^"]{1,64})"(?:;\s*filename="([^"]{0,1024})")?'
    r"(?:;\s*filename\*=[^;]*)?\s*",
    re.IGNORECASE,
)
_ESCAPED = {"%22": '"', "%0D": "", "%0A": "", "%0d": "", "%0a": ""}
_END = b"--\r\n"


def boundary_of(content_type: str) -> bytes:
    """The boundary that a Content-Type names; anything but multipart/form-data is refused."""
    found = _BOUNDARY.fullmatch(content_type)
    if found is None:
        raise TurnedAway(Turned.MEDIA_TYPE)
    return found[1].encode("ascii")


@dataclass(slots=True)
class ComingFile:
    """The file of a form, its bytes still on the way. size is what is left of the request without its end mark."""

    field: str
    name: str
    size: int
    pieces: AsyncIterator[bytes]


@dataclass(slots=True)
class Form:
    """The fields before the file, and the file if there is one."""

    fields: dict[str, str]
    file: ComingFile | None


@dataclass(frozen=True, slots=True)
class SmallFile:
    """A file, held in memory as a whole. label is that of its field; name is as it came, "" for none chosen."""

    label: str
    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SmallForm:
    """Fields and files of a form of which all is small."""

    fields: dict[str, str]
    files: tuple[SmallFile, ...]


def small_form(body: bytes, boundary: bytes, most: int) -> SmallForm:
    """A whole body, in any order of fields and at most so many files. Raises TurnedAway for what is none."""
    first, *parts = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if first or not parts or parts.pop() != _END:
        raise TurnedAway(Turned.BODY)
    pairs: list[tuple[str, str]] = []
    files: list[SmallFile] = []
    for part in parts:
        head, found, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        if not found or len(head) > MAX_PART_HEAD or not part.startswith(b"\r\n"):
            raise TurnedAway(Turned.BODY)
        label, name = _named(head)
        if name is None:
            pairs.append((label, _text(content)))
        else:
            files.append(SmallFile(label, name, content))
    if len(pairs) > MAX_FORM_FIELDS or len(files) > most or sum(len(value) for _, value in pairs) > MAX_FORM:
        raise TurnedAway(Turned.TOO_LARGE)
    return SmallForm(unique(pairs, Turned.BODY), tuple(files))


class MultipartReader:
    """Reads one request body, from front to end, once."""

    def __init__(self, body: AsyncIterator[bytes], boundary: bytes, length: int) -> None:
        """length is the request's Content-Length: the size of the file follows from it."""
        self._body = body
        self._mark = b"\r\n--" + boundary
        self._left = length
        # The first mark has no line before it; with this one all marks are alike.
        self._held = b"\r\n"

    async def form(self) -> Form:
        """All fields up to the file. Fields after the file are refused: their token would come too late."""
        pairs: list[tuple[str, str]] = []
        await self._until(self._mark, 2)
        while (kind := await self._exactly(2)) == b"\r\n":
            label, name = _named(await self._until(b"\r\n\r\n", MAX_PART_HEAD))
            if name is not None:
                return Form(unique(pairs, Turned.BODY), self._file(label, name))
            pairs.append((label, _text(await self._until(self._mark, MAX_FORM))))
            if len(pairs) > MAX_FORM_FIELDS:
                raise TurnedAway(Turned.TOO_LARGE)
        if kind + await self._exactly(2) != _END:
            raise TurnedAway(Turned.BODY)
        return Form(unique(pairs, Turned.BODY), None)

    def _file(self, label: str, name: str) -> ComingFile:
        size = self._left + len(self._held) - len(self._mark) - len(_END)
        if size < 0:
            raise TurnedAway(Turned.BODY)
        return ComingFile(label, name, size, self._until_the_end(size))

    async def _more(self) -> None:
        piece = await anext(self._body, b"")
        if not piece:
            raise TurnedAway(Turned.BODY)
        self._left -= len(piece)
        self._held = self._held + piece if self._held else piece

    async def _until(self, mark: bytes, limit: int) -> bytes:
        """What stands before mark, at most limit bytes; the mark itself is taken away."""
        while (at := self._held.find(mark)) < 0:
            if len(self._held) > limit + len(mark):
                raise TurnedAway(Turned.TOO_LARGE)
            await self._more()
        if at > limit:
            raise TurnedAway(Turned.TOO_LARGE)
        found, self._held = self._held[:at], self._held[at + len(mark) :]
        return found

    async def _exactly(self, count: int) -> bytes:
        while len(self._held) < count:
            await self._more()
        found, self._held = self._held[:count], self._held[count:]
        return found

    async def _until_the_end(self, size: int) -> AsyncIterator[bytes]:
        """size bytes, which the end mark must follow, and nothing after it.

        The file is the last field, so its size is known. A mark inside it is a field that comes after it.
        """
        left, tail = size, b""
        while left:
            if not self._held:
                await self._more()
            piece, self._held = self._held[:left], self._held[left:]
            if self._mark in piece or self._mark in tail + piece[: len(self._mark)]:
                raise TurnedAway(Turned.BODY)
            tail = (tail + piece[-len(self._mark) :])[-len(self._mark) :]
            left -= len(piece)
            yield piece
        if await self._exactly(len(self._mark) + len(_END)) != self._mark + _END or self._held or self._left:
            raise TurnedAway(Turned.BODY)


def _named(head: bytes) -> tuple[str, str | None]:
    """The field's name, and the file's if it is one."""
    for line in _text(head).split("\r\n"):
        found = _DISPOSITION.fullmatch(line)
        if found:
            return found[1], None if found[2] is None else _unescaped(found[2])
    raise TurnedAway(Turned.BODY)


def _unescaped(name: str) -> str:
    """A file name as browsers escape it (WHATWG: quote and line ends only)."""
    for escaped, plain in _ESCAPED.items():
        name = name.replace(escaped, plain)
    return name


def _text(octets: bytes) -> str:
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        raise TurnedAway(Turned.BODY) from None

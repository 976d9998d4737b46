# SPDX-License-Identifier: Apache-2.0
"""The protocol of clamd (clamd(8)): a connection for each question, which ends with the answer.

Plain sockets, because clamd may refuse in the middle of a document and hang up: what it said is then still there to
be read, where a stream of asyncio would only tell of the broken pipe.
"""

import asyncio
import socket
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from appliance.contracts.scanner import ScannerAway

Place = str | tuple[str, int]
COMMAND_SECONDS = 4.0
MAX_REPLY = 4096
# Smaller ones cost a system call each, larger ones memory.
MAX_PIECE = 256 * 1024
TOO_LARGE = "INSTREAM size limit exceeded. ERROR"
_END = bytes(4)


class Unclear(Exception):
    """No answer, or one that cannot be understood; the text goes on after clamd's name."""


class HungUp(Exception):
    """clamd takes nothing more on this connection."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What clamd said of a document. whole: it had taken all of it before."""

    text: str
    whole: bool


class Clamd:
    """One clamd. Every question raises ScannerAway where there is no answer."""

    def __init__(self, place: Place, seconds: float) -> None:
        """place is the path of a Unix socket, or host and port; seconds is how long one document may take."""
        self._place = place
        self._seconds = seconds

    def __str__(self) -> str:
        """For messages."""
        place = self._place if isinstance(self._place, str) else ":".join(map(str, self._place))
        return f"clamd at {place}"

    async def version(self) -> str:
        """What it answers to VERSION."""
        async with self._line(min(self._seconds, COMMAND_SECONDS)) as line:
            await line.send(b"zVERSION\0")
            return await line.reply()

    async def takes(self, size: int) -> bool:
        """Whether a document of this size is within its StreamMaxLength.

        clamd looks at the length of a piece before it takes the piece, and refuses at once; else it waits for the
        bytes, and ends without a word when none come.
        """
        async with self._line(min(self._seconds, COMMAND_SECONDS)) as line:
            await line.send(b"zINSTREAM\0" + size.to_bytes(4, "big"))
            line.end()
            return await line.said() != TOO_LARGE.encode() + b"\0"

    async def scan(self, chunks: AsyncIterable[bytes]) -> Reply:
        """What it says of a document."""
        async with self._line(self._seconds) as line:
            whole = await _handed_over(line, chunks)
            return Reply(await line.reply(), whole)

    @asynccontextmanager
    async def _line(self, seconds: float) -> AsyncIterator["_Line"]:
        """A connection for one question, closed however that ends."""
        try:
            async with asyncio.timeout(seconds) as timer:
                family, address = await _resolved(self._place)
                with socket.socket(family) as connection:
                    await _connect(connection, address)
                    yield _Line(connection)
        except Unclear as error:
            raise ScannerAway(f"{self} {error}") from error
        except TimeoutError as error:
            if not timer.expired():
                raise
            raise ScannerAway(f"{self} did not answer within {seconds:g} s") from error


async def _resolved(place: Place) -> tuple[int, Any]:
    """The family of sockets and the address that a place has."""
    if isinstance(place, str):
        return socket.AF_UNIX, place
    try:
        found = await asyncio.get_running_loop().getaddrinfo(*place, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Unclear(f"is nowhere: {error}") from error
    return found[0][0], found[0][4]


async def _connect(connection: socket.socket, address: Any) -> None:
    connection.setblocking(False)
    try:
        await asyncio.get_running_loop().sock_connect(connection, address)
    except OSError as error:
        raise Unclear(f"is not there: {error.strerror or error}") from error


async def _handed_over(line: "_Line", chunks: AsyncIterable[bytes]) -> bool:
    """Send a document. False where clamd hung up before its end: then it has said why, or never will."""
    try:
        await line.send(b"zINSTREAM\0")
        async for chunk in chunks:
            for start in range(0, len(chunk), MAX_PIECE):
                piece = chunk[start : start + MAX_PIECE]
                await line.send(len(piece).to_bytes(4, "big") + piece)
        await line.send(_END)
    except HungUp:
        return False
    return True


class _Line:
    """One open connection."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._loop = asyncio.get_running_loop()

    async def send(self, data: bytes) -> None:
        """Raises HungUp."""
        try:
            await self._loop.sock_sendall(self._connection, data)
        except OSError as error:
            raise HungUp from error

    def end(self) -> None:
        """Nothing more will be sent."""
        with suppress(OSError):  # it has hung up already, and has said what it had to say
            self._connection.shutdown(socket.SHUT_WR)

    async def said(self) -> bytes:
        """What came, up to the end of the answer or of the connection."""
        said = b""
        while b"\0" not in said and len(said) <= MAX_REPLY:
            try:
                more = await self._loop.sock_recv(self._connection, MAX_REPLY)
            except ConnectionError:  # it hung up while we spoke
                break
            if not more:
                break
            said += more
        return said

    async def reply(self) -> str:
        """One whole answer. Raises Unclear."""
        said = await self.said()
        text, end, rest = said.partition(b"\0")
        if not said:
            raise Unclear("hung up without an answer")
        if not end or rest or len(said) > MAX_REPLY:
            raise Unclear(f"answered nonsense: {said[:100]!r}")
        return text.decode("utf-8", "replace")

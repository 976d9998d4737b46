# SPDX-License-Identifier: Apache-2.0
"""A clamd in a few lines that says what a test wants, and counts who is connected."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from renkei_scan_clamav.trust import eicar, locked, nested

VERSION = "ClamAV 1.4.6/27812/Mon Jun  8 08:44:21 2026"
LIMIT = 8 * 1024 * 1024
OVER = b"INSTREAM size limit exceeded. ERROR\0"
MARK = b"X-renkei-own-signature-X"
Play = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def says(answer: bytes) -> Play:
    """Take the whole document, and answer so."""

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while size := int.from_bytes(await reader.readexactly(4), "big"):
            await reader.readexactly(size)
        writer.write(answer)

    return play


async def hangs(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take everything, and say nothing."""
    while await reader.read(65_536):
        pass
    await asyncio.Event().wait()


@dataclass
class FakeClamd:
    """version is what it answers to VERSION; found are the marks that it knows; plays go instead, by command.

    open is how many connections it has now, asked what it was asked, in order.
    """

    path: Path
    version: str = VERSION
    limit: int = LIMIT
    found: dict[bytes, str] = field(
        default_factory=lambda: {
            eicar(): "Win.Test.EICAR_HDB-1",
            MARK: "Renkei.Own.UNOFFICIAL",
            nested(): "Heuristics.Limits.Exceeded.MaxRecursion",
            locked(): "Heuristics.Encrypted.Zip",
        }
    )
    plays: dict[str, Play] = field(default_factory=dict)
    open: int = 0
    most: int = 0
    asked: list[str] = field(default_factory=list)
    _server: asyncio.Server | None = None
    _busy: set["asyncio.Task[None]"] = field(default_factory=set)
    _left: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def start(self) -> None:
        """Listen."""
        self._server = await asyncio.start_unix_server(self._serve, self.path)

    async def stop(self) -> None:
        """Gone, in the middle of whatever it does; its socket is left behind, as a killed one leaves it."""
        if self._server is not None:
            self._server.close()
            for task in tuple(self._busy):
                task.cancel()
            await asyncio.gather(*self._busy, return_exceptions=True)
            self._server = None

    async def all_left(self) -> None:
        """Wait until nobody is connected any more."""
        async with self._left:
            await self._left.wait_for(lambda: not self.open)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._busy.add(task)
        self.open += 1
        self.most = max(self.most, self.open)
        try:
            await self._answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # whoever asked has hung up, or the test stops the server
        finally:
            writer.close()
            self._busy.discard(task)
            self.open -= 1
            async with self._left:
                self._left.notify_all()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        command = (await reader.readuntil(b"\0"))[1:-1].decode()
        self.asked.append(command)
        if command in self.plays:
            await self.plays[command](reader, writer)
        elif command == "VERSION":
            writer.write(f"{self.version}\0".encode())
        elif command == "INSTREAM":
            writer.write(await self._scan(reader))
        await writer.drain()

    async def _scan(self, reader: asyncio.StreamReader) -> bytes:
        content = b""
        while size := int.from_bytes(await reader.readexactly(4), "big"):
            if len(content) + size > self.limit:
                return OVER
            content += await reader.readexactly(size)
        names = [name for mark, name in self.found.items() if mark in content]
        return f"stream: {names[0]} FOUND\0".encode() if names else b"stream: OK\0"


@asynccontextmanager
async def fake_clamd(folder: Path) -> AsyncIterator[FakeClamd]:
    """One that listens in a folder, as long as the context lasts."""
    clamd = FakeClamd(folder / "clamd.ctl")
    await clamd.start()
    try:
        yield clamd
    finally:
        await clamd.stop()

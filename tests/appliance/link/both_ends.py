# SPDX-License-Identifier: Apache-2.0
"""Both ends of a link in one loop, over a real Unix socket; and a bare connection that says what a test likes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from appliance.link.client import LinkClient
from appliance.link.dialling import UnixTarget
from appliance.link.envelope import LENGTH_BYTES, Answer, Ask, Call, Reply, answer_from, frame, raw
from appliance.link.messages import (
    Download,
    DownloadNotice,
    Menu,
    OpenMenu,
    PartKept,
    PutPart,
)
from appliance.link.refusals import Refused
from appliance.link.server import LinkServer
from appliance.model.words import Site

NOW = 1_780_966_800_000
Answering = Callable[[Call], Awaitable[Reply]]


async def ordinary(call: Call) -> Reply:
    """A tier that knows three messages."""
    if call.row.shape is PutPart:
        assert call.stream is not None
        size = 0
        async for piece in call.stream:
            size += len(piece)
        return Reply(PartKept(size, b""), NOW)
    if call.row.shape is DownloadNotice:
        return Reply(Download("d", "f", 10, b""), NOW, stream=bytes_of(b"0123456789"), stream_size=10)
    assert call.row.shape is OpenMenu
    return Reply(Menu(3, False), NOW, demo=True)


async def bytes_of(*pieces: bytes) -> AsyncIterator[bytes]:
    """A stream of these pieces."""
    for piece in pieces:
        yield piece


def posted(
    message: object, *, name: str = "", extra: bytes = b"", head: bytes | None = None, length: int = -1
) -> bytes:
    """The bytes of an HTTP request that carries a message, with lies on demand."""
    framed = frame(Ask("r1", raw(message))) if head is None else head
    body = framed + extra
    start = f"POST /link/{name or type(message).__name__} HTTP/1.1\r\nHost: link\r\nConnection: close\r\n"
    size = len(body) if length < 0 else length
    return f"{start}Content-Length: {size}\r\n\r\n".encode() + body


def answered(response: bytes) -> tuple[int, Answer]:
    """Status and envelope of a raw HTTP response."""
    start, _, body = response.partition(b"\r\n\r\n")
    return int(start.split()[1]), answer_from(body[LENGTH_BYTES:])


@dataclass
class Link:
    """A server that listens for every site, with what it reported."""

    folder: Path
    answer: Answering = ordinary
    options: dict[str, Any] = field(default_factory=dict)
    refused: list[tuple[Site, str, str]] = field(default_factory=list)
    observed: list[tuple[str, str, float]] = field(default_factory=list)

    async def start(self) -> None:
        """Listen at every site's socket."""
        self.server = LinkServer(
            self._answer,
            refuse=self._refuse,
            observe=lambda *seen: self.observed.append(seen),
            now=lambda: NOW,
            demo=True,
            **self.options,
        )
        for site in Site:
            await self.server.listen_unix(self.path(site), site)

    def path(self, site: Site) -> Path:
        """The socket of a site."""
        return self.folder / f"{site}.sock"

    @asynccontextmanager
    async def client(self, site: Site = Site.PORTAL, **options: Any) -> AsyncIterator[LinkClient]:
        """A client that comes from the site."""
        client = LinkClient(UnixTarget(self.path(site)), **options)
        try:
            yield client
        finally:
            await client.close()

    async def bare(self, data: bytes, site: Site = Site.PORTAL, *, end: bool = False) -> bytes:
        """Send raw bytes, and perhaps hang up; everything that comes back within the connection's life."""
        reader, writer = await asyncio.open_unix_connection(self.path(site))
        try:
            writer.write(data)
            await writer.drain()
            if end:
                writer.write_eof()
            return await reader.read()
        finally:
            writer.close()
            await writer.wait_closed()

    async def _answer(self, call: Call) -> Reply:
        """Whatever the test wants answered at this moment."""
        return await self.answer(call)

    async def _refuse(self, site: Site, name: str, reason: str) -> None:
        """Remember instead of journaling."""
        self.refused.append((site, name, reason))


StartLink = Callable[..., Awaitable[Link]]


async def refusal(awaitable: Awaitable[object]) -> Refused:
    """What the call is refused with."""
    with pytest.raises(Refused) as refused:
        await awaitable
    return refused.value


async def fetched_size(client: LinkClient) -> int:
    """How many bytes a download brings, if it comes to its end."""
    async with client.fetch(DownloadNotice("n")) as fetched:
        return sum([len(piece) async for piece in fetched.chunks()])

# SPDX-License-Identifier: Apache-2.0
"""A connection of a browser taken apart: sent and read as slowly, cut as suddenly, as a journey likes."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from appliance.model.words import Site
from tests.journeys.installation import Installation
from tests.story.stage import SITES

WINDOW = 64 * 1024


@dataclass
class Wire:
    """One TLS connection to a site; reads no more than it is asked to."""

    host: str
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, content: bytes) -> None:
        """Send bytes as they are."""
        self.writer.write(content)
        await self.writer.drain()

    async def get(self, path: str, cookies: str) -> dict[str, str]:
        """Ask for a page and read the head of its answer; ":status" is the status."""
        await self.send(f"GET {path} HTTP/1.1\r\nHost: {self.host}\r\nCookie: {cookies}\r\n\r\n".encode())
        return await self.head()

    async def head(self) -> dict[str, str]:
        """The next head that comes, its names in small letters."""
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        pairs = (line.split(": ", 1) for line in lines[1:] if line)
        return {":status": lines[0].split()[1], **{name.lower(): value for name, value in pairs}}

    async def rest(self) -> int:
        """How many bytes come until the other side has ended, however it ends."""
        count = 0
        try:
            while piece := await self.reader.read(WINDOW):
                count += len(piece)
        except (ConnectionError, ssl.SSLError):
            pass  # a cut is one way to end
        return count

    def cut(self) -> None:
        """Hang up without a word."""
        self.writer.transport.abort()


@asynccontextmanager
async def wire(fund: Installation, site: Site) -> AsyncIterator[Wire]:
    """A connection with a small window, so that what is not read is not sent."""
    plain = socket.socket()
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW)
    plain.setblocking(False)
    await asyncio.get_running_loop().sock_connect(plain, (SITES[site], fund.port))
    context = ssl.create_default_context(cafile=str(fund.authority))
    reader, writer = await asyncio.open_connection(
        sock=plain, ssl=context, server_hostname=SITES[site], limit=WINDOW
    )
    try:
        yield Wire(f"{SITES[site]}:{fund.port}", reader, writer)
    finally:
        writer.transport.abort()

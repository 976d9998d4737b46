# SPDX-License-Identifier: Apache-2.0
"""A document goes out: counted while it goes, and reported when its last byte has left this process (design §6)."""

import asyncio
import logging

from aiohttp.web import StreamResponse

from appliance.link.messages import Download, DownloadFinished
from appliance.link.refusals import Refused
from appliance.web.answers import EVERYWHERE
from appliance.web.disposition import attachment, content_type
from appliance.web.limits import CHUNK_SECONDS
from appliance.web.request import Request
from appliance.web.vault_side import Fetched

log = logging.getLogger(__name__)
REPORT_SECONDS = 5.0


class Sending:
    """One download."""

    def __init__(self, request: Request, download: Download) -> None:
        """Nothing has gone out yet."""
        self._request = request
        self._download = download
        self.sent = 0
        self.answer = StreamResponse(headers=_headers(download))

    async def run(self, fetched: Fetched) -> StreamResponse:
        """Send all of it and report. A cut is reported as well, and breaks the connection: never a clean end."""
        try:
            await self._send(fetched)
        except (Refused, ConnectionError, TimeoutError) as error:
            log.warning("download %s cut after %d bytes: %r", self._request.number, self.sent, error)
            self._cut()
        finally:
            # Also when this task is being cancelled: the history must know how far it went.
            await asyncio.shield(self._report())
        return self.answer

    async def _send(self, fetched: Fetched) -> None:
        raw = self._request.raw
        await self.answer.prepare(raw)
        async for piece in fetched.chunks():
            async with asyncio.timeout(CHUNK_SECONDS):
                await self.answer.write(piece)
            self.sent += len(piece)
        async with asyncio.timeout(CHUNK_SECONDS):
            await self._handed_over()
            await self.answer.write_eof()

    async def _handed_over(self) -> None:
        """Wait until TLS has nothing left to send on; the socket's own buffer and the kernel have the rest."""
        transport = self._transport()
        low, high = transport.get_write_buffer_limits()
        # Not 0: at 0 an empty buffer counts as full, and nothing would ever end the wait.
        transport.set_write_buffer_limits(high=1, low=0)
        await self._request.raw.writer.drain()
        # A drain also ends, without a word, when the visitor hangs up.
        self._transport().set_write_buffer_limits(high, low)

    def _transport(self) -> asyncio.Transport:
        transport = self._request.raw.transport
        if transport is None or transport.is_closing():
            raise ConnectionResetError("the visitor has gone")
        return transport

    def _cut(self) -> None:
        transport = self._request.raw.transport
        if transport is not None:
            transport.abort()

    async def _report(self) -> None:
        message = DownloadFinished(self._download.download, self.sent)
        try:
            await self._request.ask(message, timeout=REPORT_SECONDS)
        except Refused as refused:
            log.warning("the end of download %s was not taken: %s", self._request.number, refused)


def _headers(download: Download) -> dict[str, str]:
    return {
        **EVERYWHERE,
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "Content-Type": content_type(download.file_name),
        "Content-Disposition": attachment(download.file_name),
        "Content-Length": str(download.size),
        "Cache-Control": "no-store",
    }


async def send(request: Request, message: object) -> StreamResponse:
    """Ask for a document and send it. Raises Refused while nothing has gone out."""
    async with request.fetch(message) as fetched:
        return await Sending(request, fetched.answered.reply).run(fetched)

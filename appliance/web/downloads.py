# SPDX-License-Identifier: Apache-2.0
"""A document goes out: counted while it goes, and reported when its last byte has left this process (design §6)."""

import asyncio
import logging
from collections.abc import Callable

from aiohttp.web import Response, StreamResponse

from appliance.link.messages import Download, DownloadFinished
from appliance.link.refusals import Refused
from appliance.model.origin import told
from appliance.web.answers import EVERYWHERE
from appliance.web.disposition import content_type, disposition, may_be_shown
from appliance.web.limits import CHUNK_SECONDS
from appliance.web.ranges import tag_of, wanted_range
from appliance.web.request import Request
from appliance.web.vault_side import Fetched

log = logging.getLogger(__name__)
REPORT_SECONDS = 5.0
OUT_OF_RANGE = "download.range"
# Whatever a document holds, it runs nothing here and asks nobody for anything.
POWERLESS = "default-src 'none'; sandbox; frame-ancestors 'none'"


class Sending:
    """One download."""

    def __init__(
        self,
        request: Request,
        download: Download,
        *,
        inline: bool = False,
        id: str = "",
        finished: Callable[[str, int], object] = DownloadFinished,
    ) -> None:
        """Nothing has gone out yet. inline, id and finished as in send()."""
        self._request = request
        self._download = download
        self._finished = finished
        self.sent = 0
        status = 206 if download.size < download.whole else 200
        self.answer = StreamResponse(status=status, headers=_headers(download, id, inline=inline))
        if not _is_sized(download):
            self.answer.enable_chunked_encoding()

    async def run(self, fetched: Fetched) -> StreamResponse:
        """Send all of it and report. A cut is reported as well, and breaks the connection: never a clean end."""
        try:
            await self._send(fetched)
        except (Refused, ConnectionError, TimeoutError) as error:
            log.warning("download %s cut after %d bytes: %s", self._request.number, self.sent, told(error))
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
        message = self._finished(self._download.download, self.sent)
        try:
            await self._request.ask(message, timeout=REPORT_SECONDS)
        except Refused as refused:
            log.warning("the end of download %s was not taken: %s", self._request.number, refused)


def _headers(download: Download, id: str, *, inline: bool) -> dict[str, str]:
    """Of an answer with these bytes. Without a length it goes out in chunks, whose end mark tells it from a cut."""
    shown = inline and may_be_shown(download.file_name)
    headers = {
        **EVERYWHERE,
        "Content-Security-Policy": POWERLESS,
        "Content-Type": content_type(download.file_name),
        "Content-Disposition": disposition(download.file_name, inline=shown),
        "Cache-Control": "no-store",
    }
    if _is_sized(download):
        headers["Content-Length"] = str(download.size)
    if id:
        headers |= {"Accept-Ranges": "bytes", "ETag": tag_of(id)}
    if download.size < download.whole:
        last = download.start + download.size - 1
        headers["Content-Range"] = f"bytes {download.start}-{last}/{download.whole}"
    return headers


def _is_sized(download: Download) -> bool:
    """What is made on the way has no hash, and perhaps no size before its end."""
    return download.size > 0 or bool(download.sha256)


async def send(
    request: Request,
    message: object,
    *,
    inline: bool = False,
    id: str = "",
    finished: Callable[[str, int], object] = DownloadFinished,
) -> StreamResponse:
    """Ask for a document and send it. inline: a PDF may open in the browser, all else is saved.

    id is that of a document whose parts may be asked for. finished makes the message that reports the end. Raises
    Refused while nothing has gone out.
    """
    async with request.fetch(message) as fetched:
        sending = Sending(request, fetched.answered.reply, inline=inline, id=id, finished=finished)
        return await sending.run(fetched)


async def send_part(request: Request, id: str, message: Callable[[int, int], object]) -> StreamResponse:
    """Send what was asked for of a document: all, or one range. message makes a message of start and stop.

    Raises Refused while nothing has gone out.
    """
    wanted = wanted_range(request.raw.headers, id)
    if wanted is None:
        return await send(request, message(0, 0), id=id)
    try:
        return await send(request, message(wanted.start, wanted.stop), id=id)
    except Refused as refused:
        if refused.text != OUT_OF_RANGE:
            raise
        return Response(status=416, headers={**EVERYWHERE, "Content-Range": f"bytes */{refused.values['size']}"})

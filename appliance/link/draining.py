# SPDX-License-Identifier: Apache-2.0
"""An HTTP server that stops without losing a request, where somebody else keeps its listener open meanwhile.

1. Nothing new is accepted: it waits in the listener, for the process that comes next.
2. What was accepted just before brings its request, and gets its answer; each answer says that it is the last one
   of its connection, so that the next request goes to the next process.
3. Then connections on which nothing is under way are ended, and one that only then is made is not listened to.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http_parser import RawRequestMessage
from aiohttp.web_protocol import RequestHandler


class LastRequest(web.BaseRequest):
    """One whose answer is the last of its connection."""

    @property
    def keep_alive(self) -> bool:
        """Never."""
        return False


class DrainingServer(web.Server):
    """drain(), then pre_shutdown() and shutdown() as the library has them."""

    def __init__(self, answer: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]], **options: Any) -> None:
        """options are those of the library's server."""
        super().__init__(answer, request_factory=self._asked, **options)
        self._accepted_at = float("-inf")
        self._is_draining = False
        self._is_closed = False

    def __call__(self) -> RequestHandler:
        """The protocol of a new connection, made when it is accepted: over TLS it has yet to shake hands."""
        self._accepted_at = self._loop.time()
        return self.protocol()

    def protocol(self) -> RequestHandler:
        """A protocol."""
        return super().__call__()

    async def drain(self, seconds: float) -> None:
        """Promise 2, for so many seconds; for none where nobody could be about to ask."""
        self._is_draining = True
        if self.connections or self._loop.time() - self._accepted_at < seconds:
            await asyncio.sleep(seconds)

    def pre_shutdown(self) -> None:
        """Promise 3."""
        self._is_closed = True
        super().pre_shutdown()

    def connection_made(self, handler: RequestHandler, transport: asyncio.Transport) -> None:
        """Called by the library."""
        super().connection_made(handler, transport)
        if self._is_closed:
            transport.abort()

    def _asked(
        self,
        message: RawRequestMessage,
        payload: StreamReader,
        protocol: RequestHandler,
        writer: AbstractStreamWriter,
        task: "asyncio.Task[None]",
    ) -> web.BaseRequest:
        kind = LastRequest if self._is_draining else web.BaseRequest
        return kind(message, payload, protocol, writer, task, self._loop)

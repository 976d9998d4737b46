# SPDX-License-Identifier: Apache-2.0
"""The connections of a site: how many there may be, in all and from one address, and what ends an idle one.

A connection costs memory and a descriptor before a word is said; nobody may take those of all others.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable

from aiohttp.web import BaseRequest, Response, Server, StreamResponse
from aiohttp.web_protocol import RequestHandler

from appliance.link.draining import DrainingServer
from appliance.web import limits

MAX_CONNECTIONS = 3000
MAX_OF_SOURCE = 600
IDLE_SECONDS = 60.0
LINGER_SECONDS = 5.0
READ_BUFFER = 256 * 1024
# Paths hold ids; what must be kept of a request is in the journal.
NO_ACCESS_LOG = logging.getLogger("appliance.web.access")
NO_ACCESS_LOG.disabled = True

Malformed = Callable[[BaseRequest], Response]


class Connection(RequestHandler):
    """One connection; it answers what is no HTTP in our own words."""

    __slots__ = ("_malformed",)

    def __init__(self, server: Server, malformed: Malformed) -> None:
        """malformed makes the answer to what could not be parsed."""
        super().__init__(
            server,
            loop=asyncio.get_running_loop(),
            keepalive_timeout=IDLE_SECONDS,
            access_log=NO_ACCESS_LOG,
            max_line_size=limits.MAX_LINE,
            max_field_size=limits.MAX_HEADER,
            max_headers=limits.MAX_HEADERS,
            lingering_time=LINGER_SECONDS,
            read_bufsize=READ_BUFFER,
            auto_decompress=False,
        )
        self._malformed = malformed

    def handle_error(
        self,
        request: BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> StreamResponse:
        """The parser gave up: neither its words nor the sender's come back.

        Raises ConnectionError where nobody is left to answer: who leaves amid an answer has done no wrong.
        """
        if isinstance(exc, ConnectionError):
            raise exc
        answer = self._malformed(request)
        answer.force_close()
        return answer


class Connections(DrainingServer):
    """All connections of one site. One too many is ended without a word."""

    def __init__(self, answer: Callable[[BaseRequest], Awaitable[StreamResponse]], malformed: Malformed) -> None:
        """answer is for requests, malformed for what is none."""
        super().__init__(answer)
        self._malformed = malformed
        self._sources: dict[RequestHandler, str] = {}
        self._of_source: Counter[str] = Counter()

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._sources)

    def protocol(self) -> RequestHandler:
        """The protocol of a new connection."""
        return Connection(self, self._malformed)

    def connection_made(self, handler: RequestHandler, transport: asyncio.Transport) -> None:
        """Count it; called by the library."""
        super().connection_made(handler, transport)
        source = str((transport.get_extra_info("peername") or ("",))[0])
        self._sources[handler] = source
        self._of_source[source] += 1
        if len(self._sources) > MAX_CONNECTIONS or self._of_source[source] > MAX_OF_SOURCE:
            transport.abort()

    def connection_lost(self, handler: RequestHandler, exc: BaseException | None = None) -> None:
        """Forget it; called by the library."""
        super().connection_lost(handler, exc)
        source = self._sources.pop(handler)
        self._of_source[source] -= 1
        if not self._of_source[source]:
            del self._of_source[source]

# SPDX-License-Identifier: Apache-2.0
"""The side of the link that answers.

What it promises, cited below by number:

1. The site of a message is the listener it came in on; over TLS, what the certificate says. The sender has no word.
2. A message from a site that its row does not name is refused before a byte of its body is read, and reported.
3. Nothing reaches the tier that is not whole, not in the table, not of this version or the one before.
4. Each message has a deadline, each piece of a stream its own; each caller has a limited number of places.
5. A stream that breaks is seen as broken on the other side: the connection is aborted, never ended cleanly.
6. When the other side goes away, the work for it is cancelled and its stream closed at once.
7. What went wrong inside stays inside: the sender learns BROKEN and the request id, the log the rest.
"""

import asyncio
import functools
import logging
import socket
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from ssl import SSLContext

from appliance.link import sockets
from appliance.link.draining import DrainingServer
from appliance.link.envelope import Call, Reply
from appliance.link.exchange import Door, Exchange, Row
from appliance.link.messages import BY_NAME
from appliance.link.slots import Slots
from appliance.link.streams import BUFFER_BYTES, STALL_SECONDS
from appliance.link.tls import Caller
from appliance.model.time import Instant
from appliance.model.words import Site

CALLS = 200
STREAMS = 200
CONNECTIONS = 1000
KEPT_SECONDS = 75.0
LINGER_SECONDS = 5.0
CUT_SECONDS = 0.1
GRACE_SECONDS = 0.25
OVER_TLS: frozenset[Caller] = frozenset({Site.PUBLIC, Site.PORTAL})


class LinkServer:
    """Listens for callers and answers each message with `answer`."""

    def __init__(
        self,
        answer: Callable[[Call], Awaitable[Reply]],
        *,
        refuse: Callable[[Site, str, str], Awaitable[None]] | None = None,
        observe: Callable[[str, str, float], None] | None = None,
        now: Callable[[], Instant],
        demo: bool = False,
        table: Mapping[str, Row] = BY_NAME,
        calls: int = CALLS,
        streams: int = STREAMS,
        stall: float = STALL_SECONDS,
    ) -> None:
        """refuse is told (site, message, reason) of promise 2; observe (message, outcome, seconds) of every call.

        calls and streams are the places of each caller; stall is how many seconds a stream may be silent.
        answer must bear being cancelled at any await: by its deadline, or because its sender went away.
        """
        self._stall = stall
        self._slots = Slots(calls), Slots(streams)
        self._exchange = Exchange(answer, refuse, observe, now, demo, table, self._slots, stall)
        self._fronts: dict[DrainingServer, Door] = {}
        self._listeners: list[asyncio.Server] = []
        self._sockets: dict[Path, tuple[int, int]] = {}
        self._grace = 0.0

    async def listen_unix(
        self, path: Path, site: Caller, *, mode: int = 0o660, group: str | int | None = None
    ) -> None:
        """Serve one caller at a Unix socket; errors as sockets.bind_unix()."""
        await self._serve_unix(sockets.bind_unix(path, mode, group), site)
        self._sockets[path] = sockets.identity(path)

    async def serve_unix(self, bound: socket.socket, site: Caller) -> None:
        """Serve one caller at a Unix socket that somebody else has bound, and keeps."""
        self._grace = GRACE_SECONDS
        await self._serve_unix(bound, site)

    async def _serve_unix(self, bound: socket.socket, site: Caller) -> None:
        front = self._front(Door(frozenset({site})))
        loop = asyncio.get_running_loop()
        listener = await loop.create_unix_server(self._factory(front), sock=bound, **sockets.SERVING)
        self._listeners.append(listener)

    async def listen_tls(
        self, host: str, port: int, context: SSLContext, *, callers: frozenset[Caller] = OVER_TLS
    ) -> tuple[str, int]:
        """Serve those of callers who prove it; returns the address, for port 0. ValueError for console and admin,
        who never come over the network (design §2).
        """
        if callers & {Site.CONSOLE, Site.ADMIN}:
            raise ValueError("neither console nor admin may come in over the network")
        front = self._front(Door(callers, proves=True))
        loop = asyncio.get_running_loop()
        listener = await loop.create_server(self._factory(front), host, port, ssl=context, backlog=sockets.BACKLOG)
        self._listeners.append(listener)
        address = listener.sockets[0].getsockname()
        return str(address[0]), int(address[1])

    def connections(self, caller: Caller) -> int:
        """How many connections a caller has."""
        return sum(
            door.caller(handler.transport) is caller
            for front, door in self._fronts.items()
            for handler in front.connections
        )

    async def close(self, drain: float = 5.0) -> None:
        """Take nothing new, let what is under way end for drain seconds, then cut it.

        Where somebody else keeps a listener, what has just come is answered before (link/draining.py).
        """
        for listener in self._listeners:
            listener.close()
        for path, known in self._sockets.items():
            sockets.remove_if(path, known)
        if self._grace:
            await asyncio.gather(*(front.drain(self._grace) for front in self._fronts))
        for front in self._fronts:
            front.pre_shutdown()
        await self._drained(drain)
        for front in self._fronts:
            await front.shutdown(timeout=CUT_SECONDS)
        self._listeners, self._fronts, self._sockets = [], {}, {}

    async def _drained(self, limit: float) -> None:
        """Wait until nothing is under way, but not longer than limit seconds."""
        try:
            async with asyncio.timeout(limit):
                for slots in self._slots:
                    await slots.idle()
        except TimeoutError:
            logging.getLogger(__name__).warning("calls still under way after %s s are cut", limit)

    def _front(self, door: Door) -> DrainingServer:
        """The HTTP server of one listener. Cancelling handlers is promise 6."""
        front = DrainingServer(
            functools.partial(self._exchange.serve, door),
            handler_cancellation=True,
            access_log=None,
            auto_decompress=False,
            read_bufsize=BUFFER_BYTES,
            keepalive_timeout=KEPT_SECONDS,
            lingering_time=min(LINGER_SECONDS, self._stall),
        )
        self._fronts[front] = door
        return front

    def _factory(self, front: DrainingServer) -> Callable[[], asyncio.BaseProtocol]:
        """Protocols for new connections; beyond the limit, one that hangs up."""

        def connected() -> asyncio.BaseProtocol:
            return _HangUp() if len(front.connections) >= CONNECTIONS else front()

        return connected


class _HangUp(asyncio.Protocol):
    """Ends a connection that is one too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """No word, no state."""
        transport.close()

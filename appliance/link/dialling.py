# SPDX-License-Identifier: Apache-2.0
"""How a client reaches the other side: over a Unix socket, or over mutual TLS."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from ssl import SSLContext
from typing import Any, Protocol

import aiohttp
from aiohttp.client_proto import ResponseHandler

from appliance.link.sockets import widen
from appliance.link.tls import require_peer
from appliance.model.words import Tier


class Target(Protocol):
    """Where the other side is."""

    async def dial(self, factory: Callable[[], ResponseHandler]) -> ResponseHandler:
        """A new connection, its other side proven. Raises OSError when there is none."""


@dataclass(frozen=True)
class UnixTarget:
    """The other side is on this host. Who may connect is a matter of the socket's owner and mode."""

    path: Path

    async def dial(self, factory: Callable[[], ResponseHandler]) -> ResponseHandler:
        """A new connection to the socket."""
        loop = asyncio.get_running_loop()
        transport, protocol = await loop.create_unix_connection(factory, str(self.path))
        widen(transport.get_extra_info("socket"))
        return protocol


@dataclass(frozen=True)
class TlsTarget:
    """The other side is on another host and has to prove that it is the tier."""

    host: str
    port: int
    context: SSLContext
    tier: Tier

    async def dial(self, factory: Callable[[], ResponseHandler]) -> ResponseHandler:
        """A new connection; nothing is sent on it before the certificate has been looked at (tls.py rule 2)."""
        loop = asyncio.get_running_loop()
        transport, protocol = await loop.create_connection(
            factory, self.host, self.port, ssl=self.context, server_hostname=""
        )
        require_peer(transport, self.tier)
        return protocol


class Dialler(aiohttp.BaseConnector):
    """Hands connections to a target to the HTTP client; the URL's host and port mean nothing."""

    def __init__(self, target: Target, *, limit: int, keep: float | None) -> None:
        """limit connections at most; keep is how many seconds an idle one is kept, None for not at all."""
        if keep is None:
            super().__init__(limit=limit, force_close=True)
        else:
            super().__init__(limit=limit, keepalive_timeout=keep)
        self._target = target

    async def _create_connection(self, req: aiohttp.ClientRequest, traces: Any, timeout: Any) -> ResponseHandler:
        """The one method that a connector of this library has to have."""
        try:
            return await self._target.dial(self._factory)
        except OSError as error:
            raise aiohttp.ClientConnectorError(req.connection_key, error) from error

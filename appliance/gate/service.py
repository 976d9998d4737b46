# SPDX-License-Identifier: Apache-2.0
"""The privileged process: it shows the vault which VPN sessions live.

What it promises, cited below by number:

1. Only the vault is answered: over the socket that belongs to its group, or with the certificate of
   `renkei://tier/vault`. It has one message, WatchSessions, and no other.
2. A report says what the engines show at this moment, never what the gate remembers or expects.
3. A report goes out at once when the vault dials, and then every report_seconds, whether anything changed or not:
   silence means that the gate is gone.
4. It decides nothing. Who may be connected is the vault's to know (design §9).
5. Stopping ends the reports and deletes nothing: what an engine or the kernel holds stays as it is.

There is no engine in this release; live() is empty because there is nothing that could be connected.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from ssl import SSLContext

from appliance.link import sockets
from appliance.link.envelope import Call, Reply, frame
from appliance.link.messages import GATE_MESSAGES, GateReport, LiveSession, Nothing
from appliance.link.server import LinkServer
from appliance.model.time import Instant
from appliance.model.words import Tier

SOCKET = sockets.OF_GATE
# Two vaults never watch at once for long, but one that was cut may not have been noticed yet.
WATCHES = 4


class GateService:
    """Answers WatchSessions until it is closed."""

    def __init__(
        self,
        *,
        now: Callable[[], Instant],
        report_seconds: float = 5.0,
        observe: Callable[[str, str, float], None] | None = None,
    ) -> None:
        """now in milliseconds since 1970; observe as LinkServer."""
        self._now = now
        self._every = report_seconds
        self._stopping = asyncio.Event()
        table = {row.name: row for row in GATE_MESSAGES}
        self._server = LinkServer(self._answer, observe=observe, now=now, table=table, streams=WATCHES)

    async def serve_unix(self, bound: socket.socket) -> None:
        """Serve a vault on the same host at a socket that somebody else has bound."""
        await self._server.serve_unix(bound, Tier.VAULT)

    async def listen_unix(self, run: Path, *, group: str | int | None = None) -> Path:
        """Listen below the run directory, for a vault on the same host; errors as LinkServer.listen_unix()."""
        path = run / SOCKET
        await self._server.listen_unix(path, Tier.VAULT, group=group)
        return path

    async def listen_tls(self, host: str, port: int, context: SSLContext) -> tuple[str, int]:
        """Listen for a vault on another host; returns the address (promise 1)."""
        return await self._server.listen_tls(host, port, context, callers=frozenset({Tier.VAULT}))

    def live(self) -> tuple[LiveSession, ...]:
        """What the engines show now (promise 2)."""
        return ()

    def report(self) -> GateReport:
        """What the vault is told."""
        return GateReport(engines=(), live=self.live())

    async def close(self, drain: float = 1.0) -> None:
        """End the reports cleanly, then the listeners (promise 5)."""
        self._stopping.set()
        await self._server.close(drain)

    async def _answer(self, call: Call) -> Reply:
        """The one message there is; the link has let nobody but the vault come so far (promise 1)."""
        return Reply(Nothing(), self._now(), stream=self._reports())

    async def _reports(self) -> AsyncIterator[bytes]:
        """Promise 3."""
        while not self._stopping.is_set():
            yield frame(self.report())
            await self._pause()

    async def _pause(self) -> None:
        """Wait for the next report, or for the end."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._every):
                await self._stopping.wait()

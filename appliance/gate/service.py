# SPDX-License-Identifier: Apache-2.0
"""The gate at its link: answers the vault, reports, and attends to engines and table meanwhile (package doc)."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from ssl import SSLContext
from typing import Any

from appliance.gate import orders
from appliance.gate.engine import Pace
from appliance.gate.gate import Gate
from appliance.gate.harm import Harm
from appliance.gate.knocks import Knocks
from appliance.gate.memory_kernel import MemoryKernel
from appliance.host.system import SystemClock
from appliance.link import sockets
from appliance.link.envelope import Call, Reply, frame
from appliance.link.messages import (
    GATE_MESSAGES,
    AdmitSeats,
    BarSeats,
    EndSessions,
    GateReport,
    Nothing,
    OpenSessions,
    TellSeats,
    WatchSessions,
)
from appliance.link.server import LinkServer
from appliance.model.time import Instant
from appliance.model.tunnels import Cause
from appliance.model.words import Tier

SOCKET = sockets.OF_GATE
# Two vaults never watch at once for long, but one that was cut may not have been noticed yet.
WATCHES = 4
# So long an end is awaited: whoever told it may have somebody at a page who waits, too.
ANSWER_SECONDS = 5.0
# What many do at once is reported once.
GATHER_SECONDS = 0.02
Order = Callable[[Gate, Any], Awaitable[object]]
ORDERS: dict[type, Order] = {
    TellSeats: orders.tell,
    AdmitSeats: orders.admit,
    BarSeats: orders.bar,
    OpenSessions: orders.open_,
    EndSessions: orders.end,
}
_log = logging.getLogger(__name__)


class GateService:
    """Answers the vault until it is closed. Without start() it shows what is so, and attends to nothing."""

    def __init__(
        self,
        *,
        now: Callable[[], Instant],
        report_seconds: float = 5.0,
        observe: Callable[[str, str, float], None] | None = None,
        gate: Gate | None = None,
    ) -> None:
        """now in milliseconds since 1970; observe as LinkServer. gate is one without engines, if none is given."""
        clock = SystemClock()
        self.unconfirmed = 0
        self._touched = asyncio.Event()
        self.gate = gate or Gate({}, MemoryKernel(clock), clock, pace=Pace(report_seconds))
        self._knocks = Knocks(self.gate.hurry, clock)
        self._harm = Harm(self._touched.set)
        self._now = now
        self._every = report_seconds
        self._stopping = asyncio.Event()
        self._group: asyncio.TaskGroup | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._orders: set[asyncio.Task[None]] = set()
        table = {row.name: row for row in GATE_MESSAGES}
        self._server = LinkServer(self._answer, observe=observe, now=now, table=table, streams=WATCHES)

    async def start(self, group: asyncio.TaskGroup) -> None:
        """Put the table in place, then attend to it and to the engines, in group, until close()."""
        self._group = group
        if self.gate.has_kernel:
            self._knocks.listen()
            self._harm.listen()
        await self._stand()
        for work in (self._keep(), *(engine.run() for engine in self.gate.engines.values())):
            self._tasks.add(group.create_task(work))

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

    def report(self) -> GateReport:
        """What the vault is told."""
        return self.gate.report()

    @property
    def knocked(self) -> int:
        """How often somebody was turned away, and heard."""
        return self._knocks.heard

    async def close(self, drain: float = 1.0) -> None:
        """End the reports cleanly, then the listeners; what is open stays open (promise 6)."""
        self._stopping.set()
        self._knocks.close()
        self._harm.close()
        self.gate.notify()
        await self._server.close(drain)
        for task in (*self._tasks, *self._orders):
            task.cancel()
        await asyncio.gather(*self._tasks, *self._orders, return_exceptions=True)

    # --- the vault's word -----------------------------------------------------------------------------------------

    async def _answer(self, call: Call) -> Reply:
        """The link has let nobody but the vault come so far (promise 1)."""
        if isinstance(call.message, WatchSessions):
            return Reply(Nothing(), self._now(), stream=self._reports())
        return Reply(await self._done(call.message), self._now())

    async def _done(self, message: Any) -> object:
        """What an order answers; an end that takes long is answered with what is seen so far (promise 14)."""
        order = ORDERS[type(message)](self.gate, message)
        if self._group is None:
            return await order
        answer = self._begun(self._group, order)
        try:
            is_end = isinstance(message, BarSeats | EndSessions)
            await asyncio.wait([answer], timeout=ANSWER_SECONDS if is_end else None)
            if answer.done():
                return answer.result()
        finally:
            answer.cancel()
        return await orders.so_far(self.gate, message)

    def _begun(self, group: asyncio.TaskGroup, order: Awaitable[object]) -> "asyncio.Future[object]":
        """What an order will answer. It goes on when nobody waits for the answer any more (promise 13)."""
        answer: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        task = group.create_task(_do(order, answer))
        self._orders.add(task)
        task.add_done_callback(self._orders.discard)
        return answer

    # --- reports --------------------------------------------------------------------------------------------------

    async def _reports(self) -> AsyncIterator[bytes]:
        """Promise 7."""
        with self.gate.watching() as changed:
            while not self._stopping.is_set():
                changed.clear()
                report = self.report()
                self.gate.shown(report)
                yield frame(report)
                await self._pause(changed)

    async def _pause(self, changed: asyncio.Event) -> None:
        """Wait for the next report, for a change, or for the end."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._every):
                await changed.wait()
                if not self._stopping.is_set():
                    await asyncio.sleep(GATHER_SECONDS)

    # --- the table ------------------------------------------------------------------------------------------------

    async def _keep(self) -> None:
        """Read the table back and mend it, often and when it is touched; and end whom nobody confirms."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._every):
                    await self._touched.wait()
            await asyncio.sleep(GATHER_SECONDS)
            self._touched.clear()
            await self.keep()

    async def _stand(self) -> None:
        """Without an engine there is nothing to shut."""
        if self.gate.engines:
            await self.gate.table.stand()

    async def keep(self) -> None:
        """Once (promises 10 and 12)."""
        await self._stand()
        if unknown := self.gate.unconfirmed():
            _log.warning("%d sessions that the vault does not confirm are ended", len(unknown))
            self.unconfirmed += len(unknown)
            await orders.end_sessions(self.gate, unknown, Cause.STRANGER)


async def _do(order: Awaitable[object], answer: "asyncio.Future[object]") -> None:
    """Do it; whoever still waits hears how it went."""
    try:
        result = await order
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer to who waits, and the gate goes on
        if answer.done():
            _log.exception("an order of the vault failed when nobody waited for it any more")
        else:
            answer.set_exception(error)
    else:
        if not answer.done():
            answer.set_result(result)

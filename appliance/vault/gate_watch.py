# SPDX-License-Identifier: Apache-2.0
"""The vault's line to the gate: keeps one stream of reports open, and tells it what is to be done."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from appliance.link.client import LinkClient
from appliance.link.messages import GateReport, WatchSessions
from appliance.link.refusals import Refused
from appliance.link.streams import frames

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 15.0
TELL_SECONDS = 30.0
# All sessions stand in one report: some 200 bytes each.
MOST_REPORT = 16 * 1024 * 1024
_log = logging.getLogger(__name__)
_reports = msgspec.msgpack.Decoder(GateReport)


class GateWatch:
    """Dials the gate for as long as run() is awaited.

    While the gate is away nothing is known: connected is False and report is the last one, empty at first. The
    client speaks GATE_MESSAGES, and its `stall` is well above the gate's report_seconds: a silent one is gone.
    """

    def __init__(
        self,
        client: LinkClient,
        *,
        heard: Callable[[GateReport], None] = lambda report: None,
        lost: Callable[[], None] = lambda: None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """heard is called with each report, lost when there will be no more on this stream."""
        self._client = client
        self._heard = heard
        self._lost = lost
        self._sleep = sleep
        self.connected = False
        self.report = GateReport((), ())

    async def tell(self, message: object) -> Any:
        """What the gate answers; an engine that hangs costs it some seconds. Raises Refused."""
        return (await self._client.ask(message, timeout=TELL_SECONDS)).reply

    async def run(self) -> None:
        """Watch for ever. After each failure the pause doubles; a report makes it short again."""
        pause = FIRST_PAUSE
        while True:
            if await self._watched():
                pause = FIRST_PAUSE
            await self._sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _watched(self) -> bool:
        """One stream to its end, however it ends. Whether at least one report came."""
        came = False
        try:
            async with self._client.fetch(WatchSessions()) as fetched:
                async for packed in frames(fetched.chunks(), MOST_REPORT):
                    self.report = _reports.decode(packed)
                    self.connected = came = True
                    self._heard(self.report)
            _log.info("the gate ended its reports")
        except (Refused, msgspec.MsgspecError) as error:
            _log.warning("the gate cannot be watched: %s", error)
        finally:
            self.connected = False
            self._lost()
        return came

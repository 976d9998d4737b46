# SPDX-License-Identifier: Apache-2.0
"""How late the event loop is: what keeps it longer than a moment keeps every visitor."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NoReturn

from appliance.metrics.registry import Metrics

EVERY_SECONDS = 1.0


async def watch_loop(metrics: Metrics, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep) -> NoReturn:
    """See every second how much later than asked the loop came back, until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + EVERY_SECONDS
        await sleep(EVERY_SECONDS)
        metrics.loop_lag.observe(max(loop.time() - due, 0))

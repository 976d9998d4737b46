# SPDX-License-Identifier: Apache-2.0
"""A vault that watches a gate over the link, and keeps its sessions."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from appliance.link.client import LinkClient
from appliance.link.dialling import UnixTarget
from appliance.link.messages import GATE_MESSAGES
from appliance.vault.core import Core
from appliance.vault.gate_watch import GateWatch
from appliance.vault.tunnels.keeper import Keeper


@asynccontextmanager
async def keeping(core: Core, run: Path) -> AsyncIterator[None]:
    """Until the block ends; the gate's socket is below run, as soon as there is one."""
    client = LinkClient(UnixTarget(run / "gate" / "vault.sock"), table=GATE_MESSAGES, stall=2)
    watch = GateWatch(client, heard=core.tunnels.hear, lost=core.tunnels.lose, sleep=lambda _: asyncio.sleep(0.01))
    core.gate = watch
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(watch.run()), group.create_task(Keeper(core).run())]
            yield
            for task in tasks:
                task.cancel()
    finally:
        await client.close()

# SPDX-License-Identifier: Apache-2.0
"""Looking into the vault of an installation that has been stopped."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from appliance.config.own_credentials import credentials_of
from appliance.host.system import DemoClock
from appliance.metrics.registry import Metrics
from appliance.model.journal import Entry
from appliance.vault.core import Core
from appliance.vault.journal.log import Recorded
from appliance.vault.records.transaction import Snapshot
from appliance.vault.service import VaultService
from tests.journeys.installation import Installation

AT_ONCE = 1000


@asynccontextmanager
async def opened(fund: Installation, later: int = 0) -> AsyncIterator[Core]:
    """The vault without listeners, its clock moved by so many milliseconds."""
    credentials = credentials_of(fund.settings)
    vault = VaultService(fund.settings, credentials, Metrics(process=False), config_file=fund.config)
    assert isinstance(vault.clock, DemoClock)
    async with asyncio.TaskGroup() as group:
        await vault.start(group, None)
        vault.clock.move(later)
        try:
            yield vault.core
        finally:
            await vault.stop()


async def entries(core: Core) -> list[Entry]:
    """The whole journal, newest first."""
    found: list[Entry] = []
    before = 0
    while rows := await core.read(partial(_page, core, before)):
        found += [row.entry for row in rows]
        before = rows[-1].seq
        if before == 0:
            break
    return found


def _page(core: Core, before: int, snapshot: Snapshot) -> list[Recorded]:
    return core.log.page(snapshot.view, before=before, limit=AT_ONCE)


async def journal(fund: Installation) -> list[Entry]:
    """The whole journal of a stopped installation, newest first."""
    async with opened(fund) as core:
        return await entries(core)

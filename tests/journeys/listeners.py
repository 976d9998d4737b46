# SPDX-License-Identifier: Apache-2.0
"""Pages that listen without a browser: as many as a journey likes, each doing what static/live.js does."""

import asyncio
import random
import re
import ssl
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from appliance.model.things import Visit
from appliance.model.time import HOUR
from appliance.model.words import Site
from appliance.vault.admission import token_hash
from appliance.vault.core import Core
from appliance.vault.records.tables import accounts, visits
from appliance.vault.records.transaction import Transaction
from appliance.vault.service import opened
from appliance.web import static
from appliance.web.cookies import visit_cookie
from appliance.web.live import MAX_OF_VISIT
from tests.journeys.installation import Installation

_SCRIPT = (Path(static.__file__).with_name("static") / "live.js").read_text("utf-8")
_SINCE = re.compile(r'data-since="([^"]+)"')


def _pause(name: str) -> float:
    """One of the script's pauses, in seconds."""
    found = re.search(rf"const {name} = ([0-9]+);", _SCRIPT)
    assert found is not None
    return int(found[1]) / 1000


FIRST_PAUSE, LONGEST_PAUSE = _pause("FIRST_PAUSE"), _pause("LONGEST_PAUSE")


async def visits_of(fund: Installation, login: str, count: int) -> list[str]:
    """The tokens of so many visits of one person: each sign-in would end the one before. Nothing runs yet."""
    tokens = [f"{login}-{number:03}-{'x' * 31}"[:43] for number in range(count)]
    async with opened(fund.settings, fund.config) as vault:
        await vault.core.commit(lambda txn: _put(vault.core, login, tokens, txn))
    return tokens


def _put(core: Core, login: str, tokens: Sequence[str], txn: Transaction) -> None:
    account = next(one for one in accounts.walk(txn) if one.login == login)
    site, now = Site.PORTAL if account.office else Site.CONSOLE, core.clock.now()
    for token in tokens:
        hashed = token_hash(core.pepper, token)
        visits.put(txn, Visit(hashed, account.id, account.office, site, now, now + 8 * HOUR))


@dataclass
class Page:
    """The menu of somebody at the portal, open. times are of its openings of the stream, by time.monotonic()."""

    fund: Installation
    http: aiohttp.ClientSession
    token: str
    times: list[float] = field(default_factory=list)
    html: str = ""
    is_open: bool = False
    _pause: float = FIRST_PAUSE

    async def run(self) -> None:
        """Load, listen, and come again, for ever."""
        await self._look()
        while True:
            with suppress(aiohttp.ClientError):  # the site is away: that is what this is for
                await self._listen()
            self.is_open = False
            await asyncio.sleep(self._pause * (0.5 + random.random()))
            self._pause = min(2 * self._pause, LONGEST_PAUSE)

    async def _listen(self) -> None:
        (since,) = _SINCE.findall(self.html)
        async with self._get(f"/live?since={since}") as answer:
            if answer.status != 200:
                return
            self.is_open = True
            self.times.append(time.monotonic())
            async for line in answer.content:
                if line == b"event: changed\n":
                    await self._look()

    async def _look(self) -> None:
        async with self._get("/") as answer:
            if answer.status == 200:
                self.html = await answer.text()
                self._pause = FIRST_PAUSE

    @asynccontextmanager
    async def _get(self, path: str) -> AsyncIterator[aiohttp.ClientResponse]:
        headers = {"Cookie": f"{visit_cookie(Site.PORTAL)}={self.token}"}
        async with self.http.get(self.fund.address(Site.PORTAL) + path, headers=headers) as answer:
            yield answer


@asynccontextmanager
async def crowd(fund: Installation, tokens: Sequence[str]) -> AsyncIterator[list[Page]]:
    """As many pages of each visit as it may keep open."""
    context = ssl.create_default_context(cafile=str(fund.authority))
    connector = aiohttp.TCPConnector(ssl=context, limit=0)
    never = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(connector=connector, timeout=never) as http, asyncio.TaskGroup() as group:
        pages = [Page(fund, http, token) for token in tokens for _ in range(MAX_OF_VISIT)]
        tasks = [group.create_task(page.run()) for page in pages]
        try:
            yield pages
        finally:
            for task in tasks:
                task.cancel()

# SPDX-License-Identifier: Apache-2.0
"""Five hundred pages that listen: what the inbox takes beside them, and how many a second hear of deliveries."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

from appliance.link.messages import DeliverNotice
from appliance.model.words import Site
from appliance.web.listening import PLACE
from appliance.web.live import CHANGED, MAX_OF_VISIT
from bench.browser import Browser, browser, wrk
from bench.deliver import uploaded
from bench.measure import Row, Spread, Stopwatch, beside
from bench.pages import SECONDS
from bench.stores import Pair
from bench.tiers import Guest, Tiers, command_id, running

WATCHERS = 500
SEEDED = 10_000
ROUNDS = 5
DELIVERIES = 20


@dataclass
class Watchers:
    """Pages that listen; told counts what they hear."""

    told: int = 0
    listening: int = 0
    all_listen: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self, http: aiohttp.ClientSession, at: Browser) -> None:
        """One page, until it is cancelled."""
        async with http.get(at.site + PLACE, headers={"Cookie": at.cookie}) as answer:
            answer.raise_for_status()
            self.listening += 1
            if self.listening == WATCHERS:
                self.all_listen.set()
            async for line in answer.content:
                self.told += line == CHANGED.partition(b"\n")[0] + b"\n"


@asynccontextmanager
async def watched(tiers: Tiers) -> AsyncIterator[Watchers]:
    """All of them, listening, until the block ends."""
    visits = [browser(tiers, Site.PORTAL) for _ in range(WATCHERS // MAX_OF_VISIT)]
    trusted = ssl.create_default_context(cafile=visits[0].authority)
    connector = aiohttp.TCPConnector(ssl=trusted, limit=0)
    never = aiohttp.ClientTimeout(total=None)
    watchers = Watchers()
    async with aiohttp.ClientSession(connector=connector, timeout=never) as http, asyncio.TaskGroup() as group:
        tasks = [group.create_task(watchers.listen(http, at)) for at in visits for _ in range(MAX_OF_VISIT)]
        await watchers.all_listen.wait()
        yield watchers
        for task in tasks:
            task.cancel()


async def last(at: Browser) -> float:
    """The time in ms below which 99 of 100 inbox pages come, at one client."""
    return (await wrk(f"{at.site}/notices", 1, SECONDS, at.cookie))[2]


async def told(watchers: Watchers, guest: Guest, office: str) -> float:
    """Events a second while notices are delivered, one after the other."""
    ready = [await uploaded(guest, office) for _ in range(DELIVERIES)]
    before, watch = watchers.told, Stopwatch()
    for upload, sha256 in ready:
        await guest.ask(DeliverNotice(upload, "receipt", "2026-06", sha256, command_id()))
        await asyncio.sleep(0.1)
    return (watchers.told - before) / watch.seconds


async def rows(pair: Pair) -> list[Row]:
    """Two installations side by side, one of them watched, so that the machine's moods fall on both."""
    async with running(pair, SEEDED) as quiet, running(pair, SEEDED) as busy, watched(busy) as watchers:
        alone, beside_them = browser(quiet, Site.PORTAL), browser(busy, Site.PORTAL)
        row = await beside(
            f"inbox beside {WATCHERS} watchers, one client, p99",
            "ms",
            lambda: last(beside_them),
            "with none",
            lambda: last(alone),
            "≤ 2×",
            digits=2,
        )
        link = busy.link(Site.CONSOLE)
        guest = busy.guest(Site.CONSOLE, link)
        events = [await told(watchers, guest, busy.office) for _ in range(ROUNDS)]
        await link.close()
    what = f"events to {WATCHERS} watchers of one office, 10 deliveries/s"
    return [row, Row(what, "/s", Spread(tuple(events)), f"≤ {WATCHERS}/s: once a second each")]

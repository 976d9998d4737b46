# SPDX-License-Identifier: Apache-2.0
"""Many requests of people who are signed in, while something happens to the host; each one that fails is told."""

import asyncio
import ssl
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import aiohttp

from tests.installed.fund import Fund

SECONDS = 90.0
PATIENCE = aiohttp.ClientTimeout(total=30.0)


@dataclass
class Told:
    """How many requests were answered, what became of the others, and how long the longest took, in seconds."""

    answered: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    _steps: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0), repr=False)

    def add(self, fault: str, seconds: float) -> None:
        """One more."""
        self.answered += 1
        self.slowest = max(self.slowest, seconds)
        if fault:
            self.failed[fault] += 1
        self._steps.release()

    async def more(self, count: int) -> None:
        """Wait for so many."""
        for _ in range(count):
            await self._steps.acquire()


@dataclass(frozen=True)
class Asking:
    """Somebody who asks again and again. A browser keeps its connection; other programs make one each time."""

    site: str
    cookies: str
    paths: Sequence[str]
    keeps: bool


def under_load(
    fund: Fund, asking: Sequence[Asking], doing: Callable[[], Awaitable[object]], *, requests: int
) -> Told:
    """What became of at least so many requests, of which some are before, during and after what is done."""
    context = ssl.create_default_context(cafile=str(fund.stage.authority))
    return fund.inside.run(_under_load(context, asking, doing, requests))


async def _under_load(
    context: ssl.SSLContext, asking: Sequence[Asking], doing: Callable[[], Awaitable[object]], requests: int
) -> Told:
    told, done = Told(), asyncio.Event()
    async with asyncio.timeout(SECONDS), asyncio.TaskGroup() as group:
        for one in asking:
            group.create_task(_ask(one, context, told, lambda: done.is_set() and told.answered >= requests))
        await told.more(requests // 3)
        await doing()
        await told.more(told.answered - requests // 3)
        await told.more(requests // 3)
        done.set()
    return told


async def _ask(one: Asking, context: ssl.SSLContext, told: Told, is_over: Callable[[], bool]) -> None:
    """Go from page to page until it is over."""
    connector = aiohttp.TCPConnector(ssl=context, force_close=not one.keeps)
    headers = {"Cookie": one.cookies} if one.cookies else {}
    loop = asyncio.get_running_loop()
    async with aiohttp.ClientSession(connector=connector, headers=headers, timeout=PATIENCE) as session:
        while not is_over():
            for path in one.paths:
                begun = loop.time()
                fault = await _fault(session, one.site + path)
                told.add(f"{path}: {fault}" if fault else "", loop.time() - begun)


async def _fault(session: aiohttp.ClientSession, url: str) -> str:
    """What is wrong with an answer; nothing if it is the page that was asked for."""
    try:
        async with session.get(url, allow_redirects=False) as answer:
            await answer.read()
            return "" if answer.status == 200 else str(answer.status)
    except (aiohttp.ClientError, TimeoutError) as error:
        return repr(error)

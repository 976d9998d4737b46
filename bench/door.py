# SPDX-License-Identifier: Apache-2.0
"""A hundred people sign in at once: when the last one is in, and what everybody else feels meanwhile."""

import asyncio
from dataclasses import dataclass, field

from appliance.link.client import LinkClient
from appliance.link.envelope import Asserted
from appliance.link.messages import Arrive, GivePassword, RequestCode
from appliance.model.words import Site, Step
from bench.browser import browser
from bench.measure import Row, Spread, Stopwatch, percentile
from bench.stores import Pair
from bench.tiers import CONTRACT, names, running
from tests.story.visitor import Visitor

PEOPLE = 100
ASKING = 200
ROUNDS = 3
READERS = 2
IDLE_PAGES = 400
COMES_IN = "100 sign-ins at once, the 100th is in"


@dataclass
class Readers:
    """Others at the portal, who look at one page after another."""

    visitor: Visitor
    headers: dict[str, str]
    seconds: list[float] = field(default_factory=list)

    async def page(self) -> None:
        """One page."""
        watch = Stopwatch()
        answer = await self.visitor.ask("GET", "/", headers=self.headers)
        assert answer.status == 200, answer.status
        self.seconds.append(watch.seconds)

    async def read(self, pages: int) -> float:
        """So many pages; 99 of 100 took less than so many ms."""
        self.seconds = []
        await asyncio.gather(*(self._some(pages // READERS) for _ in range(READERS)))
        return percentile(self.seconds, 0.99) * 1000

    async def read_during(self, work: "asyncio.Future[float]") -> float:
        """Pages until work is done; 99 of 100 took less than so many ms."""
        self.seconds = []
        while not work.done():
            await asyncio.gather(*(self.page() for _ in range(READERS)))
        return percentile(self.seconds, 0.99) * 1000

    async def _some(self, pages: int) -> None:
        for _ in range(pages):
            await self.page()


async def comes_in(link: LinkClient, user: str, password: str, source: str) -> None:
    """One sign-in, from an address of its own."""
    asserted = Asserted(source)
    arrived = (await link.ask(Arrive(CONTRACT, user), asserted=asserted)).reply
    assert arrived.step is Step.PASSWORD
    given = await link.ask(GivePassword(arrived.arrival, password), asserted=asserted)
    assert given.reply.token


async def everybody_comes_in(link: LinkClient, passwords: dict[str, str]) -> float:
    """All at once; seconds until the last is in."""
    watch = Stopwatch()
    people = enumerate(passwords.items())
    await asyncio.gather(*(comes_in(link, *person, f"192.0.2.{number}") for number, person in people))
    return watch.seconds


async def everybody_asks(link: LinkClient) -> float:
    """Two hundred ask for a code at once, half of them strangers; seconds until the last has its answer."""
    watch = Stopwatch()
    users = names(ASKING)
    asking = (
        link.ask(RequestCode(CONTRACT, user), asserted=Asserted(f"198.51.100.{number}"))
        for number, user in enumerate(users)
    )
    await asyncio.gather(*asking)
    return watch.seconds


async def rows(pair: Pair) -> list[Row]:
    """On a fresh installation; the idle figure is taken before each flood."""
    async with running(pair, people=PEOPLE) as tiers:
        at, portal, public = browser(tiers, Site.PORTAL), tiers.link(Site.PORTAL), tiers.link(Site.PUBLIC)
        last, idle, busy, asking = list[float](), list[float](), list[float](), list[float]()
        async with Visitor(at.site, at.authority) as visitor, asyncio.TaskGroup() as group:
            readers = Readers(visitor, {"Cookie": at.cookie})
            await readers.read(IDLE_PAGES)
            for _ in range(ROUNDS):
                idle.append(await readers.read(IDLE_PAGES))
                flood = group.create_task(everybody_comes_in(portal, tiers.passwords))
                busy.append(await readers.read_during(flood))
                last.append(await flood)
                flood = group.create_task(everybody_asks(public))
                asking.append(await readers.read_during(flood))
                await flood
        await portal.close()
        await public.close()
    return [
        Row(COMES_IN, "s", Spread(tuple(last)), "≤ 4 s", digits=2),
        beside_idle("a page meanwhile, 99 of 100 below", busy, idle),
        beside_idle("a page while 200 ask for codes, 99 of 100 below", asking, idle),
    ]


def beside_idle(what: str, busy: list[float], idle: list[float]) -> Row:
    """A figure under load beside the same without."""
    ratios = tuple(one / other for one, other in zip(busy, idle, strict=True))
    return Row(what, "ms", Spread(tuple(busy)), "≤ 3×", "idle", Spread(tuple(idle)), Spread(ratios), 1)

# SPDX-License-Identifier: Apache-2.0
"""Every page of the three sites: its first byte, when it can be used in Chromium, and what it weighs.

The fund is the one of tests/browser: everybody signed in, something on every page.
"""

import shutil
import ssl
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from appliance.model.words import Site
from bench import peers
from bench.measure import Row, Spread, Stopwatch, beside, percentile
from bench.peers import PeerMissing
from bench.stores import Pair
from tests.browser.cast import Cast, played
from tests.browser.walk import PEOPLE, Stop, show, stops
from tests.servers.chromium import Tab, browsing
from tests.story.stage import free_port

# The fund of the browser's tests has the plugin of the guide, which is installed nowhere.
PLUGIN = Path(__file__).parents[1] / "examples" / "inquiry"
FIRST_BYTES, LOADS = 30, 5
MOST = 60_000
# As the Performance API tells them, in ms and bytes.
TIMES = """(() => {
    const [page] = performance.getEntriesByType("navigation");
    const [paint] = performance.getEntriesByName("first-contentful-paint");
    const all = [page, ...performance.getEntriesByType("resource")];
    return [page.domInteractive, page.loadEventEnd, paint ? paint.startTime : page.loadEventEnd,
        all.reduce((sum, one) => sum + one.transferSize, 0)];
})()"""
PAINTED = "new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)))"


@dataclass(frozen=True)
class Loads:
    """Some loadings of one page: interactive, loaded and painted in ms, what was transferred in bytes."""

    interactive: tuple[float, ...]
    loaded: tuple[float, ...]
    painted: tuple[float, ...]
    weight: int

    def show(self) -> str:
        """Medians and p95."""
        spans = (self.interactive, self.painted, self.loaded)
        return ", ".join(f"{both(some)}" for some in spans)


@dataclass(frozen=True)
class Screen(Row):
    """One page."""

    cold: Loads | None = None
    warm: Loads | None = None

    def show(self) -> str:
        """The line as Markdown: first byte, then interactive, painted and loaded of both."""
        assert self.cold is not None and self.warm is not None
        first = f"first byte {both(self.ours.values)} ms"
        cold = f"cold {self.cold.show()}; warm {self.warm.show()} ms"
        return f"| {self.what} | {first} | {cold} | {self.cold.weight / 1000:.1f} kB | {self.want} |"


def both(values: tuple[float, ...]) -> str:
    """The median and what 95 of 100 are below."""
    return f"{percentile(values, 0.5):.1f}/{percentile(values, 0.95):.1f}"


async def first_bytes(http: aiohttp.ClientSession, cast: Cast, stop: Stop, times: int) -> tuple[float, ...]:
    """From the request to the head of the answer, in ms, on a connection that stands."""
    taken = list[float]()
    visitor = cast[stop.who]
    for _ in range(times):
        watch = Stopwatch()
        headers = {"Cookie": visitor.cookies}
        async with http.get(visitor.site + stop.path, headers=headers, allow_redirects=False) as answer:
            taken.append(watch.seconds * 1000)
            await answer.read()
    return tuple(taken)


async def loads(tab: Tab, cast: Cast, stop: Stop, *, cold: bool) -> Loads:
    """The page in the browser, again and again; cold: nothing of it is in the browser's memory."""
    await tab.call("Network.setCacheDisabled", cacheDisabled=cold)
    taken = []
    for _ in range(LOADS):
        await show(tab, cast, stop.who, stop.path)
        await tab.run(PAINTED)
        taken.append(await tab.run(TIMES))
    interactive, loaded, painted, weights = (tuple(one) for one in zip(*taken, strict=True))
    return Loads(interactive, loaded, painted, int(max(weights)))


async def screen(http: aiohttp.ClientSession, tab: Tab, cast: Cast, stop: Stop) -> Screen:
    """All figures of a page."""
    first = Spread(await first_bytes(http, cast, stop, FIRST_BYTES))
    cold, warm = await loads(tab, cast, stop, cold=True), await loads(tab, cast, stop, cold=False)
    return Screen(f"{stop.site} {stop.route}", "ms", first, f"≤ {MOST // 1000} kB", cold=cold, warm=warm)


async def one_of_each(cast: Cast) -> list[Stop]:
    """Each page of each site once, by the first who comes to it."""
    found = dict[tuple[Site, str], Stop]()
    for who in PEOPLE:
        async for stop in stops(cast, who):
            found.setdefault((stop.site, stop.route), stop)
    return list(found.values())


@asynccontextmanager
async def playing(root: Path) -> AsyncIterator[tuple[Cast, Tab, aiohttp.ClientSession]]:
    """The fund, a browser, and a client that knows its authority."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise PeerMissing("chromium is missing: run `make apt` as root")
    async with played(root / "fund", free_port()) as cast, browsing(chromium, root / "profile") as tab:
        await tab.call("Network.enable")
        connector = aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=cast.stage.authority))
        async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as http:
            yield cast, tab, http


async def rows(pair: Pair) -> list[Row]:
    """A line a page, and the slowest first byte beside a bare hello's. The stores are those that init chooses."""
    sys.path.append(str(PLUGIN))
    with tempfile.TemporaryDirectory(prefix="renkei-bench-") as root:
        async with playing(Path(root)) as (cast, tab, http):
            pages = [await screen(http, tab, cast, stop) for stop in await one_of_each(cast)]
            slowest = max(pages, key=lambda page: page.ours.median)
            stop = next(one for one in await one_of_each(cast) if f"{one.site} {one.route}" == slowest.what)
            return [*pages, await against_hello(http, cast, stop)]


async def against_hello(http: aiohttp.ClientSession, cast: Cast, stop: Stop) -> Row:
    """The first byte of a page, beside the least that the server could do."""
    certificates = cast.stage.config.parent / "certificates"
    key = cast.stage.config.parent / "credentials" / "tls-portal.key"

    async def ours() -> float:
        return percentile(await first_bytes(http, cast, stop, FIRST_BYTES), 0.5)

    async with peers.hello(certificates / "portal.pem", key) as address:

        async def theirs() -> float:
            return await hello(http, address)

        what = f"first byte of the slowest, {stop.site} {stop.route}, p50"
        return await beside(what, "ms", ours, "bare aiohttp + uvloop hello, TLS", theirs, "–", digits=2)


async def hello(http: aiohttp.ClientSession, address: str) -> float:
    """The median first byte of hellos, in ms."""
    taken = list[float]()
    for _ in range(FIRST_BYTES):
        watch = Stopwatch()
        async with http.get(address, ssl=False) as answer:
            taken.append(watch.seconds * 1000)
            await answer.read()
    return percentile(taken, 0.5)

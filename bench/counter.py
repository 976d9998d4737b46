# SPDX-License-Identifier: Apache-2.0
"""Two hundred offices come to /download/ with their letters: what each waits for, beside one alone."""

import asyncio
import ssl
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from appliance.model.words import Site
from bench.door import beside_idle
from bench.measure import Row, Stopwatch, percentile
from bench.stores import Pair
from bench.tiers import Tiers, running
from tests.story.page import Page
from tests.story.stage import SITES

VISITORS = 200
ALONE = 40
# They come in one after the other; each looks at the list twice.
COMING_SECONDS = 20.0
ROUNDS = 3
PLACE, LIST = "/download/", "/download/list"


@dataclass
class Waited:
    """Seconds, of pages and of sign-ins: these come at the beat of a clock, whoever it is (door/evened.py)."""

    pages: list[float] = field(default_factory=list)
    sign_ins: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Office:
    """Somebody with a letter, at an address of their own."""

    site: str
    authority: Path
    source: str
    number: str
    password: str = field(repr=False)

    async def come(self, waited: Waited) -> None:
        """The form, the pair, and the list, twice."""
        context = ssl.create_default_context(cafile=str(self.authority))
        connector = aiohttp.TCPConnector(ssl=context, local_addr=(self.source, 0))
        jar = aiohttp.CookieJar(unsafe=True, quote_cookie=False)
        async with aiohttp.ClientSession(connector=connector, cookie_jar=jar) as session:
            page = Page(await self._page(session, PLACE, waited))
            typed = {"contract_number": self.number, "password": self.password}
            fields, watch = {**page.form(PLACE).fields, **typed}, Stopwatch()
            headers = {"Origin": self.site}
            address = self.site + PLACE
            async with session.post(address, data=fields, headers=headers, allow_redirects=False) as answer:
                assert answer.headers.get("Location") == LIST, (answer.status, Page(await answer.text()).text)
            waited.sign_ins.append(watch.seconds)
            for _ in range(2):
                assert self.number in await self._page(session, LIST, waited)

    async def _page(self, session: aiohttp.ClientSession, path: str, waited: Waited) -> str:
        watch = Stopwatch()
        async with session.get(self.site + path) as answer:
            text = await answer.text()
            assert answer.status == 200, answer.status
        waited.pages.append(watch.seconds)
        return text


def offices(tiers: Tiers) -> list[Office]:
    """Everybody with a letter."""
    site = f"https://{SITES[Site.PUBLIC]}:{tiers.settings.sites.public.port}"
    authority = tiers.root / "certificates" / "trusted.pem"
    return [
        Office(site, authority, f"127.1.{number // 250}.{number % 250 + 1}", contract, password)
        for number, (contract, password) in enumerate(tiers.letters)
    ]


async def one_by_one(everybody: list[Office]) -> Waited:
    """Some of them, each alone."""
    waited = Waited()
    for office in everybody[:ALONE]:
        await office.come(waited)
    return waited


async def together(everybody: list[Office]) -> Waited:
    """All of them, within COMING_SECONDS."""
    waited = Waited()

    async def later(number: int, office: Office) -> None:
        await asyncio.sleep(COMING_SECONDS * number / len(everybody))
        await office.come(waited)

    await asyncio.gather(*(later(number, office) for number, office in enumerate(everybody)))
    return waited


async def rows(pair: Pair) -> list[Row]:
    """On a fresh installation; the idle figure is taken before each crowd."""
    idle, busy = list[Waited](), list[Waited]()
    async with running(pair, letters=VISITORS) as tiers:
        everybody = offices(tiers)
        await one_by_one(everybody)
        for _ in range(ROUNDS):
            idle.append(await one_by_one(everybody))
            busy.append(await together(everybody))
    what = f"/download/, {VISITORS} visitors in {COMING_SECONDS:.0f} s"
    pages = [[last(one.pages) for one in some] for some in (busy, idle)]
    proofs = [[last(one.sign_ins) for one in some] for some in (busy, idle)]
    return [
        beside_idle(f"{what}: a page, 99 of 100 below", *pages),
        beside_idle(f"{what}: a sign-in, 99 of 100 below", *proofs),
    ]


def last(seconds: list[float]) -> float:
    """In ms, what 99 of 100 are below."""
    return percentile(seconds, 0.99) * 1000

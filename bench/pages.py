# SPDX-License-Identifier: Apache-2.0
"""The inbox of 50 rows, everything on, beside a bare hello; and the same with a hundred times as many notices."""

from appliance.model.words import Site
from bench import peers
from bench.browser import Browser, browser, wrk
from bench.measure import Row, Spread, alone, beside
from bench.tiers import running

FEW, MANY = 10_000, 1_000_000
SECONDS = 4
CONNECTIONS = 16


async def rate(at: Browser) -> float:
    """Inbox pages a second."""
    return (await wrk(f"{at.site}/notices", CONNECTIONS, SECONDS, at.cookie))[0]


async def half(at: Browser) -> float:
    """The median time of one inbox page at one client, in ms."""
    return (await wrk(f"{at.site}/notices", 1, SECONDS, at.cookie))[1]


async def hello(address: str) -> float:
    """Hellos a second."""
    return (await wrk(address, CONNECTIONS, SECONDS))[0]


async def rows() -> list[Row]:
    """Both sizes, each on an installation of its own."""
    async with running(FEW) as tiers:
        at = await browser(tiers, Site.PORTAL)
        certificate = tiers.root / "certificates" / "portal.pem"
        key = tiers.root / "credentials" / "tls-portal.key"
        name = f"inbox, 50 of {FEW:,}"
        async with peers.hello(certificate, key) as peer:
            ratio = await beside(
                name,
                "pages/s",
                lambda: rate(at),
                "bare aiohttp + uvloop hello, TLS",
                lambda: hello(peer),
                "≥ 0.03×",
            )
        few = await alone(f"{name}, one client, p50", "ms", lambda: half(at), "≤ 6 ms", digits=2)
    async with running(MANY) as tiers:
        at = await browser(tiers, Site.PORTAL)
        many = await alone(f"inbox, 50 of {MANY:,}, one client, p50", "ms", lambda: half(at), "", digits=2)
    growth = Spread(tuple(more / less for more, less in zip(many.ours.values, few.ours.values, strict=True)))
    compared = Row(many.what, "ms", many.ours, "≤ 1.15×", f"at {FEW:,}", few.ours, growth, 2)
    return [ratio, few, compared]

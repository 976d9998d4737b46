# SPDX-License-Identifier: Apache-2.0
"""The inbox of 50 rows, everything on, beside a bare hello; and the same with a hundred times as many notices."""

from appliance.model.words import Site
from bench import peers
from bench.browser import Browser, browser, wrk
from bench.measure import Row, beside
from bench.stores import Pair
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


async def rows(pair: Pair) -> list[Row]:
    """Both sizes on installations of their own, side by side, so that the machine's moods fall on both."""
    async with running(pair, FEW) as small, running(pair, MANY) as large:
        few, many = browser(small, Site.PORTAL), browser(large, Site.PORTAL)
        certificate = small.root / "certificates" / "portal.pem"
        key = small.root / "credentials" / "tls-portal.key"
        name = f"inbox, 50 of {FEW:,}"
        async with peers.hello(certificate, key) as peer:
            ratio = await beside(
                name,
                "pages/s",
                lambda: rate(few),
                "bare aiohttp + uvloop hello, TLS",
                lambda: hello(peer),
                "≥ 0.03×",
            )
        alike = await beside(
            f"inbox, 50 of {MANY:,}, one client, p50",
            "ms",
            lambda: half(many),
            f"at {FEW:,} (wanted: ≤ 6 ms)",
            lambda: half(few),
            "≤ 1.15×",
            digits=2,
        )
    return [ratio, alike]

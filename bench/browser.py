# SPDX-License-Identifier: Apache-2.0
"""Clients for measuring: curl for bytes, wrk for pages; both are faster than what they measure."""

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path

from appliance.model.words import Site
from appliance.web.cookies import visit_cookie
from bench.peers import PeerMissing
from bench.tiers import Tiers
from tests.story.stage import SITES

_RATE = re.compile(r"Requests/sec:\s+([0-9.]+)")
_HALF, _LAST = (re.compile(rf"{share}%\s+([0-9.]+)(us|ms|s)") for share in (50, 99))
_FAILED = re.compile(r"(Non-2xx|Socket errors).*")
_TO_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass
class Browser:
    """Somebody signed in at a site: address, cookie and form token."""

    site: str
    authority: Path
    cookie: str
    form: str

    @property
    def headers(self) -> list[str]:
        """For curl: what a browser sends with a change."""
        given = (f"Cookie: {self.cookie}", f"Origin: {self.site}", f"X-Renkei-Form: {self.form}", "Expect:")
        return [word for header in given for word in ("-H", header)]


def browser(tiers: Tiers, site: Site) -> Browser:
    """Somebody with a visit of its own."""
    address = f"https://{SITES[site]}:{tiers.settings.sites.of(site).port}"
    authority = tiers.root / "certificates" / "trusted.pem"
    token, form = tiers.visit(site)
    return Browser(address, authority, f"{visit_cookie(site)}={token}", form)


async def curl(*words: str) -> None:
    """Run curl to its end. Raises PeerMissing if it fails or the answer is no success."""
    started = await asyncio.create_subprocess_exec("curl", "-sSf", "-o", "/dev/null", *words)
    if await started.wait() != 0:
        raise PeerMissing(f"curl failed on {words[-1]}")


async def wrk(address: str, connections: int, seconds: int, cookie: str = "") -> tuple[float, float, float]:
    """Pages a second, and the median time and the 99th percentile of one in ms."""
    header = ("-H", f"Cookie: {cookie}") if cookie else ()
    words = ("-t1", f"-c{connections}", f"-d{seconds}s", "--latency", *header, address)
    started = await asyncio.create_subprocess_exec("wrk", *words, stdout=asyncio.subprocess.PIPE)
    said = (await started.communicate())[0].decode()
    rate, half, last, failed = (each.search(said) for each in (_RATE, _HALF, _LAST, _FAILED))
    if rate is None or half is None or last is None or failed is not None:
        raise PeerMissing(f"wrk on {address}: {failed.group() if failed else said}")
    return float(rate[1]), float(half[1]) * _TO_MS[half[2]], float(last[1]) * _TO_MS[last[2]]

# SPDX-License-Identifier: Apache-2.0
"""What every page of every route weighs with all that it loads at once: at most 60 kB."""

import re

import pytest

from tests.architecture.tree import nothing
from tests.browser.cast import Cast
from tests.browser.walk import PEOPLE, stops

pytestmark = [pytest.mark.lab, pytest.mark.asyncio(loop_scope="session")]

LIMIT = 60_000
LOADED = re.compile(r'(?:<script src|<link rel="[a-z]+" href|<img src|<source srcset)="(/[^"]+)"')
# The manual has pictures; `loading="lazy"` is what keeps them from who does not come to them.
LAZY = re.compile(r'<img [^>]*loading="lazy"[^>]*>')


async def test_every_page_weighs_little(cast: Cast) -> None:
    heavy, looked, sizes = [], 0, dict[str, int]()
    for who in PEOPLE:
        async for stop in stops(cast, who):
            html = (await cast[who].get(stop.path)).body.decode()
            loads = set(LOADED.findall(LAZY.sub("", html)))
            for one in loads - sizes.keys():
                sizes[one] = int((await cast[who].get(one)).headers["Content-Length"])
            weight = len(html.encode()) + sum(sizes[one] for one in loads)
            if weight > LIMIT:
                heavy.append(f"{who} {stop.path}: {weight:,} bytes, {len(html.encode()):,} of them its own")
            looked += 1
    assert not [one for one in sizes if "zip-core" in one]
    nothing(heavy)
    assert looked > 60

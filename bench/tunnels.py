# SPDX-License-Identifier: Apache-2.0
"""VPN sessions on real engines: how fast somebody is in, and how fast out. As root, in machines of their own."""

import asyncio
import sys
from collections.abc import Callable

from bench import vpn_cuts
from bench.measure import Row
from bench.stores import Pair
from tests.servers.netns import lab_missing

TAKEN: tuple[Callable[[], list[Row]], ...] = (lambda: [vpn_cuts.nft()], vpn_cuts.softether)


async def rows(pair: Pair) -> list[Row]:
    """All of them; none where this machine cannot make machines, which is said."""
    if missing := lab_missing("iperf3"):
        print(f"tunnels: left out, for it needs {', '.join(missing)}", file=sys.stderr)
        return []
    return [row for taken in TAKEN for row in await asyncio.to_thread(taken)]

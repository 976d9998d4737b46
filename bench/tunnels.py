# SPDX-License-Identifier: Apache-2.0
"""VPN sessions on real engines: how fast somebody is in, how fast out, and what they cost. As root."""

import asyncio
import sys

from bench import vpn_cuts, vpn_rush, vpn_stream, vpn_ticks
from bench.measure import Row
from bench.stores import Pair
from tests.servers.netns import lab_missing


async def rows(pair: Pair) -> list[Row]:
    """All of them; but what a machine lacks that cannot make machines, which is said."""
    taken = await vpn_ticks.rows()
    if missing := lab_missing("iperf3"):
        print(f"tunnels: most is left out, for it needs {', '.join(missing)}", file=sys.stderr)
        return taken
    taken += await asyncio.to_thread(vpn_ticks.gate)
    taken += [await asyncio.to_thread(vpn_cuts.nft), *await asyncio.to_thread(vpn_cuts.softether)]
    return taken + await vpn_rush.rows() + await vpn_stream.rows()

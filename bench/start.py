# SPDX-License-Identifier: Apache-2.0
"""Start to ready, and memory at rest, of all tiers in one process."""

import re
from pathlib import Path

from bench.measure import Row, Spread, Stopwatch
from bench.stores import Pair
from bench.tiers import installed
from tests.story.stage import served

ROUNDS = 7
_ANON = re.compile(r"RssAnon:\s+([0-9]+) kB")


async def once(config: Path) -> tuple[float, float]:
    """Seconds until it is ready, and its RssAnon in MB."""
    watch = Stopwatch()
    async with served(config, ("--all",)) as process:
        ready = watch.seconds
        found = _ANON.search(Path(f"/proc/{process.pid}/status").read_text("utf-8"))
        assert found is not None
        return ready, int(found[1]) * 1024 / 1_000_000


async def rows(pair: Pair) -> list[Row]:
    """The same installation, started again and again."""
    async with installed(pair) as first:
        taken = [await once(first.config) for _ in range(ROUNDS)]
    ready, memory = zip(*taken, strict=True)
    return [
        Row("start to ready, all in one", "s", Spread(ready), "≤ 0.9 s", digits=2),
        Row("RssAnon at rest, all in one", "MB", Spread(memory), "≤ 90 MB"),
    ]

# SPDX-License-Identifier: Apache-2.0
"""The full DeliverNotice command at 50 callers: opened, judged, sealed, journaled, durable; over the link.

More at once than the doorman lets wait are told to come again, so that more callers would measure that.
"""

import asyncio
import hashlib
import itertools

from appliance.link.messages import BeginUpload, DeliverNotice, PutPart
from appliance.model.words import Site
from bench.measure import Row, Spread, Stopwatch, percentile
from bench.stores import Pair
from bench.tiers import Guest, Tiers, command_id, running
from tests.pdf import pdf

CALLERS = 50
EACH = 8
VISITS = 20
ROUNDS = 5
numbers = itertools.count()


async def uploaded(guest: Guest, office: str) -> tuple[str, bytes]:
    """An upload that is complete but for its delivery, and its SHA-256; each is another document."""
    content = pdf(next(numbers), 2_009)
    begin = BeginUpload(office, "bench.pdf", len(content), command_id())
    upload: str = (await guest.ask(begin)).upload
    await guest.ask(PutPart(upload, 0), content)
    return upload, hashlib.sha256(content).digest()


async def one_round(guests: list[Guest], office: str) -> tuple[float, float]:
    """Deliveries a second, and the time in ms below which 99 of 100 were answered."""
    ready = [(guest, *await uploaded(guest, office)) for guest in guests for _ in range(EACH * CALLERS // VISITS)]
    waiting, seconds = iter(ready), list[float]()

    async def caller() -> None:
        for guest, upload, sha256 in waiting:
            watch = Stopwatch()
            await guest.ask(DeliverNotice(upload, "receipt", "2026-06", sha256, command_id()))
            seconds.append(watch.seconds)

    watch = Stopwatch()
    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    return len(ready) / watch.seconds, percentile(seconds, 0.99) * 1000


async def taken(tiers: Tiers) -> list[Row]:
    """Both rows, from the same rounds."""
    link = tiers.link(Site.CONSOLE)
    guests = [tiers.guest(Site.CONSOLE, link) for _ in range(VISITS)]
    rounds = [await one_round(guests, tiers.office) for _ in range(ROUNDS)]
    await link.close()
    rates, slowest = zip(*rounds, strict=True)
    return [
        Row("DeliverNotice, 50 callers", "/s", Spread(rates), "≥ 2,500/s"),
        Row("DeliverNotice, 99 of 100 below", "ms", Spread(slowest), "≤ 80 ms"),
    ]


async def rows(pair: Pair) -> list[Row]:
    """On a fresh installation."""
    async with running(pair) as tiers:
        return await taken(tiers)

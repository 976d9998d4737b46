# SPDX-License-Identifier: Apache-2.0
"""The journal: entries a second in batches, beside SHA-256 alone; and how long a million take to verify."""

import asyncio
import hashlib
import os
from functools import partial

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.contracts.records import Txn
from appliance.host.system import SystemRandom
from appliance.model.journal import Entry, Kind, Result
from appliance.vault.journal.checkpoint import Checkpoints
from appliance.vault.journal.log import Log
from appliance.vault.journal.verify import verify
from appliance.vault.keys.sealing import Sealer
from appliance.vault.records.writer import Writer
from bench.commits import store
from bench.measure import Row, Spread, Stopwatch, beside
from bench.stores import RECORDS, Pair

IN_ONE = 50
CALLERS = 20
EACH = 40_000
ALL = 1_000_000


def entry(number: int) -> Entry:
    """What a download leaves."""
    return Entry(
        kind=Kind.NOTICE_RECEIVED,
        result=Result.DONE,
        at=1_780_966_800_000 + number,
        site="portal",
        actor="a" * 26,
        office="b" * 26,
        thing="c" * 26,
        reason="",
        request="0123456789abcdef",
        salt=number.to_bytes(16, "big"),
        sha256="0" * 64,
        personal={"source": "127.0.0.1", "file_name": "20260501_0001_領収証書.pdf"},
    )


def append_to(log: Log, entries: list[Entry], txn: Txn) -> int:
    """The function that is committed."""
    return log.append(txn, entries)


async def append(writer: Writer, log: Log, count: int) -> float:
    """Entries a second, so many in each function, by some callers at once."""
    starts = iter(range(0, count, IN_ONE))

    async def caller() -> None:
        for start in starts:
            some = [entry(number) for number in range(start, start + IN_ONE)]
            await writer.commit(partial(append_to, log, some))

    watch = Stopwatch()
    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    return count / watch.seconds


async def hashed() -> float:
    """SHA-256 alone, of as many bytes as a leaf has."""
    leaf = b"x" * 400
    watch = Stopwatch()
    for _ in range(EACH):
        hashlib.sha256(leaf).digest()
    return EACH / watch.seconds


async def rows(pair: Pair) -> list[Row]:
    """Append in rounds, fill up to a million, verify."""
    sealer = Sealer({1: os.urandom(32)}, 1, os.urandom(32), SystemRandom())
    log = Log("bench", sealer)
    with RECORDS[pair.records]() as kind:
        async with store(kind) as (records, writer):
            first = await beside(
                "journal entries, in batches",
                "/s",
                lambda: append(writer, log, EACH),
                "SHA-256 alone",
                hashed,
                "≥ 20,000/s",
            )
            await append(writer, log, ALL - 5 * EACH)
            checkpoints = Checkpoints(log, Ed25519PrivateKey.generate(), records, writer.commit)
            await checkpoints.sign_if_grown()
            taken = []
            for _ in range(3):
                watch = Stopwatch()
                verdict = await verify(records, log, checkpoints)
                assert verdict.ok and verdict.entries == ALL, verdict
                taken.append(watch.seconds)
    return [first, Row(f"verify {ALL:,} entries", "s", Spread(tuple(taken)), "≤ 10 s", digits=1)]

# SPDX-License-Identifier: Apache-2.0
"""Durable commits a second: the writer on its record store, beside what that rests on with one commit a row."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

from appliance.contracts.records import RecordStore, Txn
from appliance.vault.records.writer import Writer
from bench.measure import Row, Stopwatch, beside
from bench.stores import RECORDS, Kind, Pair, opened

EACH = {1: 1_500, 10: 6_000, 100: 30_000}
PLAIN = 1_500
WANT = {
    "lmdb": {1: "≥ 0.8×", 10: "≥ 3×", 100: "≥ 8×"},
    "postgres": {1: "–", 10: "–", 100: "≥ 1×"},
}
CROWD = 100
CROWD_EACH = 5_000
VALUE = b"v" * 300


@asynccontextmanager
async def store(kind: Kind) -> AsyncIterator[tuple[RecordStore, Writer]]:
    """An empty store and the writer on it."""
    async with opened(kind.empty()) as plugin, asyncio.TaskGroup() as group:
        records: RecordStore = plugin.register_records()[0]
        writer = Writer(records)
        group.create_task(writer.run())
        yield records, writer
        await writer.close()


async def ours(kind: Kind, callers: int) -> float:
    """Commits a second, each of one small value."""
    count = EACH[callers]
    async with store(kind) as (_, writer):
        numbers = iter(range(count))

        async def caller() -> None:
            for number in numbers:
                await writer.commit(put(number))

        watch = Stopwatch()
        await asyncio.gather(*(caller() for _ in range(callers)))
        return count / watch.seconds


def put(number: int) -> Callable[[Txn], None]:
    """A function that writes one value."""
    key = number.to_bytes(8, "big")
    return lambda txn: txn.put(key, VALUE)


async def theirs(kind: Kind, count: int, connections: int) -> float:
    """Rows a second of what the store rests on, a durable commit each."""
    return await asyncio.to_thread(kind.plain, count, connections, VALUE)


async def rows(pair: Pair) -> list[Row]:
    """One row for each number of callers; a server with many connections is a peer of its own."""
    wants = WANT[pair.records]
    with RECORDS[pair.records]() as kind:
        taken = [
            await beside(
                f"durable commits, {callers} callers",
                "/s",
                partial(ours, kind, callers),
                kind.called,
                partial(theirs, kind, PLAIN, 1),
                wants[callers],
            )
            for callers in EACH
        ]
        if kind.many:
            what, peer = f"durable commits, {CROWD} callers", f"the same on {CROWD} connections"
            crowd = partial(theirs, kind, CROWD_EACH, CROWD)
            taken.append(await beside(what, "/s", partial(ours, kind, CROWD), peer, crowd, "–"))
    return taken

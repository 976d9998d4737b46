# SPDX-License-Identifier: Apache-2.0
"""Durable commits a second: the writer on its LMDB store, beside plain LMDB with one commit each."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import lmdb
from renkei_records_lmdb import RecordsLmdb

from appliance.config.credentials import Credentials
from appliance.contracts.records import RecordStore, Txn
from appliance.host.services import plugin_services
from appliance.host.system import SystemClock, SystemRandom
from appliance.metrics.registry import Metrics
from appliance.vault.writer import Writer
from bench.measure import Row, Stopwatch, beside

EACH = {1: 1_500, 10: 6_000, 100: 30_000}
WANT = {1: "≥ 0.8×", 10: "≥ 3×", 100: "≥ 8×"}
VALUE = b"v" * 300


@asynccontextmanager
async def store(folder: Path) -> AsyncIterator[tuple[RecordStore, Writer]]:
    """The plugin's store and the writer on it, without host and guard."""
    services = plugin_services(
        "records_lmdb",
        clock=SystemClock(),
        random=SystemRandom(),
        metrics=Metrics(process=False),
        credentials=Credentials(None),
    )
    plugin = RecordsLmdb(RecordsLmdb.Settings(path=str(folder)), services)
    await plugin.start()
    async with asyncio.TaskGroup() as group:
        records = plugin.register_records()[0]
        opened = Writer(records)
        group.create_task(opened.run())
        yield records, opened
        await opened.close()
    await plugin.stop()


async def ours(callers: int, count: int) -> float:
    """Commits a second, each of one small value."""
    with tempfile.TemporaryDirectory(prefix="renkei-bench-") as folder:
        async with store(Path(folder) / "records") as (_, opened):
            numbers = iter(range(count))

            async def caller() -> None:
                for number in numbers:
                    await opened.commit(put(number))

            watch = Stopwatch()
            await asyncio.gather(*(caller() for _ in range(callers)))
            return count / watch.seconds


def put(number: int) -> Callable[[Txn], None]:
    """A function that writes one value."""
    key = number.to_bytes(8, "big")
    return lambda txn: txn.put(key, VALUE)


async def plain(count: int) -> float:
    """Commits a second of LMDB itself, one transaction and one fsync each, in one thread."""
    with (
        tempfile.TemporaryDirectory(prefix="renkei-bench-") as folder,
        lmdb.open(folder, map_size=1 << 34, max_spare_txns=1) as env,
    ):
        watch = Stopwatch()
        for number in range(count):
            with env.begin(write=True) as txn:
                txn.put(number.to_bytes(8, "big"), VALUE)
        return count / watch.seconds


async def rows() -> list[Row]:
    """One row for each number of callers."""
    return [
        await beside(
            f"durable commits, {callers} callers",
            "/s",
            lambda callers=callers: ours(callers, EACH[callers]),  # type: ignore[misc]
            "plain LMDB, one commit each",
            lambda: plain(EACH[1]),
            WANT[callers],
        )
        for callers in EACH
    ]

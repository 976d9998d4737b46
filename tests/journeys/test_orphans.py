# SPDX-License-Identifier: Apache-2.0
"""Killed between blob and record: the blob is an orphan that is found; a record without its blob there never is.

The two stores are kept in the order of the vault: the blob is durable before a record names it (design §6).
"""

import asyncio
import logging
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from renkei_blobs_files.store import FileBlobs
from renkei_records_lmdb.store import LmdbStore

from appliance.contracts.blobs import BlobStore
from appliance.contracts.records import RecordStore
from appliance.host.services import WorkerThread
from appliance.testing.blobs_making import pattern, whole
from appliance.testing.clock import FakeClock, FakeRandom
from appliance.testing.records_making import all_rows

SIZE = 300_000
SAVERS = 4
SAVER = """
import asyncio, os, sys
from pathlib import Path
from appliance.model.ids import id_from
from appliance.testing.blobs_making import pattern, pieces
from tests.journeys.test_orphans import SAVERS, SIZE, stores

async def deliver(records, blobs):
    while True:
        id = id_from(os.urandom(16))
        await blobs.save(id, pieces(pattern(SIZE, id)))
        print("blob", id, flush=True)
        await records.write([lambda txn: txn.put(id.encode(), b"")])
        print("record", id, flush=True)

async def main():
    async with stores(Path(sys.argv[1])) as (records, blobs), asyncio.TaskGroup() as group:
        for _ in range(SAVERS):
            group.create_task(deliver(records, blobs))

asyncio.run(main())
"""


@asynccontextmanager
async def stores(folder: Path) -> AsyncIterator[tuple[RecordStore, BlobStore]]:
    """Both stores, in one folder."""
    thread = WorkerThread("records")
    records = LmdbStore(folder / "records", 1 << 30, time.monotonic, thread)
    blobs = FileBlobs(folder / "blobs", 2, FakeClock(), FakeRandom(), logging.getLogger("test"))
    records.open()
    await blobs.start()
    yield records, blobs
    await blobs.stop()
    await records.close()
    thread.close()


def said_until_killed(folder: Path, word: str, count: int) -> set[tuple[str, str]]:
    """What a saver acknowledged; it is killed as soon as it has said word so often."""
    command = [sys.executable, "-c", SAVER, str(folder)]
    said: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            if sum(one.startswith(word) for one in said) == count:
                process.kill()
    assert process.returncode == -signal.SIGKILL
    pairs = (line.split() for line in said if line.endswith("\n"))
    return {(kind, id) for kind, id in pairs}


@pytest.mark.parametrize("count", [1, 4, 9, 30])
@pytest.mark.parametrize("word", ["blob", "record"])
async def test_a_kill_leaves_orphans_at_most(tmp_path: Path, word: str, count: int) -> None:
    said = await asyncio.to_thread(said_until_killed, tmp_path, word, count)
    async with stores(tmp_path) as (records, blobs):
        named = {key.decode() for key, _ in await all_rows(records)}
        kept = {info.id for info in await blobs.ids()}
        assert {id for kind, id in said if kind == "record"} <= named, "what was acknowledged is there"
        assert named | {id for kind, id in said if kind == "blob"} <= kept, "no record without its blob"
        assert len(kept - named) <= SAVERS, "at most one orphan each"
        for id in kept:
            assert await whole(blobs, id) == pattern(SIZE, id)
        for id in kept - named:
            assert await blobs.delete(id)
        assert {info.id for info in await blobs.ids()} == named

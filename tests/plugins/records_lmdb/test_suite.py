# SPDX-License-Identifier: Apache-2.0
"""The contract of the record store, kept by LMDB."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from renkei_records_lmdb.store import LmdbStore

from appliance.testing.clock import FakeClock
from appliance.testing.records_suite import RecordsSuite

T = TypeVar("T")


async def in_thread(function: Callable[..., T], *args: Any) -> T:
    return await asyncio.to_thread(function, *args)


class TestLmdbStore(RecordsSuite):
    async def make_store(self, folder: Path, clock: FakeClock) -> LmdbStore:
        return await self.make_small_store(folder, clock, 1 << 30)

    async def make_small_store(self, folder: Path, clock: FakeClock, size: int) -> LmdbStore:
        store = LmdbStore(folder, size, clock.monotonic, in_thread)
        store.open()
        return store

    async def close_store(self, store: LmdbStore) -> None:
        await store.close()

# SPDX-License-Identifier: Apache-2.0
"""The contract of blob stores, kept by two implementations."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from renkei_blobs_files.store import FileBlobs

from appliance.contracts.blobs import BlobStore
from appliance.model.time import Instant
from appliance.testing.blobs_suite import BlobsSuite
from appliance.testing.clock import FakeClock, FakeRandom
from appliance.testing.memory_blobs import MemoryBlobs


class TestFileBlobs(BlobsSuite):
    @asynccontextmanager
    async def opened(self, folder: Path) -> AsyncIterator[BlobStore]:
        store = FileBlobs(folder, 2, FakeClock(), FakeRandom(), logging.getLogger("test"))
        await store.start()
        try:
            yield store
        finally:
            await store.stop()


class TestMemoryBlobs(BlobsSuite):
    @asynccontextmanager
    async def opened(self, folder: Path) -> AsyncIterator[BlobStore]:
        yield MemoryBlobs(FakeClock(), kept=self._folders.setdefault(folder, {}))

    def setup_method(self) -> None:
        self._folders: dict[Path, dict[str, tuple[bytes, Instant]]] = {}

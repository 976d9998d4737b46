# SPDX-License-Identifier: Apache-2.0
"""A blob store that a subclass breaks in one place, and the suite that is to notice."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterable, AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from appliance.contracts.blobs import MAX_IDS, BlobInfo, BlobStore
from appliance.contracts.records import Usage
from appliance.model.ids import id_from
from appliance.testing.blobs_suite import BlobsSuite
from appliance.testing.clock import FakeClock, FakeRandom
from appliance.testing.memory_blobs import MemoryBlobs
from tests.contracts.breaking import notices


class BentBlobs:
    """It does what the store in memory does."""

    def __init__(self) -> None:
        """It is empty. left are descriptors to be closed at the end."""
        self.inner = MemoryBlobs(FakeClock())
        self.left: list[int] = []
        self.taken: set[str] = set()

    async def save(self, id: str, chunks: AsyncIterable[bytes]) -> int:
        """As inner does."""
        return await self.inner.save(id, chunks)

    def open(self, id: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """As inner does."""
        return self.inner.open(id, start, stop)

    async def delete(self, id: str) -> bool:
        """As inner does."""
        return await self.inner.delete(id)

    async def ids(self, after: str = "", limit: int = MAX_IDS) -> list[BlobInfo]:
        """As inner does."""
        return await self.inner.ids(after, limit)

    async def check(self) -> Usage:
        """As inner does."""
        return await self.inner.check()


class BentBlobsSuite(BlobsSuite):
    """Short of patience, as nothing is slow here."""

    patience = 0.5

    def __init__(self, bent: type[BentBlobs]) -> None:
        """For this store."""
        self._bent = bent
        self._made: dict[Path, BentBlobs] = {}

    @asynccontextmanager
    async def opened(self, folder: Path) -> AsyncIterator[BlobStore]:
        """The same folder, the same store."""
        yield self._made.setdefault(folder, self._bent())

    @asynccontextmanager
    async def fixtures(self, folder: Path) -> AsyncIterator[Callable[[str], Any]]:
        """What pytest would give."""
        await asyncio.to_thread(folder.mkdir)
        random = FakeRandom("ids")
        blobs = self._bent()

        async def made(name: str) -> Any:
            ids = sorted(id_from(random.bytes(16)) for _ in range(40))
            return {"blobs": blobs, "tmp_path": folder, "ids": ids}[name]

        yield made
        for file in blobs.left:
            with contextlib.suppress(OSError):
                os.close(file)

    async def notices(self, test: str, folder: Path) -> bool:
        """Whether one test of the suite fails."""
        return await notices(getattr(self, f"test_{test}"), self.fixtures, folder)

# SPDX-License-Identifier: Apache-2.0
"""The contract of blob stores, kept by two implementations."""

import logging
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from renkei_blobs_files.store import FileBlobs

from appliance.contracts.blobs import MAX_BLOB, MAX_IDS, BlobInfo, BlobMissing, BlobStore, BlobTooLarge
from appliance.contracts.records import Usage
from appliance.model.ids import is_id
from appliance.model.time import Instant
from appliance.testing.blobs_suite import BlobsSuite
from appliance.testing.clock import FakeClock, FakeRandom
from appliance.testing.memory_blobs import MemoryBlobs
from tests.contracts.breaking_blobs import BentBlobs, BentBlobsSuite


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


# --- stores that are broken on purpose ----------------------------------------------------------------------------


async def each(blob: list[bytes]) -> AsyncIterator[bytes]:
    for chunk in blob:
        yield chunk


class DropsEmptyChunks(BentBlobs):
    """An empty chunk is the end."""

    async def save(self, id: str, chunks: AsyncIterable[bytes]) -> int:
        blob: list[bytes] = []
        async for chunk in chunks:
            if not chunk:
                break
            blob.append(chunk)
        return await self.inner.save(id, each(blob))


class StopIncluded(BentBlobs):
    """The last position belongs to a range, as in HTTP."""

    def open(self, id: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        return self.inner.open(id, start, None if stop is None else stop + 1)


class LargePieces(BentBlobs):
    """A range is one piece."""

    async def open(self, id: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        if whole := b"".join([piece async for piece in self.inner.open(id, start, stop)]):
            yield whole


class MissingIsEmpty(BentBlobs):
    """What is not there has no bytes."""

    async def open(self, id: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        try:
            async for piece in self.inner.open(id, start, stop):
                yield piece
        except BlobMissing:
            return


class Replaces(BentBlobs):
    """A blob can be saved anew."""

    async def save(self, id: str, chunks: AsyncIterable[bytes]) -> int:
        await self.inner.delete(id)
        return await self.inner.save(id, chunks)


class Buried(BentBlobs):
    """An id is good for one blob ever, and a delete always succeeds."""

    async def delete(self, id: str) -> bool:
        await self.inner.delete(id)
        await self.inner.save(id, each([]))
        return True


class CutsLarge(BentBlobs):
    """What is too large ends where it becomes so."""

    async def save(self, id: str, chunks: AsyncIterable[bytes]) -> int:
        blob = b""
        async for chunk in chunks:
            blob += chunk
            if len(blob) > MAX_BLOB:
                break
        return await self.inner.save(id, each([blob[:MAX_BLOB]]))


class TakesAll(BentBlobs):
    """Size is looked at when there is too much in memory already."""

    async def save(self, id: str, chunks: AsyncIterable[bytes]) -> int:
        blob: list[bytes] = []
        async for chunk in chunks:
            blob.append(chunk)
            if sum(map(len, blob)) > MAX_BLOB + 3 * len(chunk):
                raise BlobTooLarge(id)
        return await self.inner.save(id, each(blob))


class SmallerThanAllowed(BentBlobs):
    """The largest blob does not fit."""

    async def save(self, id: str, chunks: AsyncIterable[bytes]) -> int:
        if await self.inner.save(id, chunks) == MAX_BLOB:
            await self.inner.delete(id)
            raise BlobTooLarge(id)
        return MAX_BLOB


class AfterIncluded(BentBlobs):
    """A page begins with the id that was the last."""

    async def ids(self, after: str = "", limit: int = MAX_IDS) -> list[BlobInfo]:
        return [info for info in await self.inner.ids() if info.id >= after][:limit]


class NeedsAnId(BentBlobs):
    """Where no id is given, the list begins anew."""

    async def ids(self, after: str = "", limit: int = MAX_IDS) -> list[BlobInfo]:
        return await self.inner.ids(after if is_id(after) else "", limit)


class AnyName(BentBlobs):
    """A name that is no id is asked for and not found."""

    async def delete(self, id: str) -> bool:
        return is_id(id) and await self.inner.delete(id)


class Forgets(BentBlobs):
    """Nothing outlives it."""

    async def save(self, id: str, chunks: AsyncIterable[bytes]) -> int:
        self.inner._kept.clear()
        return await self.inner.save(id, chunks)


class ChecksAndLeaves(BentBlobs):
    """The proof stays."""

    async def check(self) -> Usage:
        await self.inner.save("a" * 26, each([b"proof"]))
        return await self.inner.check()


BROKEN: list[tuple[type[BentBlobs], str]] = [
    (DropsEmptyChunks, "what_was_saved_comes_back"),
    (LargePieces, "what_was_saved_comes_back"),
    (StopIncluded, "a_range_is_a_slice"),
    (MissingIsEmpty, "a_missing_blob_is_missing"),
    (Replaces, "a_blob_is_never_overwritten"),
    (Buried, "deleted_is_gone_and_the_id_is_free"),
    (CutsLarge, "a_larger_blob_is_refused_and_its_source_left_alone"),
    (TakesAll, "a_larger_blob_is_refused_and_its_source_left_alone"),
    (SmallerThanAllowed, "the_largest_blob_fits"),
    (AfterIncluded, "ids_come_in_order_and_in_pages"),
    (NeedsAnId, "ids_after_what_is_no_id"),
    (AnyName, "only_ids_are_names"),
    (Forgets, "ids_come_in_order_and_in_pages"),
    (ChecksAndLeaves, "the_check_leaves_nothing_behind"),
]


@pytest.mark.parametrize(("bent", "test"), BROKEN)
async def test_what_is_broken_is_noticed(bent: type[BentBlobs], test: str, tmp_path: Path) -> None:
    assert await BentBlobsSuite(bent).notices(test, tmp_path)


@pytest.mark.parametrize("test", sorted({test for _, test in BROKEN}))
async def test_what_is_good_is_not(test: str, tmp_path: Path) -> None:
    assert not await BentBlobsSuite(BentBlobs).notices(test, tmp_path)

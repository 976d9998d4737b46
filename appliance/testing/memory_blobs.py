# SPDX-License-Identifier: Apache-2.0
"""A blob store in memory that a test can fill up and break."""

from collections.abc import AsyncIterable, AsyncIterator

from appliance.contracts.blobs import (
    MAX_BLOB,
    MAX_IDS,
    BlobError,
    BlobExists,
    BlobInfo,
    BlobMissing,
    BlobStoreFull,
    BlobTooLarge,
)
from appliance.contracts.plugin import Clock
from appliance.contracts.records import Usage
from appliance.model.ids import is_id
from appliance.model.time import Instant

PIECE = 1024 * 1024
UNBOUNDED = 1 << 40


class MemoryBlobs:
    """The fake of contracts.blobs.BlobStore.

    capacity, in bytes, may be changed at any time: what exceeds it raises BlobStoreFull. While broken is set, every
    call raises BlobError with its text. change() spoils a blob, as a bad disk or a thief does.
    """

    def __init__(
        self, clock: Clock, *, capacity: int = UNBOUNDED, kept: dict[str, tuple[bytes, Instant]] | None = None
    ) -> None:
        """kept is what an earlier store has left; it is used, not copied."""
        self._clock = clock
        self._kept = {} if kept is None else kept
        self.capacity = capacity
        self.broken = ""

    @property
    def used(self) -> int:
        """The bytes of all blobs."""
        return sum(len(kept) for kept, _ in self._kept.values())

    async def save(self, id: str, chunks: AsyncIterable[bytes]) -> int:
        """Keep the chunks under id, all or nothing."""
        self._need(id)
        blob = bytearray()
        async for chunk in chunks:
            blob += chunk
            if len(blob) > MAX_BLOB:
                raise BlobTooLarge(f"blob {id} has more than {MAX_BLOB} bytes")
            if self.capacity < UNBOUNDED and self.used + len(blob) > self.capacity:
                raise BlobStoreFull(f"no room for blob {id}")
        self._need(id)
        if id in self._kept:
            raise BlobExists(f"there is a blob {id}")
        self._kept[id] = (bytes(blob), self._clock.now())
        return len(blob)

    async def open(self, id: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """The bytes of a range in pieces of at most 1 MiB."""
        blob = self._blob(id)
        end = len(blob) if stop is None else min(stop, len(blob))
        for at in range(start, end, PIECE):
            self._need(id)
            yield blob[at : min(at + PIECE, end)]

    async def delete(self, id: str) -> bool:
        """Remove the blob; whether it was there."""
        self._need(id)
        return self._kept.pop(id, None) is not None

    async def ids(self, after: str = "", limit: int = MAX_IDS) -> list[BlobInfo]:
        """At most limit blobs in the order of their ids."""
        self._need_whole()
        found = sorted(id for id in self._kept if id > after)[:limit]
        return [BlobInfo(id, len(self._kept[id][0]), self._kept[id][1]) for id in found]

    async def check(self) -> Usage:
        """How full the store is; it works unless it was broken."""
        self._need_whole()
        return Usage(min(self.used, self.capacity), self.capacity)

    def change(self, id: str, blob: bytes) -> None:
        """Put other bytes under an id behind the back of everybody."""
        self._kept[id] = (blob, self._kept[id][1])

    def _blob(self, id: str) -> bytes:
        self._need(id)
        if id not in self._kept:
            raise BlobMissing(f"there is no blob {id}")
        return self._kept[id][0]

    def _need(self, id: str) -> None:
        self._need_whole()
        if not is_id(id):
            raise BlobError("a blob is named by an id, and by nothing else")

    def _need_whole(self) -> None:
        if self.broken:
            raise BlobError(self.broken)

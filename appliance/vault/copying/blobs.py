# SPDX-License-Identifier: Apache-2.0
"""The blobs: copied a few at a time, and each read back from where it was copied to."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import Any

from appliance.contracts.blobs import BlobInfo, BlobMissing, BlobStore
from appliance.vault.copying.abreast import each
from appliance.vault.copying.errors import CopyRefused, Different
from appliance.vault.copying.progress import Counts, Stage, Tell, Told

Keep = Callable[[str], Awaitable[Any]]


async def infos(blobs: BlobStore, last: str = "") -> AsyncGenerator[BlobInfo, None]:
    """All blobs behind the id last, in the order of their ids."""
    while page := await blobs.ids(last):
        for info in page:
            yield info
        last = page[-1].id


async def count_blobs(blobs: BlobStore) -> Counts:
    """How many there are, and how many bytes."""
    counts = Counts()
    async with aclosing(infos(blobs)) as found:
        async for info in found:
            counts.blobs += 1
            counts.blob_bytes += info.size
    return counts


async def refuse_others(source: BlobStore, target: BlobStore, to: str) -> None:
    """Raise CopyRefused for a target with a blob that the source has not: it is somebody else's. to says where."""
    async with aclosing(infos(source)) as ours, aclosing(infos(target)) as theirs:
        mine = await anext(ours, None)
        async for info in theirs:
            while mine is not None and mine.id < info.id:
                mine = await anext(ours, None)
            if mine is None or mine.id != info.id:
                raise CopyRefused(
                    f"the new blob store is not empty ({to}): it has the blob {info.id}, which is none of "
                    "this fund; name an empty one"
                )


@dataclass
class BlobCopy:
    """The copying of all blobs. Those up to the id proven are known to be whole; keep notes a later one."""

    source: BlobStore
    target: BlobStore
    proven: str
    keep: Keep
    total: int
    tell: Tell
    counts: Counts = field(default_factory=Counts)

    async def run(self) -> None:
        """Copy what is not there, page by page. Raises Different, BlobError."""
        last = ""
        while page := await self.source.ids(last):
            there = await self._there(last, page[-1].id)
            await each(page, partial(self._need, there))
            last = page[-1].id
            if last > self.proven:
                await self.keep(last)

    async def _there(self, last: str, until: str) -> dict[str, int]:
        """The sizes of the target's blobs between two ids."""
        found: dict[str, int] = {}
        async with aclosing(infos(self.target, last)) as theirs:
            async for info in theirs:
                if info.id > until:
                    break
                found[info.id] = info.size
        return found

    async def _need(self, there: dict[str, int], info: BlobInfo) -> None:
        """The blob is in the target, whole, afterwards."""
        is_there = there.get(info.id) == info.size
        if not (is_there and (info.id <= self.proven or await self._is_same(info.id))):
            if info.id in there:
                await self.target.delete(info.id)
            await self._copy(info)
        self.counts.blobs += 1
        self.counts.blob_bytes += info.size
        self.tell(Told(Stage.BLOBS, self.counts.blobs, self.total, self.counts.blob_bytes))

    async def _is_same(self, id: str) -> bool:
        return await digest(self.source, id) == await digest(self.target, id)

    async def _copy(self, info: BlobInfo) -> None:
        read = sha256()
        try:
            size = await self.target.save(info.id, _hashed(self.source.open(info.id), read))
        except BlobMissing as error:
            raise Different(f"the blob {info.id} is listed, but cannot be read any more") from error
        if size != info.size or await digest(self.target, info.id) != read.digest():
            raise Different(f"the blob {info.id} does not come back from the new store as it was saved")


async def digest(blobs: BlobStore, id: str) -> bytes:
    """SHA-256 of a blob's bytes."""
    made = sha256()
    async with aclosing(blobs.open(id)) as pieces:  # type: ignore[type-var]
        async for piece in pieces:
            made.update(piece)
    return made.digest()


async def _hashed(pieces: AsyncIterator[bytes], hash: Any) -> AsyncIterator[bytes]:
    async for piece in pieces:
        hash.update(piece)
        yield piece

# SPDX-License-Identifier: Apache-2.0
"""How the parts of the blob suite get their store, and what all of them save and read."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from functools import cache
from pathlib import Path

import pytest

from appliance.contracts.blobs import BlobStore
from appliance.model.ids import id_from
from appliance.testing.clock import FakeRandom

MIB = 1024 * 1024


async def pieces(*chunks: bytes) -> AsyncIterator[bytes]:
    """The chunks, one by one, with a turn of the loop in between."""
    for chunk in chunks:
        yield chunk
        await asyncio.sleep(0)


async def cut(*chunks: bytes) -> AsyncIterator[bytes]:
    """The chunks, and then the connection is gone."""
    async for chunk in pieces(*chunks):
        yield chunk
    raise ConnectionResetError("cut")


async def whole(blobs: BlobStore, id: str, start: int = 0, stop: int | None = None) -> bytes:
    """All pieces of a range as one, each of them checked for its size."""
    found = [piece async for piece in blobs.open(id, start, stop)]
    assert all(0 < len(piece) <= MIB for piece in found)
    return b"".join(found)


def pattern(size: int, seed: str = "") -> bytes:
    """Bytes in which every place is another."""
    return FakeRandom(seed).bytes(size)


@cache
def numbered() -> bytes:
    """Two MiB and five hundred bytes; what stands at a place says which place it is."""
    count = MIB // 2 + 125
    return struct.pack(f">{count}I", *range(count))


class BlobsMaking:
    """What all parts of the suite share."""

    patience = 60.0
    """Seconds after which something that waits for the store has waited in vain."""

    def opened(self, folder: Path) -> AbstractAsyncContextManager[BlobStore]:
        """A started store that keeps its blobs in folder, closed at the end; the same folder, the same blobs."""
        raise NotImplementedError  # only the author of a store can say how

    @pytest.fixture
    async def blobs(self, tmp_path: Path) -> AsyncIterator[BlobStore]:
        """A started store."""
        async with self.opened(tmp_path / "blobs") as store:
            yield store

    @pytest.fixture
    def ids(self) -> list[str]:
        """Ids in order."""
        random = FakeRandom("ids")
        return sorted(id_from(random.bytes(16)) for _ in range(40))

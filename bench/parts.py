# SPDX-License-Identifier: Apache-2.0
"""Parts of a document a second: saved in the blob store, beside what that rests on with the same bytes."""

import asyncio
import os
from collections.abc import AsyncIterator
from functools import partial

from appliance.contracts.blobs import BlobStore
from appliance.link.messages import PART_SIZE
from appliance.model.ids import id_from
from bench.measure import Row, Stopwatch, beside
from bench.stores import BLOBS, Kind, Pair, opened

EACH = 32
AT_ONCE = 8
PIECE = 64 * 1024
WANT = {"files": "–", "s3": "≥ 0.8×"}


async def pieces(body: bytes) -> AsyncIterator[bytes]:
    """The body as the vault hands it over."""
    for start in range(0, len(body), PIECE):
        yield body[start : start + PIECE]


async def ours(kind: Kind, body: bytes) -> float:
    """Parts a second, so many at once."""
    async with opened(kind.empty()) as plugin:
        store: BlobStore = plugin.register_blobs()[0]
        ids = iter([id_from(os.urandom(16)) for _ in range(EACH)])

        async def save() -> None:
            for id in ids:
                await store.save(id, pieces(body))

        watch = Stopwatch()
        await asyncio.gather(*(save() for _ in range(AT_ONCE)))
        return EACH / watch.seconds


async def theirs(kind: Kind, body: bytes) -> float:
    """As many of what the store rests on, by as many threads."""
    return await asyncio.to_thread(kind.plain, EACH, AT_ONCE, body)


async def rows(pair: Pair) -> list[Row]:
    """One row."""
    body = os.urandom(PART_SIZE)
    with BLOBS[pair.blobs]() as kind:
        what = f"parts of {PART_SIZE >> 20} MiB saved, {AT_ONCE} at once"
        mine, peer = partial(ours, kind, body), partial(theirs, kind, body)
        return [await beside(what, "/s", mine, kind.called, peer, WANT[pair.blobs], digits=1)]

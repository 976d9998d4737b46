# SPDX-License-Identifier: Apache-2.0
"""Documents that the vault itself writes down: sealed in parts under a key of their own, and let go of again."""

import hashlib
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from dataclasses import dataclass

from appliance.contracts.blobs import BlobError, BlobStoreFull
from appliance.link.messages import PART_SIZE
from appliance.link.refusals import Refused, Why
from appliance.model.things import Part
from appliance.vault.core import Core
from appliance.vault.documents import chunks
from appliance.vault.records.tables import filings, notices, uploads
from appliance.vault.records.transaction import Snapshot

log = logging.getLogger("renkei.vault")


@dataclass(frozen=True, slots=True)
class Kept:
    """What the record of a document needs to open it: a record that is never written leaves only orphans."""

    wrapped_key: bytes
    parts: tuple[Part, ...]
    size: int
    sha256: bytes


async def keep(core: Core, office: str, month: str, id: str, pieces: AsyncIterator[bytes]) -> Kept:
    """Seal a document for an office and a purge month under a fresh key; durable on return.

    No more than a piece of it is in memory. Raises Refused FULL and BROKEN, and what pieces raises.
    """
    key = await core.keyring.new_document_key(office, month, id)
    coming = _Coming(pieces)
    parts: list[Part] = []
    while await coming.has_more():
        context = chunks.part_context(id, len(parts))
        blob = core.new_id()
        await _save(core, blob, chunks.seal(key.plain, context, coming.part(), core.random))
        parts.append(Part(blob, coming.size - sum(part.size for part in parts), coming.hash.digest()))
    return Kept(key.wrapped, tuple(parts), coming.size, coming.hash.digest())


async def _save(core: Core, blob: str, sealed: AsyncGenerator[bytes, None]) -> None:
    try:
        await core.blobs.save(blob, sealed)
    except BlobStoreFull as error:
        raise Refused(Why.FULL) from error
    except BlobError as error:
        raise Refused(Why.BROKEN) from error


class _Coming:
    """Pieces of any size, given out as parts of at most PART_SIZE bytes; counted and hashed on the way."""

    def __init__(self, pieces: AsyncIterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")
        self.size = 0
        self.hash = hashlib.sha256()

    async def has_more(self) -> bool:
        """Whether a byte is left."""
        while not self._rest and (piece := await anext(self._pieces, None)) is not None:
            self._rest = memoryview(piece)
        return bool(self._rest)

    async def part(self) -> AsyncIterator[bytes]:
        """The next part."""
        left = PART_SIZE
        while left and await self.has_more():
            piece, self._rest = self._rest[:left], self._rest[left:]
            left -= len(piece)
            self.size += len(piece)
            self.hash.update(piece)
            yield bytes(piece)


async def let_go(core: Core, parts: Iterable[Part]) -> None:
    """Delete the bytes that no record names any more, now and not with the orphans of tomorrow.

    A store that fails only puts it off.
    """
    blobs = [part.blob for part in parts]
    try:
        for blob in await core.read(lambda snapshot: unnamed(snapshot, blobs)):
            await core.blobs.delete(blob)
    except (BlobError, Refused):
        log.exception("bytes that are not needed any more stay until the orphans are swept")


async def give_up(core: Core, parts: Iterable[Part], error: Exception) -> None:
    """Delete what was sealed for a record that error kept from being written: else a race would fill the disk.

    After a failure of the store nobody knows whether it was written; then the orphans are swept in time.
    """
    if not (isinstance(error, Refused) and error.why is Why.BROKEN):
        await let_go(core, parts)


def unnamed(snapshot: Snapshot, blobs: Iterable[str]) -> list[str]:
    """Those of the blobs that no record names."""
    tables = (uploads, notices, filings)
    return [blob for blob in blobs if not any(table.keys(snapshot, "blob", (blob,), limit=1) for table in tables)]

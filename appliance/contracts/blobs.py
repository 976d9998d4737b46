# SPDX-License-Identifier: Apache-2.0
"""Blob store: immutable sealed bytes under ids of ours (design §6)."""

from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from appliance.contracts.records import Usage
from appliance.model.time import Instant

MAX_IDS = 1_000
MAX_BLOB = 16 * 1024 * 1024


class BlobError(Exception):
    """The store could not do it."""


class BlobMissing(BlobError):
    """There is no blob of this id."""


class BlobExists(BlobError):
    """The id is taken; blobs are immutable."""


class BlobTooLarge(BlobError):
    """More than MAX_BLOB bytes; nothing of it is kept."""


class BlobStoreFull(BlobError):
    """There is no room for this blob; nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class BlobInfo:
    """A kept blob: its id, its size in bytes, and when it was saved."""

    id: str
    size: int
    saved_at: Instant


class BlobStore(Protocol):
    """Exactly one is configured. Ids have the form of model.ids; the bytes are sealed before they come here."""

    async def save(self, id: str, chunks: AsyncIterable[bytes]) -> int:
        """Keep the chunks, at most MAX_BLOB bytes, under id; the size in bytes.

        Durable and visible on return, invisible before. If chunks raises, or the caller is cancelled, nothing is
        kept. Raises BlobExists, BlobTooLarge, BlobStoreFull, BlobError.
        """

    def open(self, id: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """The bytes start ≤ position < stop, in pieces of at most 1 MiB. Raises BlobMissing at the first piece.

        A blob that is deleted meanwhile ends whole or with an error, never short.
        """

    async def delete(self, id: str) -> bool:
        """Remove the blob; whether it was there."""

    async def ids(self, after: str = "", limit: int = MAX_IDS) -> list[BlobInfo]:
        """At most limit blobs in the order of their ids, from the first id greater than after."""

    async def check(self) -> Usage:
        """Prove that a blob survives a save, a ranged read and a delete; how full the store is.

        Asked at start and every half minute: where a delete keeps the bytes (write once, read many), the later
        proofs save nothing new.
        """

# SPDX-License-Identifier: Apache-2.0
"""Reading kept documents: their open bytes, and the SHA-256 of what is there so far."""

import hashlib
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from itertools import accumulate
from typing import Any, Protocol

from appliance.contracts.blobs import BlobError
from appliance.link.refusals import Refused, Why
from appliance.model.things import Filing, Notice, Part, Upload
from appliance.vault.core import Core
from appliance.vault.documents import chunks
from appliance.vault.keys.sealing import Unsealable
from appliance.vault.keys.shreds import Shredded

log = logging.getLogger("renkei.vault")


class Kept(Protocol):
    """A document whose bytes are kept: on its way in, a notice, or a filing."""

    @property
    def office(self) -> str:
        """Whose key wraps its data key."""

    @property
    def purge_month(self) -> str:
        """Whose shred key does, too."""

    @property
    def wrapped_key(self) -> bytes:
        """The data key."""

    @property
    def sealed_as(self) -> str:
        """The id under which its bytes are sealed."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """Its pieces."""


async def opened(
    core: Core, kept: Kept, parts: int | None = None, *, start: int = 0, stop: int | None = None
) -> AsyncGenerator[bytes, None]:
    """The open bytes of a kept document, or of its first parts, piece by piece: those from start to before stop.

    A range reads no more than the chunks that it touches. Raises Unsealable, Shredded, BlobError.
    """
    key = await core.keyring.open_document_key(kept.office, kept.purge_month, kept.sealed_as, kept.wrapped_key)
    begin = 0
    for number, part in enumerate(kept.parts[:parts]):
        end = begin + part.size
        if start < end and (stop is None or begin < stop):
            # A part that is read to its end is proven to end there.
            last = None if stop is None or stop >= end else stop - begin
            context = chunks.part_context(kept.sealed_as, number)
            pieces = chunks.open(key, context, _reader(core, part), max(start - begin, 0), last)
            async with aclosing(pieces):
                async for piece in pieces:
                    yield piece
        begin = end


async def proven(core: Core, kept: Kept) -> AsyncGenerator[bytes, None]:
    """All of its bytes. The last ones of each part come only if its SHA-256 is the one that was kept.

    Raises Unsealable where it is not, and what opened() raises.
    """
    ends = dict(zip(accumulate(part.size for part in kept.parts), kept.parts, strict=True))
    hash, done = hashlib.sha256(), 0
    async with aclosing(opened(core, kept)) as pieces:
        async for piece in pieces:
            hash.update(piece)
            done += len(piece)
            if done in ends and hash.digest() != ends[done].sha256:
                raise Unsealable(f"the bytes of {kept.sealed_as} are not those that came")
            yield piece


def _reader(core: Core, part: Part) -> chunks.Read:
    return lambda start, stop: core.blobs.open(part.blob, start, stop)


async def hash_after(core: Core, kept: Upload | Notice | Filing, parts: int) -> Any:
    """A SHA-256 to go on with after so many parts: carried on, or after a restart computed from what is kept.

    Raises Refused BROKEN if that cannot be read any more.
    """
    hash = core.hashes.at(kept.id, parts)
    if hash is None:
        hash = hashlib.sha256()
        try:
            async for piece in opened(core, kept, parts):
                hash.update(piece)
        except (BlobError, Unsealable, Shredded) as error:
            log.exception("document %s cannot be read", kept.id)
            raise Refused(Why.BROKEN) from error
    return hash

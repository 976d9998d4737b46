# SPDX-License-Identifier: Apache-2.0
"""Reading kept documents: their open bytes, and the SHA-256 of what is there so far."""

import hashlib
import logging
from collections.abc import AsyncIterator
from typing import Any

from appliance.contracts.blobs import BlobError
from appliance.link.refusals import Refused, Why
from appliance.model.things import Notice, Part, Upload
from appliance.vault.core import Core
from appliance.vault.documents import chunks
from appliance.vault.keys.sealing import Unsealable
from appliance.vault.keys.shreds import Shredded

log = logging.getLogger("renkei.vault")


async def opened(core: Core, kept: Upload | Notice, parts: int | None = None) -> AsyncIterator[bytes]:
    """The open bytes of a kept document, or of its first parts, piece by piece."""
    key = await core.keyring.open_document_key(kept.office, kept.purge_month, kept.id, kept.wrapped_key)
    for number, part in enumerate(kept.parts[:parts]):
        context = chunks.part_context(kept.id, number)
        async for piece in chunks.open(key, context, _reader(core, part)):
            yield piece


def _reader(core: Core, part: Part) -> chunks.Read:
    return lambda start, stop: core.blobs.open(part.blob, start, stop)


async def hash_after(core: Core, kept: Upload | Notice, parts: int) -> Any:
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

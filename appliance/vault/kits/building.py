# SPDX-License-Identifier: Apache-2.0
"""One kit: a few at once, none for ever, and its bytes are what it says they are."""

import asyncio
import hashlib
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import replace

from appliance.contracts.kit import Kit, KitNotBuilt, KitOrder
from appliance.contracts.plugin import PluginError
from appliance.host.refused import ProviderFailed
from appliance.vault.core import Core
from appliance.vault.kits.ordering import Builder

MAX_KIT = 1024 * 1024 * 1024
MAX_FILE_NAME = 100
PIECE_SECONDS = 60.0
log = logging.getLogger("renkei.vault")


async def built(core: Core, builder: Builder, order: KitOrder) -> Kit:
    """The kit. Raises KitNotBuilt, and Refused BUSY where too many wait."""
    work = core.kits
    try:
        with work.place(order.contract_number):
            async with work.turns:
                kit = await _built(builder, order)
    except (KitNotBuilt, ProviderFailed, PluginError) as error:
        work.failed += 1
        log.error("the kit %s for %s cannot be made: %s", order.stem, builder.platform.name, error)
        raise KitNotBuilt(str(error)) from error
    work.built += 1
    return replace(kit, chunks=_proven(kit))


async def _built(builder: Builder, order: KitOrder) -> Kit:
    if builder.missing:
        raise KitNotBuilt(builder.missing)
    kit = await builder.provider.build(order)
    is_named = kit.file_name.startswith(f"{order.stem}.") and len(kit.file_name) <= MAX_FILE_NAME
    if not is_named or not kit.file_name.isascii() or not kit.file_name.isprintable() or "/" in kit.file_name:
        raise KitNotBuilt(f"the plugin {builder.name} gave the kit a name that is none")
    if not 0 < kit.size <= MAX_KIT or len(kit.sha256) != hashlib.sha256().digest_size:
        raise KitNotBuilt(f"the plugin {builder.name} said something impossible of the kit")
    return kit


def _proven(kit: Kit) -> Callable[[], AsyncIterator[bytes]]:
    """Its bytes; the last ones come only if all are those that were promised.

    Raises KitNotBuilt where they are not, or do not come in time.
    """

    async def chunks() -> AsyncGenerator[bytes, None]:
        hash, left = hashlib.sha256(), kit.size
        async with aclosing(_timed(kit)) as pieces:
            async for piece in pieces:
                hash.update(piece)
                left -= len(piece)
                if left < 0 or (left == 0 and hash.digest() != kit.sha256):
                    break
                yield piece
        if left or hash.digest() != kit.sha256:
            raise KitNotBuilt(f"the bytes of {kit.file_name} are not those that the plugin promised")

    return chunks


async def _timed(kit: Kit) -> AsyncGenerator[bytes, None]:
    """Each piece within a minute. Raises KitNotBuilt."""
    pieces = aiter(kit.chunks())
    while True:
        try:
            async with asyncio.timeout(PIECE_SECONDS):
                piece = await anext(pieces)
        except StopAsyncIteration:
            return
        except TimeoutError as error:
            raise KitNotBuilt(f"the bytes of {kit.file_name} do not come") from error
        yield piece

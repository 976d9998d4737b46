# SPDX-License-Identifier: Apache-2.0
"""The installers of the VPN engine's client: put in by fund IT once for each builder that wants one (R72, R258).

The bytes lie in the vault's own folder, as they came: they are no secret, and every kit is made of them. Their hash
is a record, and sealed as all records are: whoever changes the file makes it one of which no kit is made.
"""

import asyncio
import hashlib
import logging
import os
import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from pathlib import Path
from typing import BinaryIO

from appliance.config.office_settings import ScannerNeed
from appliance.contracts.kit import EngineClient, KitBuilder, KitNotBuilt
from appliance.contracts.scanner import ScannerAway
from appliance.host.durable import sync_folder
from appliance.host.host import Provided
from appliance.link.messages import AddKitClient, KitClient, KitClientList, ListKitClients
from appliance.link.refusals import Refused, Why
from appliance.model.words import ScanState
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.documents.scanning import Looked, Thing, look_at
from appliance.vault.reception import Desk
from appliance.vault.records.client_tables import KeptClient, kit_clients
from appliance.vault.records.transaction import Transaction

FAMILY = "kit"
MAX_CLIENT = 512 * 1024 * 1024
MAX_FILE_NAME = 100
MAX_REASON = 300
SCAN_SECONDS = 300.0
_PIECE = 1024 * 1024
_SHA256 = re.compile(r"[0-9a-f]{64}")
log = logging.getLogger("renkei.vault")


async def client_of(core: Core, builder: str) -> EngineClient | None:
    """The installer for the kits of a builder, by the name of its plugin; None where nothing was put in."""
    kept = await core.read(lambda snapshot: kit_clients.get(snapshot, builder))
    return EngineClient(_file(core, kept.sha256), kept.file_name, kept.size, kept.sha256) if kept else None


async def add_kit_client(core: Core, caller: Caller, message: AddKitClient) -> KitClient:
    """Keep an installer, hashed and scanned; another one than there is only where the administrator says so."""
    sha256 = _need_sound(message)
    if message.builder not in await _wanting(core):
        raise Refused(Why.INVALID, "kit_client.builder")
    before = await core.read(lambda snapshot: kit_clients.get(snapshot, message.builder))
    if before is not None and before.sha256 != sha256 and not message.replace:
        raise Refused(Why.CONFLICT, "kit_client.other", {"sha256": before.sha256.hex()})
    arriving = folder_of(core) / f"arriving.{core.new_id()}"
    try:
        await _take(arriving, message, caller.call.stream)
        looked = await _looked(core, arriving, message)
        await asyncio.to_thread(_settle, arriving, _file(core, sha256))
    finally:
        await asyncio.to_thread(arriving.unlink, missing_ok=True)
    kept = KeptClient(message.builder, message.file_name, message.size, sha256, caller.now, looked.engine)
    await _record(core, caller, kept)
    if before is not None and before.sha256 != sha256:
        await asyncio.to_thread(_file(core, before.sha256).unlink, missing_ok=True)
    return _row(kept)


async def list_kit_clients(core: Core, caller: Caller, message: ListKitClients) -> KitClientList:
    """What is in kits, and who wants something."""
    builders = await _wanting(core)
    kept = await core.read(lambda snapshot: [kit_clients.get(snapshot, name) for name in builders])
    wanting = tuple(name for name, one in zip(builders, kept, strict=True) if one is None)
    entry = caller.entry()
    await core.commit(lambda txn: txn.journal(entry))
    return KitClientList(tuple(_row(one) for one in kept if one is not None), wanting)


def folder_of(core: Core) -> Path:
    """Where the bytes are."""
    return Path(core.settings.state) / "vault" / "kit"


def _file(core: Core, sha256: bytes) -> Path:
    return folder_of(core) / sha256.hex()


def _row(kept: KeptClient) -> KitClient:
    return KitClient(kept.builder, kept.file_name, kept.size, kept.sha256.hex(), kept.added_at, kept.scanned)


async def _wanting(core: Core) -> list[str]:
    """The builders whose kits hold such an installer, by the names of their plugins."""
    return sorted([provided.plugin for provided in core.providers.all(FAMILY) if await _wants(provided)])


async def _wants(provided: Provided) -> bool:
    builder: KitBuilder = provided.provider
    try:
        return (await builder.platform()).wants_client
    except KitNotBuilt as error:
        log.error("the kit builder %s does not say what it needs: %s", provided.plugin, error)
        return False


def _need_sound(message: AddKitClient) -> bytes:
    """The hash that was announced. Raises Refused for what cannot be right."""
    if not 0 < len(message.file_name) <= MAX_FILE_NAME or not message.file_name.isprintable():
        raise Refused(Why.INVALID, "kit_client.file_name")
    if not 0 < message.size <= MAX_CLIENT:
        raise Refused(Why.TOO_LARGE, "kit_client.size")
    if _SHA256.fullmatch(message.sha256) is None:
        raise Refused(Why.INVALID, "kit_client.sha256")
    return bytes.fromhex(message.sha256)


async def _take(path: Path, message: AddKitClient, stream: AsyncIterator[bytes] | None) -> None:
    """Write what comes to path, durably. Raises Refused where it is not what was announced."""
    await asyncio.to_thread(path.parent.mkdir, mode=0o700, exist_ok=True)
    taken = _Taken(await asyncio.to_thread(path.open, "xb"), message)
    with taken.file:
        if stream is not None:
            async for piece in stream:
                await asyncio.to_thread(taken.take, piece)
        await asyncio.to_thread(taken.end)


class _Taken:
    """A file that grows to what was announced. Its calls block."""

    def __init__(self, file: BinaryIO, message: AddKitClient) -> None:
        self.file = file
        self._left = message.size
        self._sha256 = message.sha256
        self._hash = hashlib.sha256()

    def take(self, piece: bytes) -> None:
        """Raises Refused for more than was announced."""
        self._left -= len(piece)
        if self._left < 0:
            raise Refused(Why.TOO_LARGE, "kit_client.size")
        self._hash.update(piece)
        self.file.write(piece)

    def end(self) -> None:
        """Make it durable. Raises Refused for what is not what was announced."""
        if self._left or self._hash.hexdigest() != self._sha256:
            raise Refused(Why.INVALID, "kit_client.cut")
        self.file.flush()
        os.fsync(self.file.fileno())


async def _looked(core: Core, path: Path, message: AddKitClient) -> Looked:
    """What the scanners say of it. Raises Refused unless it may go out to offices (R258, A48)."""

    async def chunks() -> AsyncGenerator[bytes, None]:
        try:
            with await asyncio.to_thread(path.open, "rb") as file:
                while piece := await asyncio.to_thread(file.read, _PIECE):
                    yield piece
        except OSError as error:
            raise ScannerAway("the installer cannot be read") from error

    looked = await look_at(core, Thing(core.new_id(), None, message.size, chunks), seconds=SCAN_SECONDS)
    if looked.state in (ScanState.INFECTED, ScanState.NOT_SCANNABLE):
        raise Refused(Why.CONFLICT, f"kit_client.{looked.state.value}", {"named": looked.named})
    required = core.settings.exchange.scanner is ScannerNeed.REQUIRED
    if looked.state is ScanState.WAITING or (looked.state is ScanState.UNSCANNED and required):
        raise Refused(Why.CONFLICT, "kit_client.unscanned")
    return looked


def _settle(arriving: Path, there: Path) -> None:
    arriving.chmod(0o400)
    arriving.replace(there)
    sync_folder(there.parent)


async def _record(core: Core, caller: Caller, kept: KeptClient) -> None:
    reason = f"{kept.file_name}; {f'clean: {kept.scanned}' if kept.scanned else 'no scanner has seen it'}"
    entry = caller.entry(thing=kept.builder, reason=reason[:MAX_REASON], sha256=kept.sha256)

    def write(txn: Transaction) -> None:
        kit_clients.put(txn, kept)
        txn.journal(entry)

    await core.commit(write)


KIT_CLIENT_DESKS: Mapping[type, Desk] = {
    AddKitClient: Desk(add_kit_client),
    ListKitClients: Desk(list_kit_clients),
}

# SPDX-License-Identifier: Apache-2.0
"""Documents on their way in: begun, part by part, each part sealed and durable by itself (design §6)."""

import re
import unicodedata
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

from appliance.contracts.blobs import BlobError, BlobStoreFull
from appliance.link.messages import PART_SIZE, BeginUpload, PartKept, PutPart, UploadBegun
from appliance.link.refusals import Refused, Why
from appliance.model.things import Filing, Notice, Part, Upload
from appliance.model.time import date_in_japan, purge_month
from appliance.model.words import Site
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.documents import chunks
from appliance.vault.documents.arriving import Arriving
from appliance.vault.documents.keeping import give_up, let_go
from appliance.vault.documents.opening import hash_after
from appliance.vault.filings.offered import count_upload, need_filings
from appliance.vault.outcomes import remember
from appliance.vault.records.tables import filings, notices, offices, uploads
from appliance.vault.records.transaction import Moved, Snapshot, Transaction

MAX_NAME = 120
MAX_TYPED = 1_024
PDF = ".pdf"
# What an office sends, and what the fund sends; which of them a kind of document may be is looked at later.
ENDINGS = {Site.PORTAL: (".zip", PDF, ".csv", ".xlsx"), Site.CONSOLE: (PDF, ".csv", ".xlsx")}
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')


def office_of_new(snapshot: Snapshot, caller: Caller, message: BeginUpload) -> str:
    """The office that the document is for; at the portal the visitor's own. Raises Refused NOT_FOUND."""
    if caller.own_office:
        return caller.own_office
    if offices.get(snapshot, message.office) is None:
        raise Refused(Why.NOT_FOUND)
    return message.office


def office_of_upload(snapshot: Snapshot, caller: Caller, message: Any) -> str:
    """The office of an upload that this account began. Raises Refused NOT_FOUND."""
    return own_upload(snapshot, caller, message.upload).office


def office_of_part(snapshot: Snapshot, caller: Caller, message: PutPart) -> str:
    """The office of a document that this account began or has delivered. Raises Refused NOT_FOUND."""
    return _begun(snapshot, caller, message.upload).office


def _begun(snapshot: Snapshot, caller: Caller, id: str) -> Upload | Notice | Filing:
    """A document whose parts may come: on its way, or sent already, when the same form is sent twice."""
    notice, filing = notices.get(snapshot, id), filings.get(snapshot, id)
    if notice is not None and notice.delivered_by == caller.actor:
        return notice
    if filing is not None and filing.uploaded_by == caller.actor:
        return filing
    return own_upload(snapshot, caller, id)


def own_upload(snapshot: Snapshot, caller: Caller, upload: str) -> Upload:
    """The upload, if this account began it. Raises Refused NOT_FOUND."""
    found = uploads.get(snapshot, upload)
    if found is None or found.account != caller.actor:
        raise Refused(Why.NOT_FOUND)
    return found


def document_name(typed: str, endings: Sequence[str] = (PDF,)) -> str:
    """A file name as it is shown and offered: never a path, no control or direction signs, NFC (lesson 15).

    Raises Refused for one that is empty, too long, or ends with none of the endings.
    """
    # What is far too long is not made canonical first: that can take its length squared.
    name = unicodedata.normalize("NFC", typed[: MAX_TYPED + 1].replace("\\", "/").rsplit("/", 1)[-1])
    name = "".join(sign for sign in name if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co"))
    name = _UNSAFE.sub("_", name).strip(" .")
    if not name or len(name) > MAX_NAME or len(typed) > MAX_TYPED:
        raise Refused(Why.INVALID, "upload.name", {"max": str(MAX_NAME)})
    if not name.lower().endswith(tuple(endings)):
        raise Refused(Why.INVALID, "upload.ending", {"endings": "、".join(endings)})
    return name


async def begin_upload(core: Core, caller: Caller, message: BeginUpload) -> UploadBegun:
    """Room, name and size are looked at before a byte is taken, and how much the office has sent today."""
    office = office_of_sender(core, caller) or message.office
    core.room.need_for_uploads()
    largest = core.settings.sites.of(caller.call.site).max_upload_mib * 1024 * 1024
    if not 0 < message.size <= largest:
        raise Refused(Why.TOO_LARGE, "upload.size", {"max": str(largest // 1024 // 1024)})
    name = document_name(message.file_name, ENDINGS[caller.call.site])
    month = purge_month(date_in_japan(caller.now), core.settings.vault.retention_years)
    id = core.new_id()
    key = await core.keyring.new_document_key(office, month, id)
    upload = Upload(id, caller.actor, office, name, message.size, month, key.wrapped, (), caller.now)
    reply = UploadBegun(upload.id, PART_SIZE)

    def begin(txn: Transaction) -> None:
        if caller.own_office:
            count_upload(txn, core.settings.exchange, office, upload.size, caller.now)
        uploads.put(txn, upload)
        remember(txn, caller, reply)
        # What the fund sends belongs to no office's history yet: the office learns of it when it is delivered.
        txn.journal(caller.entry(thing=upload.id, personal={"file_name": name}))

    await core.commit(begin, seen=caller.seen)
    return reply


def office_of_sender(core: Core, caller: Caller) -> str:
    """The office that sends a filing, "" where the fund sends a notice. Raises Refused where none are taken."""
    if caller.own_office:
        need_filings(core)
    return caller.own_office


async def put_part(core: Core, caller: Caller, message: PutPart) -> PartKept:
    """Seal and keep one part. The next one in order, or one that is already kept, with the same bytes."""
    core.room.need_for_uploads()
    upload = await core.read(lambda snapshot: _begun(snapshot, caller, message.upload))
    if message.number > len(upload.parts) or message.number < 0:
        raise Refused(Why.CONFLICT, "upload.order", {"next": str(len(upload.parts))})
    expected = _size_of(upload, message.number)
    hash = await hash_after(core, upload, message.number)
    is_pdf = upload.file_name.lower().endswith(PDF)
    stream = Arriving(_stream(caller), expected, hash, is_pdf and message.number == 0)
    if message.number < len(upload.parts):
        return await _same_part(upload.parts[message.number], stream)
    if not isinstance(upload, Upload):
        raise Refused(Why.CONFLICT, "upload.complete")
    part = await _saved(core, upload, message.number, stream)
    await _append(core, caller, upload, part)
    core.hashes.keep(upload.id, message.number + 1, hash)
    return PartKept(part.size, part.sha256)


def _stream(caller: Caller) -> AsyncIterator[bytes]:
    stream = caller.call.stream
    assert stream is not None
    return stream


def _size_of(upload: Upload | Notice | Filing, number: int) -> int:
    size = min(PART_SIZE, upload.size - number * PART_SIZE)
    if size <= 0:
        raise Refused(Why.CONFLICT, "upload.complete")
    return size


async def _same_part(part: Part, stream: Arriving) -> PartKept:
    async for _ in stream.pieces():
        pass
    if stream.hash.digest() != part.sha256:
        raise Refused(Why.CONFLICT, "upload.differs")
    return PartKept(part.size, part.sha256)


async def _saved(core: Core, upload: Upload, number: int, stream: Arriving) -> Part:
    key = await core.keyring.open_document_key(upload.office, upload.purge_month, upload.id, upload.wrapped_key)
    blob = core.new_id()
    sealed = chunks.seal(key, chunks.part_context(upload.id, number), stream.pieces(), core.random)
    try:
        await core.blobs.save(blob, sealed)
    except BlobStoreFull as error:
        raise Refused(Why.FULL) from error
    except BlobError as error:
        raise stream.refusal or Refused(Why.BROKEN) from error
    return Part(blob, stream.size, stream.hash.digest())


def _has(now: Upload, before: Upload, part: Part) -> bool:
    """Whether the parts behind those of before begin with these very bytes; a hash is of all until there."""
    behind = now.parts[len(before.parts) :]
    return bool(behind) and behind[0].sha256 == part.sha256


async def _append(core: Core, caller: Caller, upload: Upload, part: Part) -> None:
    """Keep the part. One that came twice at once, as after a cut that only one side has noticed, is kept once."""

    def append(txn: Transaction) -> bool:
        now = own_upload(txn, caller, upload.id)
        if _has(now, upload, part):
            return False
        if now.parts != upload.parts:
            raise Refused(Why.CONFLICT, "upload.order", {"next": str(len(now.parts))})
        uploads.put(txn, replace(now, parts=(*now.parts, part)))
        txn.journal(caller.entry(thing=upload.id, sha256=part.sha256))
        return True

    try:
        if await core.commit(append, seen=caller.visit_seen):
            core.activity.taken += part.size
        else:
            await let_go(core, [part])
    except (Refused, Moved) as error:
        await give_up(core, [part], error)
        if isinstance(error, Refused):
            raise
        raise Refused(Why.NOT_SIGNED_IN) from error

# SPDX-License-Identifier: Apache-2.0
"""The fund delivers a document: to one office, and copies of it to others."""

import re
from collections.abc import Sequence
from dataclasses import replace

from appliance.config.catalogue import years_of
from appliance.link.messages import CopiesDelivered, DeliverCopies, DeliverNotice, NoticeDelivered
from appliance.link.refusals import Refused, Why
from appliance.model.documents import Direction, DocumentType
from appliance.model.journal import Kind, Result
from appliance.model.things import Notice, Upload
from appliance.model.time import date_in_japan, purge_month
from appliance.model.words import ScanState
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.documents.downloads import entry
from appliance.vault.documents.examining import examined
from appliance.vault.documents.keeping import let_go
from appliance.vault.documents.notices import known_notice
from appliance.vault.documents.opening import hash_after
from appliance.vault.documents.scanning import Looked, must_be_scanned
from appliance.vault.documents.stepping import stepped
from appliance.vault.documents.uploads import own_upload
from appliance.vault.letters.outbox import tell_of_notice
from appliance.vault.office_list import known_office
from appliance.vault.outcomes import remember
from appliance.vault.records.tables import notices, same_notice, uploads
from appliance.vault.records.transaction import Moved, Snapshot, Transaction
from appliance.vault.workflow.notice import Command, Facts

MAX_COPIES = 100
PERIOD = re.compile(r"^20[0-9]{2}-(0[1-9]|1[0-2])$")


async def deliver_notice(core: Core, caller: Caller, message: DeliverNotice) -> NoticeDelivered:
    """The upload becomes a notice, if it is what its kind can be: all of it in one transaction.

    With problems nothing is delivered and the upload is gone; so it is where the office has the same document of
    the same type and period already: a second one would be of no use to it. Raises Refused AWAY while a scanner
    does not answer: the upload stays, so that the same message can be sent again.
    """
    type = core.catalogue.sent(message.type, Direction.TO_OFFICE)
    if type is None or not PERIOD.fullmatch(message.period):
        raise Refused(Why.INVALID)
    upload = await _complete(core, caller, message)
    if had := await core.read(lambda snapshot: _had(snapshot, message, upload.office)):
        return await _drop(core, caller, upload, NoticeDelivered(had, had=True), "the office has it already")
    looked = await examined(core, upload, type)
    if not isinstance(looked, Looked):
        rules = ", ".join(dict.fromkeys(problem.rule.value for problem in looked))
        return await _drop(core, caller, upload, NoticeDelivered("", looked), rules)
    facts = await _facts(core, caller, message, upload, type, looked)
    reply = NoticeDelivered(upload.id)

    def deliver(txn: Transaction) -> None:
        notice = stepped(None, Command.DELIVER, facts)
        if _has(txn, notice, notice.office):
            raise Moved
        uploads.delete(txn, upload.id)
        _put(txn, caller, notice)
        remember(txn, caller, reply)

    await core.commit(deliver, seen=caller.seen)
    core.hashes.forget(upload.id)
    return reply


async def _complete(core: Core, caller: Caller, message: DeliverNotice) -> Upload:
    """The upload, all of it there. Raises Refused INVALID for other bytes, CONFLICT for fewer."""
    upload = await core.read(lambda snapshot: own_upload(snapshot, caller, message.upload))
    if (await hash_after(core, upload, len(upload.parts))).digest() != message.sha256:
        raise Refused(Why.INVALID, "upload.hash")
    if sum(part.size for part in upload.parts) != upload.size:
        raise Refused(Why.CONFLICT, "upload.cut")
    return upload


async def _facts(
    core: Core, caller: Caller, message: DeliverNotice, upload: Upload, type: DocumentType, looked: Looked
) -> Facts:
    """What the machine looks at; the data key goes with the purge month that follows from this very day (A16)."""
    month = purge_month(date_in_japan(caller.now), years_of(core.settings.vault, type.retention))
    wrapped = upload.wrapped_key
    if month != upload.purge_month:
        wrapped = await core.keyring.move_document_key(
            upload.office, upload.purge_month, month, upload.id, upload.wrapped_key
        )
    return Facts(
        caller.actor,
        caller.now,
        upload,
        message.type,
        message.period,
        message.sha256,
        purge_month=month,
        wrapped_key=wrapped,
        scan=looked.state,
        engine=looked.engine,
    )


async def _drop(core: Core, caller: Caller, upload: Upload, reply: NoticeDelivered, reason: str) -> NoticeDelivered:
    """Nothing is delivered, and the upload goes. The office never hears of it."""
    refused = caller.entry(
        Kind.NOTICE_REFUSED,
        result=Result.REFUSED,
        office="",
        thing=upload.id,
        reason=reason,
        personal={"file_name": upload.file_name},
    )

    def refuse(txn: Transaction) -> None:
        uploads.delete(txn, upload.id)
        remember(txn, caller, reply)
        txn.journal(refused)

    await core.commit(refuse, seen=caller.seen)
    core.hashes.forget(upload.id)
    await let_go(core, upload.parts)
    return reply


def _put(txn: Transaction, caller: Caller, notice: Notice) -> None:
    notices.put(txn, notice)
    tell_of_notice(txn, notice)
    txn.journal(entry(caller, notice))


async def deliver_copies(core: Core, caller: Caller, message: DeliverCopies) -> CopiesDelivered:
    """The same bytes for more offices, kept once: each gets the data key, wrapped for it. All in one transaction.

    Whoever has this document already gets no second one, so that a repeat does no harm.
    """
    if not 0 < len(message.offices) <= MAX_COPIES:
        raise Refused(Why.INVALID, "notice.offices", {"max": str(MAX_COPIES)})
    original = await core.read(lambda snapshot: known_notice(snapshot, message.notice))
    without = await core.read(lambda snapshot: _without(snapshot, original, message.offices))
    copies = await _copies(core, caller, original, without)

    def deliver(txn: Transaction) -> CopiesDelivered:
        now = known_notice(txn, original.id)
        new = [facts for facts in copies if not _has(txn, now, facts.office)]
        for facts in new:
            _put(txn, caller, stepped(None, Command.COPY, replace(facts, original=now)))
        reply = CopiesDelivered(len(new))
        remember(txn, caller, reply)
        return reply

    return await core.commit(deliver, seen=caller.seen)


def _without(snapshot: Snapshot, original: Notice, wanted: Sequence[str]) -> list[str]:
    """The offices that do not have it yet. Raises Refused NOT_FOUND for one that there is not."""
    if not original.parts:
        raise Refused(Why.CONFLICT, "download.cancelled")
    known = [known_office(snapshot, office) for office in dict.fromkeys(wanted)]
    if "" in known:
        raise Refused(Why.NOT_FOUND)
    return [office for office in known if not _has(snapshot, original, office)]


def _has(snapshot: Snapshot, notice: Notice, office: str) -> bool:
    mark = same_notice(snapshot.sealing.blind, notice.type, notice.period, notice.sha256)
    return bool(notices.keys(snapshot, "same", (office, mark), limit=1))


def _had(snapshot: Snapshot, message: DeliverNotice, office: str) -> str:
    """The id of the same document at this office, "" for none."""
    mark = same_notice(snapshot.sealing.blind, message.type, message.period, message.sha256)
    found = notices.first(snapshot, "same", office, mark)
    return found.id if found else ""


async def _copies(core: Core, caller: Caller, original: Notice, wanted: Sequence[str]) -> list[Facts]:
    type = core.catalogue.types.get(original.type)
    if type is None:
        raise Refused(Why.CONFLICT)
    if must_be_scanned(core, type) and original.scan is not ScanState.CLEAN:
        raise Refused(Why.CONFLICT, "notice.unscanned")
    month = purge_month(date_in_japan(caller.now), years_of(core.settings.vault, type.retention))
    month = max(month, original.purge_month)
    copies = []
    for office in wanted:
        wrapped = await core.keyring.share_document_key(
            original.office,
            office,
            original.purge_month,
            original.sealed_as,
            original.wrapped_key,
            to_month=month,
        )
        copies.append(_copy(core, caller, original, office, month, wrapped))
    return copies


def _copy(core: Core, caller: Caller, original: Notice, office: str, month: str, wrapped: bytes) -> Facts:
    return Facts(
        caller.actor,
        caller.now,
        purge_month=month,
        wrapped_key=wrapped,
        original=original,
        id=core.new_id(),
        office=office,
    )

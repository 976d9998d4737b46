# SPDX-License-Identifier: Apache-2.0
"""Notices: delivered, listed, downloaded. The handlers of the messages about them."""

import re
from collections.abc import AsyncIterator, Sequence

from appliance.link.messages import (
    DeliverNotice,
    Download,
    DownloadFinished,
    DownloadNotice,
    ListNotices,
    Menu,
    Nothing,
    NoticeDelivered,
    NoticePage,
    NoticeRow,
    OpenMenu,
)
from appliance.link.refusals import Refused, Why
from appliance.model.documents import Direction
from appliance.model.ids import is_id
from appliance.model.journal import Entry, Kind
from appliance.model.things import Notice, Office, Visit
from appliance.vault.caller import Caller, Streamed
from appliance.vault.core import Core
from appliance.vault.documents.opening import hash_after, opened
from appliance.vault.documents.uploads import own_upload
from appliance.vault.letters.outbox import tell_of_notice
from appliance.vault.office_list import known_office
from appliance.vault.outcomes import remember
from appliance.vault.reading import journal_reading
from appliance.vault.records.tables import Download as Running
from appliance.vault.records.tables import downloads, notices, offices, uploads, visits
from appliance.vault.records.transaction import Snapshot, Transaction
from appliance.vault.workflow.machine import NotPossible
from appliance.vault.workflow.notice import Command, Facts, step

COUNTED = 99
MAX_ROWS = 200
MAX_OPEN = 32
MAX_SERVED = 10_000
PERIOD = re.compile(r"^20[0-9]{2}-(0[1-9]|1[0-2])$")


# --- who may see it -----------------------------------------------------------------------------------------------


def office_of_list(snapshot: Snapshot, caller: Caller, message: ListNotices) -> str:
    """The office whose notices are listed; at the portal always the visitor's own. Raises Refused NOT_FOUND."""
    # Pages that were read are remembered by their cursors, which therefore must not be of any length.
    if message.after and not is_id(message.after):
        raise Refused(Why.NOT_FOUND)
    return caller.own_office or known_office(snapshot, message.office)


def office_of_notice(snapshot: Snapshot, caller: Caller, message: DownloadNotice) -> str:
    """The office of a notice. Raises Refused NOT_FOUND."""
    return _notice(snapshot, message.notice).office


def office_of_download(snapshot: Snapshot, caller: Caller, message: DownloadFinished) -> str:
    """The office of a download of this very visit. Raises Refused NOT_FOUND."""
    running = _running(snapshot, caller, message.download)
    return _notice(snapshot, running.notice).office


def _notice(snapshot: Snapshot, id: str) -> Notice:
    notice = notices.get(snapshot, id)
    if notice is None:
        raise Refused(Why.NOT_FOUND)
    return notice


def _running(snapshot: Snapshot, caller: Caller, id: str) -> Running:
    running = downloads.get(snapshot, id)
    if running is None or running.token_hash != caller.visiting.token_hash:
        raise Refused(Why.NOT_FOUND)
    return running


# --- delivering ---------------------------------------------------------------------------------------------------


async def deliver_notice(core: Core, caller: Caller, message: DeliverNotice) -> NoticeDelivered:
    """The upload becomes a notice: state, journal entry, letters and outcome in one transaction."""
    if core.catalogue.sent(message.type, Direction.TO_OFFICE) is None or not PERIOD.fullmatch(message.period):
        raise Refused(Why.INVALID)
    upload = await core.read(lambda snapshot: own_upload(snapshot, caller, message.upload))
    if (await hash_after(core, upload, len(upload.parts))).digest() != message.sha256:
        raise Refused(Why.INVALID, "upload.hash")
    facts = Facts(caller.actor, caller.now, upload, message.type, message.period, message.sha256)
    reply = NoticeDelivered(upload.id)

    def deliver(txn: Transaction) -> None:
        notice = stepped(None, Command.DELIVER, facts)
        notices.put(txn, notice)
        uploads.delete(txn, upload.id)
        tell_of_notice(txn, notice)
        remember(txn, caller, reply)
        txn.journal(_entry(caller, notice))

    await core.commit(deliver, seen=caller.seen)
    core.hashes.forget(upload.id)
    return reply


def stepped(notice: Notice | None, command: Command, facts: Facts) -> Notice:
    """The machine's step. Raises Refused CONFLICT where it is not possible."""
    try:
        return step(notice, command, facts)
    except NotPossible as error:
        raise Refused(Why.CONFLICT) from error


def _entry(caller: Caller, notice: Notice, kind: Kind | None = None, reason: str = "") -> Entry:
    return caller.entry(
        kind,
        office=notice.office,
        thing=notice.id,
        reason=reason,
        sha256=notice.sha256,
        personal={"file_name": notice.file_name},
    )


# --- listing ------------------------------------------------------------------------------------------------------


async def open_menu(core: Core, caller: Caller, message: OpenMenu) -> Menu:
    """How many notices wait to be read, counted up to 99."""
    await journal_reading(core, caller, "")
    if not caller.own_office:
        return Menu(0, False)
    unread = await core.read(
        lambda snapshot: len(notices.keys(snapshot, "unread", (caller.own_office,), limit=COUNTED + 1))
    )
    return Menu(min(unread, COUNTED), unread > COUNTED)


async def list_notices(core: Core, caller: Caller, message: ListNotices) -> NoticePage:
    """One page, newest first. Its cost grows with the page, not with what is kept."""
    office = caller.own_office or message.office
    await journal_reading(core, caller, f"{office}/{message.after}")
    limit = max(1, min(message.limit, MAX_ROWS))
    return await core.read(lambda snapshot: _page(snapshot, office, message.after, limit))


def _page(snapshot: Snapshot, office: str, after: str, limit: int) -> NoticePage:
    behind = notices.get(snapshot, after) if after else None
    if after and (behind is None or (office and behind.office != office)):
        raise Refused(Why.NOT_FOUND)
    index, parts = ("office", (office,)) if office else ("all", ())
    found = notices.scan(snapshot, index, parts, behind=behind, limit=limit + 1)
    rows = found[:limit]
    return NoticePage(_rows(snapshot, rows), rows[-1].id if len(found) > limit else "")


def _rows(snapshot: Snapshot, found: Sequence[Notice]) -> tuple[NoticeRow, ...]:
    known = {id: offices.get(snapshot, id) for id in {notice.office for notice in found}}
    return tuple(_row(notice, known[notice.office]) for notice in found)


def _row(notice: Notice, office: Office | None) -> NoticeRow:
    return NoticeRow(
        id=notice.id,
        office_number=office.number if office else 0,
        office_name=office.name if office else "",
        type=notice.type,
        period=notice.period,
        file_name=notice.file_name,
        size=notice.size,
        state=notice.state,
        delivered_at=notice.delivered_at,
        received_at=notice.received_at,
    )


# --- downloading --------------------------------------------------------------------------------------------------


async def download_notice(core: Core, caller: Caller, message: DownloadNotice) -> Streamed:
    """The entry that a download began is durable before the first byte leaves.

    A visit's downloads that nobody reported as finished are given up when there are too many, the oldest first.
    """
    notice = await core.read(lambda snapshot: _notice(snapshot, message.notice))
    running = Running(core.new_id(), caller.visiting.token_hash, notice.id, notice.size, caller.now)

    def begin(txn: Transaction) -> None:
        # Whether it is still there, not whether it has changed: each finished download counts in its row, and the
        # office's other users download meanwhile.
        _notice(txn, notice.id)
        _give_up_oldest(txn, caller)
        downloads.put(txn, running)
        txn.journal(_entry(caller, notice))

    await core.commit(begin, seen=caller.visit_seen, vital=True)
    reply = Download(running.id, notice.file_name, notice.size, notice.sha256)
    return Streamed(reply, _served(core, running.id, caller.visiting, notice), notice.size)


def _give_up_oldest(txn: Transaction, caller: Caller) -> None:
    token_hash = caller.visiting.token_hash
    if len(downloads.keys(txn, "visit", (token_hash,), limit=MAX_OPEN)) == MAX_OPEN:
        (oldest,) = downloads.scan(txn, "visit", (token_hash,), limit=1)
        downloads.delete(txn, oldest.id)
        txn.journal(_entry(caller, _notice(txn, oldest.notice), Kind.NOTICE_DOWNLOAD_CUT, "its end was never told"))


async def _served(core: Core, download: str, visit: Visit, notice: Notice) -> AsyncIterator[bytes]:
    """The bytes, as long as the visit goes on: with it they end at once, in the middle if need be."""
    key, looked_at = visits.key(visit.token_hash), -1
    async for piece in opened(core, notice):
        if core.clock_watch.now() >= visit.ends_at:
            raise Refused(Why.NOT_SIGNED_IN)
        if looked_at != core.writer.tally.batches:  # nobody has ended it where nothing was written since
            looked_at = core.writer.tally.batches
            if await core.read(lambda snapshot: snapshot.peek(key)) is None:
                raise Refused(Why.NOT_SIGNED_IN)
        yield piece
    core.served[download] = None
    while len(core.served) > MAX_SERVED:
        del core.served[next(iter(core.served))]


async def download_finished(core: Core, caller: Caller, message: DownloadFinished) -> Nothing:
    """Received, if the vault handed over every byte and the site says that they all went out; else cut."""
    whole = message.download in core.served

    def finish(txn: Transaction) -> None:
        running = _running(txn, caller, message.download)
        notice = _notice(txn, running.notice)
        downloads.delete(txn, running.id)
        if whole and message.sent == notice.size:
            notices.put(txn, stepped(notice, Command.RECEIVE, Facts(caller.actor, caller.now)))
            txn.journal(_entry(caller, notice))
        else:
            reason = f"{message.sent} of {notice.size} bytes"
            txn.journal(_entry(caller, notice, Kind.NOTICE_DOWNLOAD_CUT, reason))

    await core.commit(finish, seen=caller.visit_seen, vital=True)
    core.served.pop(message.download, None)
    return Nothing()

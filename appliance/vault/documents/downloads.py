# SPDX-License-Identifier: Apache-2.0
"""Downloads of notices and filings alike: begun in the journal, ended in the journal, and bytes in between.

That a download began is durable before its first byte leaves. A document was received when the vault handed over
every byte of it and the site says that they all went out:

- a ZIP, when its last byte went out;
- a plain document, when one visit has been handed each byte of it, in one go or in ranges. A range alone, be it the
  last one, is not enough; of a download that broke, what went out before counts.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from appliance.link.messages import Download, DownloadFinished, Nothing
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Entry, Kind
from appliance.model.things import Filing, Notice, Visit
from appliance.vault.caller import Caller, Streamed
from appliance.vault.core import Core
from appliance.vault.documents.opening import opened, proven
from appliance.vault.documents.stepping import stepped
from appliance.vault.grouping.serving import goes_on
from appliance.vault.records.tables import Download as Running
from appliance.vault.records.tables import Goods, downloads, filings, notices
from appliance.vault.records.transaction import Snapshot, Transaction
from appliance.vault.workflow.notice import Command, Facts

MAX_OPEN = 32
Thing = Notice | Filing
Bytes = AsyncGenerator[bytes, None]


@dataclass(frozen=True, slots=True)
class Kinds:
    """What the journal calls it."""

    received: Kind
    cut: Kind


KINDS = {
    Goods.NOTICES: Kinds(Kind.NOTICE_RECEIVED, Kind.NOTICE_DOWNLOAD_CUT),
    Goods.FILINGS: Kinds(Kind.FILING_DOWNLOADED, Kind.FILING_DOWNLOAD_CUT),
}


@dataclass(frozen=True, slots=True)
class Going:
    """What is to go out: stream() of these things. name is that of the file; note stands in the journal.

    size of what goes out is 0 where it is not known beforehand. A plain one begins at start and is a part of whole
    bytes.
    """

    goods: Goods
    things: tuple[Thing, ...]
    name: str
    stream: Callable[[], Bytes] = field(repr=False)
    size: int
    packed: bool = False
    start: int = 0
    whole: int = 0
    sha256: bytes = b""
    note: str = ""


def plain(core: Core, goods: Goods, thing: Thing, start: int, stop: int) -> Going:
    """A document as it is, from start to before stop or its end; 0, 0 is all of it. Raises Refused INVALID."""
    stop = min(stop, thing.size) if (start, stop) != (0, 0) else thing.size
    if not 0 <= start < stop:
        raise Refused(Why.INVALID, "download.range", {"size": str(thing.size)})
    is_whole = (start, stop) == (0, thing.size)
    return Going(
        goods,
        (thing,),
        thing.file_name,
        (lambda: proven(core, thing)) if is_whole else (lambda: opened(core, thing, start=start, stop=stop)),
        stop - start,
        start=start,
        whole=thing.size,
        sha256=thing.sha256,
        note="" if is_whole else f"bytes {start} to {stop - 1} of {thing.size}",
    )


# --- beginning ----------------------------------------------------------------------------------------------------


async def send(core: Core, caller: Caller, going: Going) -> Streamed:
    """Begin a download: the entries that it began are durable before the first byte leaves.

    A visit's downloads that nobody reported as finished are given up when there are too many, the oldest first.
    Raises Refused CONFLICT if something was taken back meanwhile, NOT_FOUND if its record went.
    """
    running = Running(
        core.new_id(),
        caller.visiting.token_hash,
        going.size,
        caller.now,
        going.goods,
        tuple(thing.id for thing in going.things),
        going.packed,
        going.start,
    )

    def begin(txn: Transaction) -> None:
        _give_up_oldest(txn, caller)
        downloads.put(txn, running)
        things = things_of(txn, running)
        if len(things) != len(running.things):
            raise Refused(Why.NOT_FOUND)
        for thing in things:
            # Whether it is still there, not whether it has changed: each finished download counts in its row, and
            # the office's other users download meanwhile.
            need_bytes(thing)
            _mark_opened(txn, caller, thing)
            txn.journal(entry(caller, thing, reason=going.note))
        if going.goods is Goods.TAKEN_OUT:
            txn.journal(caller.entry(office="", reason=going.note))

    await core.commit(begin, seen=caller.visit_seen, vital=True)
    reply = Download(running.id, going.name, going.size, going.sha256, going.start, going.whole or going.size)
    return Streamed(reply, _served(core, running.id, caller.visiting, going.stream()), going.size)


def need_bytes(thing: Thing) -> None:
    """Raises Refused CONFLICT for what was cancelled: its bytes are gone."""
    if not thing.parts:
        raise Refused(Why.CONFLICT, "download.cancelled")


def things_of(snapshot: Snapshot, running: Running) -> list[Thing]:
    """The documents of a download, but those that are gone."""
    table = notices if running.goods is Goods.NOTICES else filings
    found = (table.get(snapshot, id) for id in running.things)
    return [thing for thing in found if thing is not None]


def entry(caller: Caller, thing: Thing, kind: Kind | None = None, reason: str = "") -> Entry:
    """The journal's entry about a document."""
    return caller.entry(
        kind,
        office=thing.office,
        thing=thing.id,
        reason=reason,
        sha256=thing.sha256,
        personal={"file_name": thing.file_name},
    )


def _mark_opened(txn: Transaction, caller: Caller, thing: Thing) -> None:
    """From now on the fund cannot take it back."""
    if isinstance(thing, Notice) and not thing.opened_at:
        notices.put(txn, replace(thing, opened_at=caller.now))


def _give_up_oldest(txn: Transaction, caller: Caller) -> None:
    token_hash = caller.visiting.token_hash
    if len(downloads.keys(txn, "visit", (token_hash,), limit=MAX_OPEN)) == MAX_OPEN:
        (oldest,) = downloads.scan(txn, "visit", (token_hash,), limit=1)
        downloads.delete(txn, oldest.id)
        _cut(txn, caller, oldest, "its end was never told")


async def _served(core: Core, download: str, visit: Visit, source: Bytes) -> Bytes:
    """The bytes, as long as the visit goes on: with it they end at once, in the middle if need be."""
    looked_at = -1
    async with aclosing(source) as pieces:
        async for piece in pieces:
            if core.clock_watch.now() >= visit.ends_at:
                raise Refused(Why.NOT_SIGNED_IN)
            if looked_at != core.writer.tally.batches:  # nobody has ended it where nothing was written since
                looked_at = core.writer.tally.batches
                now = core.clock_watch.now()
                if not await core.read(lambda snapshot, now=now: goes_on(snapshot, visit, now)):  # type: ignore[misc]
                    raise Refused(Why.NOT_SIGNED_IN)
            core.served.more(download, len(piece))
            core.activity.given += len(piece)
            yield piece
    core.served.end(download)


# --- the end ------------------------------------------------------------------------------------------------------


def office_of_download(snapshot: Snapshot, caller: Caller, message: DownloadFinished) -> str:
    """The office of a download of this very visit, "" for one of many. Raises Refused NOT_FOUND."""
    running = _running(snapshot, caller, message.download)
    offices = {thing.office for thing in things_of(snapshot, running)}
    return offices.pop() if len(offices) == 1 else ""


def _running(snapshot: Snapshot, caller: Caller, id: str) -> Running:
    running = downloads.get(snapshot, id)
    if running is None or running.token_hash != caller.visiting.token_hash:
        raise Refused(Why.NOT_FOUND)
    return running


async def download_finished(core: Core, caller: Caller, message: DownloadFinished) -> Nothing:
    """Received, if every byte was handed over and went out; else cut."""
    running, things = await core.read(lambda snapshot: _found(snapshot, caller, message.download))
    whole = _is_whole(core, running, things, message.sent)

    def finish(txn: Transaction) -> None:
        now = _running(txn, caller, message.download)
        downloads.delete(txn, now.id)
        if whole:
            _received(txn, caller, now)
        else:
            _cut(txn, caller, now, _how_far(now, things, message.sent))

    await core.commit(finish, seen=caller.visit_seen, vital=True)
    core.served.forget(running.id)
    if whole:
        for id in running.things:
            core.served.begin_anew(running.token_hash, id)
    return Nothing()


def _found(snapshot: Snapshot, caller: Caller, id: str) -> tuple[Running, list[Thing]]:
    running = _running(snapshot, caller, id)
    return running, things_of(snapshot, running)


def _is_whole(core: Core, running: Running, things: Sequence[Thing], sent: int) -> bool:
    """Whether with these bytes the visit has it all. A site cannot have sent more than it got."""
    handed = core.served.of(running.id)
    if not 0 <= sent <= handed.size:
        return False
    if running.packed or not things:
        return handed.ended and sent == handed.size
    [thing] = things
    span = (running.start, running.start + sent)
    return core.served.put_together(running.token_hash, thing.id, span) == (0, thing.size)


def _how_far(running: Running, things: Sequence[Thing], sent: int) -> str:
    whole = running.size if running.packed or not things else things[0].size
    of = f"{sent} of {whole} bytes" if whole else f"{sent} bytes"
    return f"{of}, from {running.start} on" if running.start else of


def _received(txn: Transaction, caller: Caller, running: Running) -> None:
    if running.goods is Goods.TAKEN_OUT:
        return
    for thing in things_of(txn, running):
        if isinstance(thing, Notice):
            notices.put(txn, stepped(thing, Command.RECEIVE, Facts(caller.actor, caller.now)))
        txn.journal(entry(caller, thing, KINDS[running.goods].received))


def _cut(txn: Transaction, caller: Caller, running: Running, reason: str) -> None:
    if running.goods is Goods.TAKEN_OUT:
        txn.journal(caller.entry(Kind.FILING_DOWNLOAD_CUT, office="", reason=reason))
        return
    for thing in things_of(txn, running):
        txn.journal(entry(caller, thing, KINDS[running.goods].cut, reason))

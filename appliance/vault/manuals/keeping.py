# SPDX-License-Identifier: Apache-2.0
"""Manuals of the fund come and go: AddManual and WithdrawManual; and how people see all of them and open one.

One that comes is a PDF that the doorman lets through and no scanner objects to, like any notice (A32, A48). It
belongs to no office, so it is kept in sealed rows, in pieces that fit.
"""

import datetime as dt
import hashlib
from collections.abc import AsyncIterator

from appliance.link.messages import Nothing
from appliance.link.messages.manuals import (
    MOST_MANUAL,
    AddManual,
    ListManuals,
    ManualAdded,
    ManualOpened,
    ManualPage,
    ManualRow,
    OpenManual,
    WithdrawManual,
)
from appliance.link.refusals import Refused, Why
from appliance.model.journal import TYPED
from appliance.model.words import Format, ScanState
from appliance.vault.caller import Caller, Streamed
from appliance.vault.core import Core
from appliance.vault.documents.scanning import Looked, look_at
from appliance.vault.documents.uploads import document_name
from appliance.vault.doorman.doorman import Asked
from appliance.vault.manuals.books import NAMES, SERVICE
from appliance.vault.manuals.listed import MOST, Manual, kept_manuals, manuals, open_manual, thing_of
from appliance.vault.outcomes import remember
from appliance.vault.people.fields import Unfit
from appliance.vault.reading import journal_reading
from appliance.vault.records.manual_tables import KeptManual, ManualPiece, manual_pieces
from appliance.vault.records.manual_tables import manuals as table
from appliance.vault.records.transaction import Transaction

PIECE = 48 * 1024
MAX_TITLE = 60


async def list_manuals(core: Core, caller: Caller, message: ListManuals) -> ManualPage:
    """All of them."""
    await journal_reading(core, caller, "")
    kept = {one.id: one for one in await core.read(kept_manuals)}
    return ManualPage(tuple(_row(one, kept) for one in await manuals(core)))


async def open_one(core: Core, caller: Caller, message: OpenManual) -> Streamed:
    """One of them, with its bytes. Raises Refused NOT_FOUND."""
    manual, content = await open_manual(core, message.manual)
    await journal_reading(core, caller, manual.id, reason=manual.file_name)
    core.activity.given += len(content)
    return Streamed(ManualOpened(manual.file_name, manual.size), _pieces(content), manual.size)


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), PIECE):
        yield content[start : start + PIECE]


def _row(manual: Manual, kept: dict[str, KeptManual]) -> ManualRow:
    own = kept.get(manual.id)
    return ManualRow(
        manual.id,
        manual.title,
        manual.file_name,
        manual.dated.isoformat(),
        manual.size,
        manual.engine,
        manual.scanned_at,
        manual.of_fund,
        own.replaces if own else "",
    )


async def add_manual(core: Core, caller: Caller, message: AddManual) -> ManualAdded:
    """Look at it, let the scanners look, and keep it. One that stood in the same place before goes.

    Raises Unfit for what was typed and for a file that is none, Refused AWAY while a scanner does not answer.
    """
    core.room.need_for_uploads()
    title, dated = _title(message.title), _dated(message.dated)
    if message.replaces and message.replaces not in NAMES:
        raise Unfit("manual_replaces", "unknown")
    name = document_name(f"{SERVICE}・{title}({dated:%Y%m%d}).pdf")
    content = await _received(caller, message.size)
    looked = await _examined(core, name, content)
    kept = KeptManual(
        core.new_id(),
        title,
        name,
        dated.isoformat(),
        len(content),
        hashlib.sha256(content).digest(),
        caller.now,
        caller.actor,
        message.replaces,
        looked.engine,
        caller.now if looked.state is ScanState.CLEAN else 0,
    )
    await _keep(core, caller, kept, content)
    return ManualAdded(kept.id, kept.engine)


async def _keep(core: Core, caller: Caller, kept: KeptManual, content: bytes) -> None:
    entry = caller.entry(office="", thing=kept.id, sha256=kept.sha256, personal={TYPED: kept.file_name})

    def keep(txn: Transaction) -> None:
        for old in kept_manuals(txn):
            if kept.replaces and old.replaces == kept.replaces:
                _forget(txn, old)
        if len(kept_manuals(txn)) >= MOST:
            raise Refused(Why.CONFLICT, "manual.too_many", {"most": str(MOST)})
        table.put(txn, kept)
        for number, start in enumerate(range(0, len(content), PIECE)):
            manual_pieces.put(txn, ManualPiece(kept.id, number, content[start : start + PIECE]))
        remember(txn, caller, ManualAdded(kept.id, kept.engine))
        txn.journal(entry)

    await core.commit(keep, seen=caller.seen)


async def withdraw_manual(core: Core, caller: Caller, message: WithdrawManual) -> Nothing:
    """One of the fund's goes. Raises Refused NOT_FOUND for one of the product, and for none."""

    def withdraw(txn: Transaction) -> None:
        kept = table.get(txn, message.manual)
        if kept is None:
            raise Refused(Why.NOT_FOUND, "manual.gone")
        _forget(txn, kept)
        remember(txn, caller, Nothing())
        txn.journal(caller.entry(office="", thing=kept.id, personal={TYPED: kept.file_name}))

    await core.commit(withdraw, seen=caller.seen, vital=True)
    return Nothing()


def _forget(txn: Transaction, kept: KeptManual) -> None:
    for number in range(-(-kept.size // PIECE)):
        manual_pieces.delete(txn, kept.id, number)
    table.delete(txn, kept.id)


def _title(typed: str) -> str:
    title = " ".join(typed.split())
    if not 0 < len(title) <= MAX_TITLE or not title.isprintable():
        raise Unfit("manual_title", "length", most=str(MAX_TITLE))
    return title


def _dated(typed: str) -> dt.date:
    try:
        return dt.date.fromisoformat(typed)
    except ValueError as error:
        raise Unfit("manual_dated", "form") from error


async def _received(caller: Caller, size: int) -> bytes:
    """The bytes that come along. Raises Refused TOO_LARGE, and INVALID where it is not as many as were told."""
    if not 0 < size <= MOST_MANUAL:
        raise Refused(Why.TOO_LARGE, "upload.size", {"max": str(MOST_MANUAL // 1024 // 1024)})
    stream, taken = caller.call.stream, bytearray()
    assert stream is not None
    async for piece in stream:
        taken += piece
        if len(taken) > size:
            raise Refused(Why.INVALID, "upload.cut")
    if len(taken) != size:
        raise Refused(Why.INVALID, "upload.cut")
    return bytes(taken)


async def _examined(core: Core, name: str, content: bytes) -> Looked:
    """What the scanners say of a PDF that is one. Raises Unfit for what they, or the doorman, object to."""
    asked = Asked(name, len(content), frozenset({Format.PDF}), most=len(content))
    async with core.doorman.judging(asked, _pieces(content)) as judged:
        if judged.problems:
            raise Unfit("manual_file", "not_pdf")
    looked = await look_at(core, thing_of(core.new_id(), content))
    if looked.state is ScanState.WAITING:
        raise Refused(Why.AWAY, "scan.away")
    if looked.problem:
        raise Unfit("manual_file", "infected")
    return looked

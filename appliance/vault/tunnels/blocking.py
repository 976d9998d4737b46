# SPDX-License-Identifier: Apache-2.0
"""The fund keeps the PC of a seat out, and lets it in again; and the list of those that are kept out.

What the PC has open ends in the same transaction, so that nothing of it is open once it is said to be blocked.
"""

from appliance.link.messages import (
    BlockSeat,
    KeepSeatOut,
    LetSeatIn,
    ListSeatBlocks,
    Nothing,
    SeatBlockPage,
    SeatBlockRow,
    TunnelsEnded,
    UnblockSeat,
)
from appliance.link.refusals import Refused, Why
from appliance.model.ids import is_id
from appliance.model.journal import TYPED
from appliance.model.tunnels import Cause, SeatBlock, TunnelSession
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.devices.at_host import contracted
from appliance.vault.devices.seat_list import office_of
from appliance.vault.devices.stepping import seat_of
from appliance.vault.outcomes import remember
from appliance.vault.people import fields
from appliance.vault.reading import journal_reading
from appliance.vault.records.row_keys import Part, end_of, newest_first
from appliance.vault.records.tables import offices
from appliance.vault.records.transaction import Snapshot, Transaction
from appliance.vault.records.tunnel_tables import seat_blocks
from appliance.vault.tunnels.closing import entry_of_end, observed
from appliance.vault.tunnels.ending import end_one, tell_end
from appliance.vault.tunnels.listing import bounded
from appliance.vault.tunnels.present import sessions_of
from appliance.vault.tunnels.rows import name_by
from appliance.vault.workflow.vpn_session import Facts


async def block_seat(core: Core, caller: Caller, message: BlockSeat) -> TunnelsEnded:
    """From now on; what was observed of its sessions. Raises Refused NOT_FOUND, CONFLICT where it is already."""
    told = fields.reason(message.told)
    office, seat = message.office, message.number
    facts = Facts(caller.now, cause=Cause.BLOCKED, by=caller.actor, told=told)
    entry_of = entry_of_end(caller, told)

    def work(txn: Transaction) -> list[TunnelSession]:
        seat_of(txn, office_of(txn, office).id, seat)
        if seat_blocks.get(txn, office, seat) is not None:
            raise Refused(Why.CONFLICT, "seat.is_blocked")
        seat_blocks.put(txn, SeatBlock(office, seat, caller.now, caller.actor, told))
        txn.journal(caller.entry(office=office, thing=office, reason=f"seat {seat}", personal={TYPED: told}))
        ended = [end_one(txn, one.id, facts, entry_of(one)) for one in sessions_of(txn, office, seat)]
        rows = [one for one in ended if one is not None]
        remember(txn, caller, TunnelsEnded(len(rows)))
        return rows

    rows = await core.commit(work, seen=caller.seen, vital=True)
    for row in rows:
        core.tunnels.take(row)
    return await observed(core, caller, await tell_end(core, rows, Cause.BLOCKED))


async def unblock_seat(core: Core, caller: Caller, message: UnblockSeat) -> Nothing:
    """It may connect again. Raises Refused CONFLICT where it is not blocked."""
    reason = fields.reason(message.reason)
    office, seat = message.office, message.number

    def work(txn: Transaction) -> None:
        seat_of(txn, office_of(txn, office).id, seat)
        if not seat_blocks.delete(txn, office, seat):
            raise Refused(Why.CONFLICT, "seat.not_blocked")
        txn.journal(caller.entry(office=office, thing=office, reason=f"seat {seat}", personal={TYPED: reason}))
        remember(txn, caller, Nothing())

    await core.commit(work, seen=caller.seen, vital=True)
    return Nothing()


def office_of_block(snapshot: Snapshot, caller: Caller, message: BlockSeat | UnblockSeat) -> str:
    """The office whose seat a message is about. Raises Refused NOT_FOUND."""
    return seat_of(snapshot, office_of(snapshot, message.office).id, message.number).office


async def keep_out(core: Core, caller: Caller, message: KeepSeatOut) -> TunnelsEnded:
    """As block_seat(), at the vault's own host."""
    office = await core.read(lambda snapshot: contracted(snapshot, message.contract_number))
    return await block_seat(core, caller, BlockSeat(office.id, message.seat, message.told))


async def let_in(core: Core, caller: Caller, message: LetSeatIn) -> Nothing:
    """As unblock_seat(), at the vault's own host."""
    office = await core.read(lambda snapshot: contracted(snapshot, message.contract_number))
    return await unblock_seat(core, caller, UnblockSeat(office.id, message.seat, message.reason))


async def list_blocks(core: Core, caller: Caller, message: ListSeatBlocks) -> SeatBlockPage:
    """The latest first; those of one office together, by number."""
    office, limit = message.office, bounded(message.limit)
    await journal_reading(core, caller, f"blocks/{office}/{message.after}", office or None)
    if office:
        return await core.read(lambda snapshot: SeatBlockPage(blocks_of(snapshot, office)))
    return await core.read(lambda snapshot: _page(snapshot, message.after, limit))


def blocks_of(snapshot: Snapshot, office: str) -> tuple[SeatBlockRow, ...]:
    """Of one office. Raises Refused NOT_FOUND."""
    start = seat_blocks.key(office_of(snapshot, office).id)
    return tuple(_row(snapshot, one) for one in seat_blocks.walk(snapshot, start, end_of(start)))


def _page(snapshot: Snapshot, after: str, limit: int) -> SeatBlockPage:
    found = seat_blocks.scan(snapshot, "since", since=_place(after), limit=limit + 1)
    rows = tuple(_row(snapshot, one) for one in found[:limit])
    last = rows[-1] if len(found) > limit else None
    return SeatBlockPage(rows, f"{last.since}.{last.office}.{last.seat}" if last else "")


def _place(after: str) -> tuple[Part, ...] | None:
    """Behind which one a page begins, whether that is blocked still or not; None for what is no cursor."""
    since, _, rest = after.partition(".")
    office, _, seat = rest.partition(".")
    if not (_is_number(since) and is_id(office) and _is_number(seat)):
        return None
    return newest_first(int(since)), office, int(seat) + 1


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 16


def _row(snapshot: Snapshot, block: SeatBlock) -> SeatBlockRow:
    office = offices.get(snapshot, block.office)
    return SeatBlockRow(
        block.office,
        office.contract_number if office else "",
        office.name if office else "",
        block.seat,
        block.since,
        name_by(snapshot, block.by),
        block.told,
    )

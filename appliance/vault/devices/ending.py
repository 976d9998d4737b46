# SPDX-License-Identifier: Apache-2.0
"""The PC of a seat may connect no more: by the fund, or by its own admin (R236, A36 to A38)."""

from dataclasses import replace

from appliance.link.messages import Nothing
from appliance.link.messages.devices import OpenSeat, RevokeSeat
from appliance.model.devices import Ended, Seat
from appliance.model.journal import TYPED, Kind
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.devices.opening import close_seat, open_seat
from appliance.vault.devices.stepping import end_bond, entry_of, seat_of, stepped, supersede
from appliance.vault.devices.telling import tell_of_end
from appliance.vault.outcomes import remember
from appliance.vault.people import fields
from appliance.vault.records.device_tables import bonds
from appliance.vault.records.transaction import Snapshot, Transaction
from appliance.vault.workflow.seat import Command, leads_from


def office_of_seat(snapshot: Snapshot, caller: Caller, message: RevokeSeat | OpenSeat) -> str:
    """The office whose seat a message is about. Raises Refused NOT_FOUND."""
    return seat_of(snapshot, message.office, message.number).office


async def revoke_seat(core: Core, caller: Caller, message: RevokeSeat) -> Nothing:
    """At once, with or without the office (A37). Raises Refused CONFLICT for a seat without a PC."""
    reason = fields.reason(message.reason)

    def work(txn: Transaction) -> None:
        revoke(txn, caller, seat_of(txn, message.office, message.number), message.why, reason)
        if message.reopen:
            open_seat(txn, caller, message.office, message.number)
        remember(txn, caller, Nothing())

    await core.commit(work, seen=caller.seen, vital=True)
    return Nothing()


async def open_again(core: Core, caller: Caller, message: OpenSeat) -> Nothing:
    """The kit of a seat that has ended is offered. Raises Refused CONFLICT for one that is open."""

    def work(txn: Transaction) -> None:
        seat_of(txn, message.office, message.number)
        open_seat(txn, caller, message.office, message.number)
        remember(txn, caller, Nothing())

    await core.commit(work, seen=caller.seen)
    return Nothing()


def revoke(txn: Transaction, caller: Caller, seat: Seat, why: Ended, typed: str = "") -> Seat:
    """End it, and tell the admin; typed is why, in somebody's words. Raises Refused CONFLICT."""
    revoked = end(txn, caller, seat, why, typed)
    tell_of_end(txn, seat, why, caller.now)
    return revoked


def end(txn: Transaction, caller: Caller, seat: Seat, why: Ended, typed: str = "") -> Seat:
    """The same where another letter tells of it: its bond ends, and what waits for it. Raises Refused CONFLICT."""
    supersede(txn, caller, seat)
    bond = bonds.get(txn, seat.bond) if seat.bond else None
    revoked = stepped(txn, caller, seat, Command.REVOKE)
    if bond is not None:
        end_bond(txn, caller, bond, why)
    entry = entry_of(caller, Kind.SEAT_REVOKED, seat, why.value)
    txn.journal(replace(entry, personal={**entry.personal, TYPED: typed}) if typed else entry)
    return revoked


def give_up(txn: Transaction, caller: Caller, seat: Seat, why: Ended) -> Seat:
    """The office's own wish: the seat is closed once it is returned, and open for the next PC otherwise.

    Raises Refused CONFLICT where that is so already.
    """
    if leads_from(seat.state, Command.REVOKE):
        revoke(txn, caller, seat, why)
    if why is Ended.RETURNED:
        return close_seat(txn, caller, seat.office, seat.number)
    return open_seat(txn, caller, seat.office, seat.number)

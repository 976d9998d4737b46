# SPDX-License-Identifier: Apache-2.0
"""More or fewer seats for an office (利用台数増設届, R227, A12, A18): ChangeSeats.

1. More of them are opened at once, and the admin is told that further kits can be fetched. One that the office has
   returned stays returned, unless it is among those that are added.
2. Fewer: only seats without a PC go, the last ones first; nobody loses a PC or an account by a number.
"""

from dataclasses import replace

from appliance.link.messages.issuing import ChangeSeats, SeatsChanged
from appliance.link.refusals import Refused, Why
from appliance.model.devices import SeatState
from appliance.model.journal import TYPED
from appliance.model.registration import MAX_SEATS
from appliance.model.things import Office
from appliance.model.time import date_in_japan
from appliance.model.typed_days import day_of
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.devices.opening import close_seat
from appliance.vault.issuing.reissuing import admin_of_office
from appliance.vault.issuing.seat_rooms import note_seats, open_seats
from appliance.vault.letters import LetterKind, write
from appliance.vault.outcomes import remember
from appliance.vault.people import fields
from appliance.vault.records.device_tables import seats
from appliance.vault.records.tables import accounts, offices
from appliance.vault.records.transaction import Transaction


async def change_seats(core: Core, caller: Caller, message: ChangeSeats) -> SeatsChanged:
    """Open or close seats until there are so many; put on record why, and tell the admin."""
    reason = fields.reason(message.reason) if message.reason.strip() else ""
    wanted = fields.seats(message.seats, allowed=True)
    if wanted > MAX_SEATS and not reason:
        raise fields.Unfit("reason", "more_seats", max=str(MAX_SEATS))
    filed_on = _filed_on(message.filed_on, caller)

    def change(txn: Transaction) -> SeatsChanged:
        office = offices.get(txn, message.office)
        if office is None:
            raise Refused(Why.NOT_FOUND)
        if office.seats == wanted:
            raise Refused(Why.CONFLICT, "seats.same", {"seats": str(wanted)})
        changed = replace(office, seats=wanted)
        closed = _close(txn, caller, office, wanted)
        offices.put(txn, changed)
        opened = open_seats(txn, caller, changed, office.seats)
        note_seats(txn, caller, changed, office.seats, reason=reason, filed_on=filed_on)
        reply = SeatsChanged(office.seats, wanted, tuple(opened), tuple(closed))
        _tell(txn, caller, reply, office.id, reason)
        remember(txn, caller, reply)
        return reply

    return await core.commit(change, seen=caller.seen)


def _filed_on(typed: str, caller: Caller) -> str:
    """The day of the form as "YYYY-MM-DD", or "". Raises Unfit for what is no day, or is yet to come."""
    if not typed.strip():
        return ""
    found = day_of(typed.strip())
    if found is None or found > date_in_japan(caller.now):
        raise fields.Unfit("filed_on", "form")
    return found.isoformat()


def _close(txn: Transaction, caller: Caller, office: Office, wanted: int) -> list[int]:
    """Close the seats above wanted. Raises Refused CONFLICT for people and PCs who need them."""
    people = len(accounts.scan(txn, "office", (office.id,)))
    if people > wanted:
        raise Refused(Why.CONFLICT, "seats.people", {"people": str(people)})
    closed = []
    for number in range(office.seats, wanted, -1):
        seat = seats.get(txn, office.id, number)
        if seat is None or seat.state is SeatState.CLOSED:
            continue
        if seat.state not in (SeatState.READY, SeatState.OVERRIDDEN, SeatState.REVOKED):
            raise Refused(Why.CONFLICT, "seats.in_use", {"number": f"{number:02d}"})
        close_seat(txn, caller, office.id, number)
        closed.append(number)
    return closed


def _tell(txn: Transaction, caller: Caller, done: SeatsChanged, office: str, reason: str) -> None:
    admin = admin_of_office(txn, office)
    told = {"before": str(done.before), "after": str(done.after)}
    write(txn, LetterKind.SEATS_CHANGED, admin.id, str(caller.now), told, caller.now)
    personal = {TYPED: reason} if reason else {}
    entry = caller.entry(office=office, thing=office, reason=f"{done.before} to {done.after}", personal=personal)
    txn.journal(entry)

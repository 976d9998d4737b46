# SPDX-License-Identifier: Apache-2.0
"""A seat is opened for a PC, or closed: each opening has kits of its own id, so that older ones are known."""

from dataclasses import replace

from appliance.model.devices import Seat, SeatState
from appliance.model.journal import Kind
from appliance.vault.caller import Caller
from appliance.vault.devices.stepping import entry_of, facts_of, seat_of, stepped
from appliance.vault.records.device_tables import seats
from appliance.vault.records.transaction import Transaction
from appliance.vault.workflow.seat import Command, Facts, step


def open_seat(txn: Transaction, caller: Caller, office_id: str, number: int) -> Seat:
    """Offer the kit of a seat, which is added if there is none of this number yet; the seat as it is then.

    Raises Refused CONFLICT where it is open already, or a PC holds it.
    """
    seat = seats.get(txn, office_id, number)
    if seat is None:
        seat = step(None, Command.ADD, Facts(caller.actor, caller.now, office_id, number))
    facts = replace(facts_of(caller), kit=caller.id_for("kit", office_id, number))
    opened = stepped(txn, caller, seat, Command.OPEN, facts)
    txn.journal(entry_of(caller, Kind.SEAT_OPENED, opened))
    return opened


def close_seat(txn: Transaction, caller: Caller, office_id: str, number: int) -> Seat:
    """Offer it no more: a seat without a PC. Raises Refused NOT_FOUND, CONFLICT."""
    seat = seat_of(txn, office_id, number)
    closed = stepped(txn, caller, seat, Command.CLOSE)
    txn.journal(entry_of(caller, Kind.SEAT_CLOSED, seat))
    return closed


def is_offered(seat: Seat) -> bool:
    """Whether its kit can be fetched: also once more, by whoever has lost it or installs it anew (A36)."""
    return seat.state not in (SeatState.CLOSED, SeatState.OVERRIDDEN, SeatState.REVOKED)

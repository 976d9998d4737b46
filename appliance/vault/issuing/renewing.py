# SPDX-License-Identifier: Apache-2.0
"""The admin's own seat gets another PC, as another admin comes (R60, R228)."""

from appliance.model.devices import Ended, SeatState
from appliance.model.journal import Kind
from appliance.vault.caller import Caller
from appliance.vault.devices.opening import open_seat
from appliance.vault.devices.stepping import end_bond, entry_of, stepped, supersede
from appliance.vault.records.device_tables import bonds, seats
from appliance.vault.records.transaction import Transaction
from appliance.vault.workflow.seat import Command

FIRST = 1
_OPEN = (SeatState.CLOSED, SeatState.OVERRIDDEN, SeatState.REVOKED)


def renew_first_seat(txn: Transaction, caller: Caller, office: str) -> None:
    """Its PC may connect no more, and its kit is offered afresh. A kit that nobody has fetched yet stays."""
    seat = seats.get(txn, office, FIRST)
    if seat is None or seat.state is SeatState.READY:
        return
    if seat.state not in _OPEN:
        bond = bonds.get(txn, seat.bond) if seat.bond else None
        if bond is not None:
            end_bond(txn, caller, bond, Ended.ADMIN_CHANGED)
        supersede(txn, caller, seat)
        stepped(txn, caller, seat, Command.REVOKE)
        txn.journal(entry_of(caller, Kind.SEAT_REVOKED, seat, Ended.ADMIN_CHANGED))
    open_seat(txn, caller, office, FIRST)

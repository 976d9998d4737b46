# SPDX-License-Identifier: Apache-2.0
"""How many seats an office has: of people and of PCs alike (R29, R118, A12)."""

from appliance.model.devices import SeatState
from appliance.model.things import Office
from appliance.vault.caller import Caller
from appliance.vault.devices.opening import open_seat
from appliance.vault.records.device_tables import seats
from appliance.vault.records.issuing_tables import SeatChange, seat_changes
from appliance.vault.records.transaction import Transaction


def open_seats(txn: Transaction, caller: Caller, office: Office, before: int = 0) -> list[int]:
    """Open the seats that the office has not yet been given; their numbers.

    before is how many it had until now: one among those that is closed was returned by the office (A38), and stays
    so until the desk opens it.
    """
    numbers = [number for number in range(1, office.seats + 1) if _is_to_open(txn, office.id, number, before)]
    for number in numbers:
        open_seat(txn, caller, office.id, number)
    return numbers


def _is_to_open(txn: Transaction, office: str, number: int, before: int) -> bool:
    seat = seats.get(txn, office, number)
    return seat is None or (seat.state is SeatState.CLOSED and number > before)


def note_seats(
    txn: Transaction, caller: Caller, office: Office, before: int, *, reason: str = "", filed_on: str = ""
) -> None:
    """Put on record how many seats it has from now on, and why (A12)."""
    change = SeatChange(office.id, caller.now, caller.actor, before, office.seats, filed_on, reason)
    seat_changes.put(txn, change)

# SPDX-License-Identifier: Apache-2.0
"""The admin's own seat gets another PC, as another admin comes (R60, R228)."""

from appliance.model.devices import Ended, SeatState
from appliance.vault.caller import Caller
from appliance.vault.devices.ending import end
from appliance.vault.devices.opening import open_seat
from appliance.vault.records.device_tables import seats
from appliance.vault.records.transaction import Transaction
from appliance.vault.workflow.seat import Command, leads_from

FIRST = 1


def renew_first_seat(txn: Transaction, caller: Caller, office: str) -> None:
    """Its PC may connect no more, and its kit is offered afresh. A kit that nobody has fetched yet stays."""
    seat = seats.get(txn, office, FIRST)
    if seat is None or seat.state is SeatState.READY:
        return
    if leads_from(seat.state, Command.REVOKE):
        end(txn, caller, seat, Ended.ADMIN_CHANGED)
    open_seat(txn, caller, office, FIRST)

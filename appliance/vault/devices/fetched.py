# SPDX-License-Identifier: Apache-2.0
"""Somebody of the office has the kit of a seat: called by the counter (/download/) once its last byte went out."""

from appliance.model.devices import SeatState
from appliance.vault.caller import Caller
from appliance.vault.devices.stepping import seat_of, stepped
from appliance.vault.records.transaction import Transaction
from appliance.vault.workflow.seat import Command

_MOVED_BY_IT = (SeatState.READY, SeatState.DOWNLOADED, SeatState.FAILED)


def note_fetched(txn: Transaction, caller: Caller, office_id: str, number: int) -> None:
    """The seat is DOWNLOADED, unless its 確認コード is on its way already. The caller journals it.

    Raises Refused NOT_FOUND for a seat that the office has not.
    """
    seat = seat_of(txn, office_id, number)
    if seat.state in _MOVED_BY_IT:
        stepped(txn, caller, seat, Command.FETCH)

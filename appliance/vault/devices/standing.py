# SPDX-License-Identifier: Apache-2.0
"""Which PC may connect as a seat just now: what the tunnel is told."""

from appliance.model.devices import LAST_SEAT, Bond, SeatState
from appliance.vault.records.device_tables import bonds, seats
from appliance.vault.records.tables import is_suspended
from appliance.vault.records.transaction import Snapshot

# While a request for another PC waits, the one that holds the seat goes on.
_STANDING = (SeatState.ACTIVE, SeatState.REQUESTED)


def may_connect(snapshot: Snapshot, office: str, number: int) -> Bond | None:
    """The bond by which a PC may connect as this seat of an office; None where none may."""
    if is_suspended(snapshot, office):
        return None
    seat = seats.get(snapshot, office, number) if 0 < number <= LAST_SEAT else None
    if seat is None or seat.state not in _STANDING or not seat.bond:
        return None
    bond = bonds.get(snapshot, seat.bond)
    return bond if bond is not None and not bond.ended_at else None

# SPDX-License-Identifier: Apache-2.0
"""How many people the PCs of an office have room for: another one once another PC is active (R113, SC10)."""

from appliance.config.office_settings import Devices
from appliance.model.devices import Seat
from appliance.model.things import Office
from appliance.vault.devices.seat_list import seats_of
from appliance.vault.records.transaction import Snapshot


def missing_seat(snapshot: Snapshot, devices: Devices, office: Office, people: int) -> Seat | None:
    """The seat that must become active before somebody is added to so many people; None where nothing is missing.

    A seat counts from its first activation on, also while its PC is replaced. An office from the time before there
    were seats has none, and is not held up.
    """
    if not devices.users_after_activation:
        return None
    seats = seats_of(snapshot, office.id)
    if people < sum(bool(seat.activated_at) for seat in seats):
        return None
    return next((seat for seat in seats if not seat.activated_at), None)

# SPDX-License-Identifier: Apache-2.0
"""Seats at the vault's own host: listed and revoked by fund IT, many at once (AskSeats, RevokeSeats)."""

from appliance.link.messages.devices import AskSeats, RevokeSeats, SeatPages, SeatsRevoked
from appliance.link.refusals import Refused, Why
from appliance.model.devices import Seat
from appliance.model.things import Office
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.devices.ending import revoke
from appliance.vault.devices.seat_list import seat_page, seats_of
from appliance.vault.devices.stepping import seat_of
from appliance.vault.people import fields
from appliance.vault.reading import journal_reading
from appliance.vault.records.tables import offices
from appliance.vault.records.transaction import Snapshot, Transaction
from appliance.vault.workflow.seat import Command, leads_from

MAX_OFFICES = 200


async def ask_seats(core: Core, caller: Caller, message: AskSeats) -> SeatPages:
    """The seats of one contract, or of some offices in the order of their numbers. Raises Refused."""
    await journal_reading(core, caller, f"{message.contract_number}/{message.after}")
    if message.contract_number:
        return await core.read(
            lambda snapshot: SeatPages((seat_page(snapshot, contracted(snapshot, message.contract_number)),))
        )
    return await core.read(lambda snapshot: _some(snapshot, message))


async def revoke_seats(core: Core, caller: Caller, message: RevokeSeats) -> SeatsRevoked:
    """At once; what has no PC is left alone where no numbers are named. Raises Refused, and then none is."""
    reason = fields.reason(message.reason)

    def work(txn: Transaction) -> tuple[int, ...]:
        office = contracted(txn, message.contract_number)
        for seat in (found := _chosen(txn, office, message)):
            revoke(txn, caller, seat, message.why, reason)
        return tuple(seat.number for seat in found)

    return SeatsRevoked(await core.commit(work, vital=True))


def contracted(snapshot: Snapshot, typed: str) -> Office:
    """The office of a contract number. Raises Refused NOT_FOUND, INVALID."""
    number = fields.contract_number(typed)
    office = offices.first(snapshot, "contract", snapshot.sealing.blind("contract", number))
    if office is None:
        raise Refused(Why.NOT_FOUND)
    return office


def _chosen(txn: Transaction, office: Office, message: RevokeSeats) -> list[Seat]:
    if message.numbers:
        return [seat_of(txn, office.id, number) for number in sorted(set(message.numbers))]
    return [seat for seat in seats_of(txn, office.id) if leads_from(seat.state, Command.REVOKE)]


def _some(snapshot: Snapshot, message: AskSeats) -> SeatPages:
    limit = max(1, min(message.limit, MAX_OFFICES))
    found = offices.scan(snapshot, "number", since=(max(0, message.after) + 1,), limit=limit + 1)
    more = found[limit - 1].number if len(found) > limit else 0
    return SeatPages(tuple(seat_page(snapshot, office) for office in found[:limit]), more)

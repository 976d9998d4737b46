# SPDX-License-Identifier: Apache-2.0
"""Seats as an office and the fund see them: those of one office, and those of all that are in one state."""

from dataclasses import replace

from appliance.link.messages.devices import (
    BondRow,
    FindSeats,
    FoundSeat,
    FoundSeats,
    ListOwnSeats,
    ListSeats,
    SeatPage,
    SeatRow,
)
from appliance.link.refusals import Refused, Why
from appliance.model.devices import LAST_SEAT, Bond, Seat, SeatState
from appliance.model.things import Office
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.reading import journal_reading
from appliance.vault.records.device_tables import bonds, seats
from appliance.vault.records.row_keys import end_of
from appliance.vault.records.tables import offices
from appliance.vault.records.transaction import Snapshot
from appliance.vault.tunnels.at_seats import AtSeat, at_seats

MAX_ROWS = 200
SHOWN_BONDS = 20
# Where more than these have been, the oldest are not looked for.
MAX_BONDS = 500


async def list_own_seats(core: Core, caller: Caller, message: ListOwnSeats) -> SeatPage:
    """The visitor's own office."""
    await journal_reading(core, caller, "")
    return await core.read(lambda snapshot: seat_page(snapshot, caller.employer))


async def list_seats(core: Core, caller: Caller, message: ListSeats) -> SeatPage:
    """Any office, for the fund. Raises Refused NOT_FOUND."""
    await journal_reading(core, caller, message.office, message.office)
    return await core.read(lambda snapshot: seat_page(snapshot, office_of(snapshot, message.office)))


async def find_seats(core: Core, caller: Caller, message: FindSeats) -> FoundSeats:
    """Seats of all offices by the offices' numbers, or those in one state, the longest first."""
    state = message.state
    limit = max(1, min(message.limit, MAX_ROWS))
    await journal_reading(core, caller, f"{state or ''}/{message.after}", reason=state or "")
    if state is None:
        return await core.read(lambda snapshot: _every(snapshot, message.after, limit))
    return await core.read(lambda snapshot: _found(snapshot, state, message.after, limit))


def office_of(snapshot: Snapshot, id: str) -> Office:
    """An office by its id. Raises Refused NOT_FOUND."""
    office = offices.get(snapshot, id) if id else None
    if office is None:
        raise Refused(Why.NOT_FOUND)
    return office


def seats_of(snapshot: Snapshot, office: str) -> list[Seat]:
    """The seats of an office, by number."""
    start = seats.key(office)
    return seats.walk(snapshot, start, end_of(start), limit=LAST_SEAT)


def seat_page(snapshot: Snapshot, office: Office) -> SeatPage:
    """An office's seats, each with the PCs that held it."""
    held = bonds.scan(snapshot, "office", (office.id,), limit=MAX_BONDS)
    now = at_seats(snapshot, office.id)
    rows = tuple(_row(seat, held, now[seat.number]) for seat in seats_of(snapshot, office.id))
    return SeatPage(office.id, office.name, office.contract_number, rows)


def _row(seat: Seat, held: list[Bond], now: AtSeat) -> SeatRow:
    own = [_bond_row(bond) for bond in held if bond.seat == seat.number]
    return SeatRow(
        number=seat.number,
        state=seat.state,
        since=seat.since,
        promised_on=seat.promised_on,
        downloaded_at=seat.downloaded_at,
        activated_at=seat.activated_at,
        told=seat.told,
        bonds=tuple(own[:SHOWN_BONDS]),
        connected_until=now.connected_until,
        blocked=now.blocked,
    )


def _bond_row(bond: Bond) -> BondRow:
    return BondRow(bond.id, bond.claim.short_code, bond.bound_at, bond.ended_at, bond.ended)


def _found(snapshot: Snapshot, state: SeatState, after: str, limit: int) -> FoundSeats:
    behind = seats.get(snapshot, *_place(after))
    if behind is not None and behind.state is not state:
        behind = None
    found = seats.scan(snapshot, "state", (state.value,), behind=behind, limit=limit + 1)
    return _cut(snapshot, found, limit)


def _every(snapshot: Snapshot, after: str, limit: int) -> FoundSeats:
    """Of offices without seats a page looks at no more than it may have rows, and may be short."""
    id, number = _place(after)
    behind = offices.get(snapshot, id) if id else None
    looked = offices.scan(snapshot, "number", since=(behind.number if behind else 0,), limit=limit + 1)
    found: list[Seat] = []
    for office in looked:
        past = number if behind and office.id == behind.id else 0
        found += [seat for seat in seats_of(snapshot, office.id) if seat.number > past]
        if len(found) > limit:
            return _cut(snapshot, found, limit)
    page = _cut(snapshot, found, limit)
    return replace(page, next=f"{looked[-1].id}/{LAST_SEAT}") if len(looked) > limit else page


def _cut(snapshot: Snapshot, found: list[Seat], limit: int) -> FoundSeats:
    rows = tuple(_found_row(snapshot, seat) for seat in found[:limit])
    last = found[limit - 1] if len(found) > limit else None
    return FoundSeats(rows, f"{last.office}/{last.number}" if last else "")


def _place(after: str) -> tuple[str, int]:
    """Office and number of a cursor, as far as it is one."""
    office, _, number = after.partition("/")
    is_number = number.isascii() and number.isdigit() and len(number) < 3
    return (office, int(number)) if is_number else ("", 0)


def _found_row(snapshot: Snapshot, seat: Seat) -> FoundSeat:
    office = offices.get(snapshot, seat.office)
    bond = bonds.get(snapshot, seat.bond) if seat.bond else None
    return FoundSeat(
        office=seat.office,
        office_name=office.name if office else "",
        contract_number=office.contract_number if office else "",
        number=seat.number,
        state=seat.state,
        since=seat.since,
        short_code=bond.claim.short_code if bond else "",
    )

# SPDX-License-Identifier: Apache-2.0
"""The kits of an office: one for each of its seats and each kind of PC (R24, R60, SC2).

Kits are made when they are fetched, and nothing of them is kept. The same order makes the same bytes, so that a
list shows size and day of what was made before, and who fetches gets just that: a kit that comes out otherwise is
refused.
"""

import logging
from dataclasses import dataclass

from appliance.contracts.kit import Kit, KitNotBuilt, KitOrder
from appliance.link.refusals import Refused, Why
from appliance.model.devices import Seat
from appliance.model.things import Office
from appliance.model.time import date_in_japan
from appliance.vault.core import Core
from appliance.vault.devices.opening import is_offered
from appliance.vault.devices.seat_list import seats_of
from appliance.vault.kits.building import built
from appliance.vault.kits.ordering import Builder, builders, made_of, order_of
from appliance.vault.records.device_tables import seats
from appliance.vault.records.kit_tables import MadeKit, made_kits

log = logging.getLogger("renkei.vault")


@dataclass(frozen=True, slots=True)
class OfferedKit:
    """The kit of a seat for one kind of PC. platform is the builder's plugin, name what people call it.

    made_on is "YYYY-MM-DD". missing is "" where it can be fetched; else, in English, what fund IT has to do, and
    there is no file.
    """

    seat: int
    platform: str
    name: str
    file_name: str = ""
    size: int = 0
    made_on: str = ""
    missing: str = ""


async def offered(core: Core, office: Office) -> tuple[OfferedKit, ...]:
    """The kits of all seats that the office may set up, by seat and then in the order of the builders."""
    open_seats = [
        seat for seat in await core.read(lambda snapshot: seats_of(snapshot, office.id)) if is_offered(seat)
    ]
    able = await builders(core)
    return tuple([await _offered(core, office, seat, builder) for seat in open_seats for builder in able])


async def open_kit(core: Core, office: Office, seat_number: int, platform: str) -> Kit:
    """The kit as it goes out, made anew.

    Raises Refused NOT_FOUND for a seat without kits and a platform that there is not, FAILED where it cannot be
    made now, BROKEN where it comes out otherwise than it was listed, BUSY where too many want one.
    """
    seat = await core.read(lambda snapshot: seats.get(snapshot, office.id, seat_number))
    builder = next((one for one in await builders(core) if one.name == platform), None)
    if seat is None or builder is None or not is_offered(seat):
        raise Refused(Why.NOT_FOUND)
    try:
        kit, _ = await _made(core, office, seat, builder)
    except KitNotBuilt as error:
        raise Refused(Why.FAILED) from error
    return kit


async def _offered(core: Core, office: Office, seat: Seat, builder: Builder) -> OfferedKit:
    if builder.missing:
        return OfferedKit(seat.number, builder.name, builder.platform.name, missing=builder.missing)
    try:
        row = await _listed(core, office, seat, builder)
    except KitNotBuilt as error:
        return OfferedKit(seat.number, builder.name, builder.platform.name, missing=str(error))
    made_on = date_in_japan(row.made_at).isoformat()
    return OfferedKit(seat.number, builder.name, builder.platform.name, row.file_name, row.size, made_on)


async def _listed(core: Core, office: Office, seat: Seat, builder: Builder) -> MadeKit:
    """What is known of the kit; it is made where nothing is."""
    order = await order_of(core, office, seat, builder)
    row = await core.read(lambda snapshot: made_kits.get(snapshot, office.id, seat.number, builder.name))
    if row is not None and row.made_of == made_of(order, builder.platform):
        return row
    return (await _made(core, office, seat, builder, order))[1]


async def _made(
    core: Core, office: Office, seat: Seat, builder: Builder, order: KitOrder | None = None
) -> tuple[Kit, MadeKit]:
    """A fresh kit, and the row that says what it is. Raises KitNotBuilt, Refused."""
    order = order or await order_of(core, office, seat, builder)
    kit = await built(core, builder, order)
    made = made_of(order, builder.platform)
    fresh = MadeKit(
        office.id, seat.number, builder.name, made, kit.file_name, kit.size, kit.sha256, core.clock.now()
    )
    row = await core.read(lambda snapshot: made_kits.get(snapshot, office.id, seat.number, builder.name))
    if row is None or row.made_of != made:
        await core.commit(lambda txn: made_kits.put(txn, fresh))
        return kit, fresh
    if (row.sha256, row.size) != (kit.sha256, kit.size):
        core.kits.different += 1
        log.error("the kit %s is not the one that was made for the same order before", kit.file_name)
        raise Refused(Why.BROKEN)
    return kit, row

# SPDX-License-Identifier: Apache-2.0
"""What whoever has the letter of an office sees (SC2): its registered data, its PCs, and what it may fetch.

A letter can be stolen. So there is no address, no user id, no name of further people here, and of the admin's mail
only enough to notice a wrong one.
"""

import asyncio

from appliance.link.messages import Counter, CounterKit, CounterManual, CounterSeat, ReadCounter
from appliance.model.devices import Seat
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.devices.seat_list import seats_of
from appliance.vault.kits.offering import OfferedKit, offered
from appliance.vault.manuals.listed import manuals
from appliance.vault.reading import journal_reading
from appliance.vault.records.tables import admin_of
from appliance.vault.records.transaction import Snapshot


async def read_counter(core: Core, caller: Caller, message: ReadCounter) -> Counter:
    """All of it, as it is now; or what needs no kit to be made."""
    office = caller.employer
    await journal_reading(core, caller, "", thing=office.id)

    def rows(snapshot: Snapshot) -> tuple[list[Seat], tuple[str, str, str]]:
        admin = admin_of(snapshot, office.id)
        known = (admin.name, admin.kana, masked(admin.mail)) if admin else ("", "", "")
        return seats_of(snapshot, office.id), known

    kept, (name, kana, mail) = await core.read(rows)
    kits, listed = await asyncio.gather(offered(core, office), manuals(core)) if message.files else ((), ())
    return Counter(
        office_name=office.name,
        office_number=office.number,
        contract_number=office.contract_number,
        admin=name,
        kana=kana,
        mail=mail,
        seats=tuple(_seat(seat, kits) for seat in kept),
        manuals=tuple(
            CounterManual(
                one.id, one.title, one.file_name, one.size, one.dated.isoformat(), one.engine, one.scanned_at
            )
            for one in listed
        ),
    )


def _seat(seat: Seat, kits: tuple[OfferedKit, ...]) -> CounterSeat:
    own = tuple(
        CounterKit(one.platform, one.name, one.file_name, one.size, one.made_on, one.missing)
        for one in kits
        if one.seat == seat.number
    )
    return CounterSeat(seat.number, seat.state, seat.since, seat.promised_on, own)


def masked(mail: str) -> str:
    """An address of which a mistake can be seen, and which nobody can write to: ta******@example.jp."""
    local, at, domain = mail.partition("@")
    shown = local[: 2 if len(local) > 3 else 1]
    return f"{shown}{'*' * 6}{at}{domain}" if mail else ""

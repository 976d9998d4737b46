# SPDX-License-Identifier: Apache-2.0
"""An office and its people as the fund sees them when somebody calls: ReadOffice (practice §4.6)."""

from collections.abc import Iterator, Sequence

from appliance.link.messages.people import MailRow, OfficeCard, PcNow, ReadOffice, UserRow
from appliance.link.refusals import Refused, Why
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.letters.outbox import states_of
from appliance.vault.people.own_data import shown_office
from appliance.vault.people.suspending import suspension_known
from appliance.vault.people.users import rows_of
from appliance.vault.reading import journal_reading
from appliance.vault.records.tables import offices
from appliance.vault.records.transaction import Snapshot
from appliance.vault.tunnels.at_seats import at_seats


async def read_office(core: Core, caller: Caller, message: ReadOffice) -> OfficeCard:
    """The office, all of its users, and what became of the letters to them."""
    await journal_reading(core, caller, message.office, message.office)

    def card(snapshot: Snapshot) -> OfficeCard:
        office = offices.get(snapshot, message.office)
        if office is None:
            raise Refused(Why.NOT_FOUND)
        suspended = suspension_known(snapshot, office)
        rows = tuple(rows_of(snapshot, office.id))
        pcs = tuple(_pcs(snapshot, office.id))
        return OfficeCard(shown_office(office), rows, tuple(_mails(snapshot, rows)), suspended, pcs)

    return await core.read(card)


def _pcs(snapshot: Snapshot, office: str) -> Iterator[PcNow]:
    for seat, now in sorted(at_seats(snapshot, office).items()):
        yield PcNow(seat, now.connected_until, now.blocked)


def _mails(snapshot: Snapshot, rows: Sequence[UserRow]) -> Iterator[MailRow]:
    for row in rows:
        for state in states_of(snapshot, row.account):
            yield MailRow(state.account, state.kind, state.at, state.outcome, state.said)

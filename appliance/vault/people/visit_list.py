# SPDX-License-Identifier: Apache-2.0
"""One's own visits, and the end of others: ListVisits and EndVisit."""

import hashlib

from appliance.link.messages import Nothing
from appliance.link.messages.own import EndVisit, ListVisits, VisitPage, VisitRow
from appliance.link.refusals import Refused, Why
from appliance.model.ids import ID_BYTES, id_from
from appliance.model.things import Visit
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.door.visits import end_visit
from appliance.vault.outcomes import remember
from appliance.vault.reading import journal_reading
from appliance.vault.records.tables import visits
from appliance.vault.records.transaction import Snapshot, Transaction


async def list_visits(core: Core, caller: Caller, message: ListVisits) -> VisitPage:
    """The visits that go on, the newest first."""
    await journal_reading(core, caller, "")
    found = await core.read(lambda snapshot: _going_on(snapshot, caller))
    rows = (VisitRow(name_of(v), v.site, v.started_at, v.ends_at, v == caller.visit) for v in found)
    return VisitPage(tuple(rows))


async def end_own_visit(core: Core, caller: Caller, message: EndVisit) -> Nothing:
    """One of them ends now; its token is worth nothing any more."""

    def end(txn: Transaction) -> None:
        chosen = [visit for visit in _going_on(txn, caller) if name_of(visit) == message.visit]
        if not chosen:
            raise Refused(Why.NOT_FOUND)
        end_visit(txn, chosen[0])
        remember(txn, caller, Nothing())
        txn.journal(caller.entry(thing=caller.person.id, reason="ended by its owner"))

    await core.commit(end, seen=caller.seen, vital=True)
    return Nothing()


def name_of(visit: Visit) -> str:
    """What a page calls a visit: nothing can be done with it but ending it."""
    return id_from(hashlib.sha256(visit.token_hash).digest()[:ID_BYTES])


def _going_on(snapshot: Snapshot, caller: Caller) -> list[Visit]:
    found = visits.scan(snapshot, "account", (caller.person.id,))
    return sorted((v for v in found if v.ends_at > caller.now), key=lambda v: v.started_at, reverse=True)

# SPDX-License-Identifier: Apache-2.0
"""An office uses the service no more, and again (事業所の利用停止): SuspendOffice and ResumeOffice.

1. From that transaction on nobody of the office signs in, nobody works for it, its letter opens nothing, and none
   of its PCs connects; what has begun ends.
2. Outside nobody is told why; and whoever signs in, not even whether it is the person or the office.
3. What the office has stays as it is: filings, notices, people, PCs and delegations are there when it is resumed.
"""

from collections.abc import Callable
from dataclasses import replace

from appliance.link.messages import Nothing
from appliance.link.messages.people import ResumeOffice, SuspendOffice, SuspensionKnown
from appliance.link.refusals import Refused, Why
from appliance.model.journal import TYPED
from appliance.model.things import Office, Suspension
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.door.visits import end_visits_of
from appliance.vault.outcomes import remember
from appliance.vault.people import fields
from appliance.vault.records.tables import accounts, offices
from appliance.vault.records.transaction import Snapshot, Transaction


async def suspend_office(core: Core, caller: Caller, message: SuspendOffice) -> Nothing:
    """From now on. Raises Refused CONFLICT for an office that is suspended already."""
    suspended = Suspension(caller.now, caller.person.id, fields.reason(message.reason))

    def suspend(txn: Transaction, office: Office) -> Office:
        if office.suspended is not None:
            raise Refused(Why.CONFLICT, "office.is_suspended")
        for account in accounts.scan(txn, "office", (office.id,)):
            end_visits_of(txn, account.id)
        return replace(office, suspended=suspended)

    return await _about_office(core, caller, message, suspended.reason, suspend)


async def resume_office(core: Core, caller: Caller, message: ResumeOffice) -> Nothing:
    """As before, from now on. Raises Refused CONFLICT for an office that is not suspended."""

    def resume(txn: Transaction, office: Office) -> Office:
        if office.suspended is None:
            raise Refused(Why.CONFLICT, "office.not_suspended")
        return replace(office, suspended=None)

    return await _about_office(core, caller, message, fields.reason(message.reason), resume)


async def _about_office(
    core: Core,
    caller: Caller,
    message: SuspendOffice | ResumeOffice,
    reason: str,
    changed: Callable[[Transaction, Office], Office],
) -> Nothing:
    def work(txn: Transaction) -> None:
        office = offices.get(txn, message.office)
        if office is None:
            raise Refused(Why.NOT_FOUND)
        offices.put(txn, changed(txn, office))
        remember(txn, caller, Nothing())
        txn.journal(caller.entry(office=office.id, thing=office.id, personal={TYPED: reason}))

    await core.commit(work, seen=caller.seen, vital=True)
    return Nothing()


def suspension_known(snapshot: Snapshot, office: Office) -> SuspensionKnown | None:
    """What the fund sees of it; None for an office that is in use."""
    if office.suspended is None:
        return None
    who = accounts.get(snapshot, office.suspended.by)
    return SuspensionKnown(office.suspended.since, who.name if who else "", office.suspended.reason)

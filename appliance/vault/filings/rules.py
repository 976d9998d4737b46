# SPDX-License-Identifier: Apache-2.0
"""How an office wants its filings approved (A13): its admin reads and changes it."""

from dataclasses import replace

from appliance.link.messages import ChangeOfficeRules, Nothing, OfficeRules, ReadOfficeRules
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.filings.offered import where_offered
from appliance.vault.outcomes import remember
from appliance.vault.people.accounts import need_admin
from appliance.vault.reading import journal_reading
from appliance.vault.records.tables import offices
from appliance.vault.records.transaction import Transaction


@where_offered
async def read_rules(core: Core, caller: Caller, message: ReadOfficeRules) -> OfficeRules:
    """The rules of the admin's own office. Raises AdminOnly."""
    need_admin(caller)
    await journal_reading(core, caller, "")
    office = caller.employer
    return OfficeRules(office.four_eyes, office.deliver_on_approve)


@where_offered
async def change_rules(core: Core, caller: Caller, message: ChangeOfficeRules) -> Nothing:
    """New rules, from the next approval on; the entry says what they are. Raises AdminOnly."""
    need_admin(caller)
    office = replace(caller.employer, four_eyes=message.four_eyes, deliver_on_approve=message.deliver_on_approve)
    told = f"four_eyes {_word(office.four_eyes)}, deliver_on_approve {_word(office.deliver_on_approve)}"

    def change(txn: Transaction) -> None:
        # caller.employer is among the facts that must still stand.
        offices.put(txn, office)
        remember(txn, caller, Nothing())
        txn.journal(caller.entry(thing=office.id, reason=told))

    await core.commit(change, seen=caller.seen)
    return Nothing()


def _word(on: bool) -> str:
    return "on" if on else "off"

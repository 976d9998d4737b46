# SPDX-License-Identifier: Apache-2.0
"""Everything that was begun through a site ends: its visits, sign-ins under way, and codes that were asked for."""

from collections.abc import Callable

from appliance.model.journal import Entry
from appliance.model.time import Instant
from appliance.model.words import Site
from appliance.vault.core import Core
from appliance.vault.door.visits import VISITS_AT_ONCE, end_visit
from appliance.vault.records.tables import Cut, cuts, visits
from appliance.vault.records.transaction import Transaction


async def cut_off(core: Core, site: Site, until: Instant, entry_of: Callable[[str], Entry]) -> int:
    """How many visits ended, some in each transaction; what was begun until then is worth nothing any more.

    entry_of makes the journal's entry with a reason.
    """
    ended = 0
    while count := await core.commit(lambda txn: _end_some(txn, site), vital=True):
        ended += count
    entry = entry_of(f"{ended} visits ended")

    def cut(txn: Transaction) -> None:
        cuts.put(txn, Cut(site, until))
        txn.journal(entry)

    await core.commit(cut, vital=True)
    return ended


def _end_some(txn: Transaction, site: Site) -> int:
    some = visits.scan(txn, "site", (site.value,), limit=VISITS_AT_ONCE)
    for visit in some:
        end_visit(txn, visit)
    return len(some)

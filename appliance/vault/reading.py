# SPDX-License-Identifier: Apache-2.0
"""Lists are journaled once per visit, page and ten minutes, durably before they are answered (design §7)."""

from collections.abc import Callable

from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.records.transaction import Transaction


async def journal_reading(
    core: Core,
    caller: Caller,
    page: str,
    office: str | None = None,
    *,
    thing: str = "",
    reason: str = "",
    also: Callable[[Transaction], None] = lambda txn: None,
) -> None:
    """Write the entry of a reading, unless this visit's last one of the same page is fresh.

    page tells all readings apart that are not the same; thing and reason stand in the entry; also is done with it.
    """
    reader = caller.visit.token_hash if caller.visit else caller.actor.encode()
    kind = caller.call.row.journal.value
    if not core.reads.is_new(reader, kind, page, caller.now):
        return

    def write(txn: Transaction) -> None:
        txn.journal(caller.entry(office=office, thing=thing, reason=reason))
        also(txn)

    await core.commit(write, vital=True)
    core.reads.remember(reader, kind, page, caller.now)

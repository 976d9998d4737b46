# SPDX-License-Identifier: Apache-2.0
"""What ends by itself: delegations whose last day is near are announced to both sides, once."""

from dataclasses import replace

from appliance.model.delegations import WARNED_BEFORE
from appliance.model.time import Instant
from appliance.vault.core import Core
from appliance.vault.grouping.telling import tell_of_ending
from appliance.vault.records.grouping_tables import delegations
from appliance.vault.records.transaction import Transaction

SECONDS = 3600
AT_ONCE = 50


async def announce_ends(core: Core) -> None:
    """A letter to all of them, WARNED_BEFORE the end; for those that are over nobody is warned any more."""
    now = core.clock.now()
    await core.commit_all(lambda txn: _announce(txn, now))


def _announce(txn: Transaction, now: Instant) -> int:
    near = delegations.scan(txn, "until", until=(now + WARNED_BEFORE,), limit=AT_ONCE)
    for one in near:
        if now < one.until:
            tell_of_ending(txn, one, now)
        delegations.put(txn, replace(one, warned_at=now))
    return len(near)

# SPDX-License-Identifier: Apache-2.0
"""Sessions that ended long ago are listed no more; the journal keeps what became of them."""

from appliance.model.time import DAY, Instant
from appliance.vault.core import Core
from appliance.vault.records.transaction import Transaction
from appliance.vault.records.tunnel_tables import tunnel_sessions
from appliance.vault.tunnels.peaks import forget_peaks

AT_ONCE = 200
DAYS_OF_MONTH = 31


async def sweep_sessions(core: Core) -> None:
    """Forget those that are over for longer than `history_months`, and peaks of days. Raises Refused."""
    until = core.clock.now() - core.settings.tunnels.history_months * DAYS_OF_MONTH * DAY
    await core.commit_all(lambda txn: _forget(txn, until))
    await core.commit_all(lambda txn: forget_peaks(txn, until, AT_ONCE))


def _forget(txn: Transaction, until: Instant) -> int:
    over = tunnel_sessions.scan(txn, "ended", until=(max(until, 0),), limit=AT_ONCE)
    for session in over:
        tunnel_sessions.delete(txn, session.id)
    return len(over)

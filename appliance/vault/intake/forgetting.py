# SPDX-License-Identifier: Apache-2.0
"""What is settled is forgotten after a while: what people typed is kept no longer than it is of use."""

from appliance.model.time import DAY, Instant
from appliance.vault.core import Core
from appliance.vault.letters import LetterKind
from appliance.vault.records.registration_tables import intakes
from appliance.vault.records.tables import mail_states
from appliance.vault.records.transaction import Transaction

KEEP = 90 * DAY
AT_ONCE = 100


async def sweep_intakes(core: Core) -> None:
    """Forget registrations that were confirmed or rejected three months ago. The entries about them stay."""
    until = core.clock.now() - KEEP
    await core.commit_all(lambda txn: _forget(txn, until))


def _forget(txn: Transaction, until: Instant) -> int:
    """Some at a time; how many."""
    old = intakes.scan(txn, "ended", until=(until,), limit=AT_ONCE)
    for intake in old:
        intakes.delete(txn, intake.id)
        mail_states.delete(txn, intake.id, LetterKind.REGISTRATION_REJECTED)
    return len(old)

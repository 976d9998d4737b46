# SPDX-License-Identifier: Apache-2.0
"""The admin of an office is told when its download password was locked or blocked: once for each (R343)."""

from appliance.model.things import Lock
from appliance.model.time import Instant
from appliance.model.words import LockState
from appliance.vault.letters import LetterKind, write
from appliance.vault.records.tables import admin_of
from appliance.vault.records.transaction import Transaction


def tell_of_lock(txn: Transaction, office: str, lock: Lock, now: Instant) -> None:
    """Somebody may be guessing: only who reads the office's mail can know whether it was themselves."""
    admin = admin_of(txn, office)
    if admin is None:
        return
    if lock.state is LockState.BLOCKED:
        write(txn, LetterKind.COUNTER_BLOCKED, admin.id, str(lock.blocked_at), {}, now)
        return
    until = lock.locked_until
    write(txn, LetterKind.COUNTER_LOCKED, admin.id, str(until), {}, now, until=until)

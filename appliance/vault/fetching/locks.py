# SPDX-License-Identifier: Apache-2.0
"""Locks and blocks of download passwords, as the desk (窓口) sees and ends them.

A new letter (再発行), whose key has a budget of its own, ends a block as well: that is for a letter that is lost.
"""

from dataclasses import replace

from appliance.link.messages import CounterLock, Nothing, UnlockCounter
from appliance.link.refusals import Refused, Why
from appliance.model.journal import TYPED
from appliance.model.time import Instant
from appliance.model.words import LockState
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.outcomes import remember
from appliance.vault.people import fields
from appliance.vault.records.device_tables import DownloadKey, download_keys
from appliance.vault.records.tables import offices
from appliance.vault.records.transaction import Snapshot, Transaction
from appliance.vault.workflow.door import Command, Facts, step
from appliance.vault.workflow.machine import NotPossible

MOST = 1_000


def counter_locks(snapshot: Snapshot, now: Instant) -> tuple[CounterLock, ...]:
    """The offices whose download password is locked or blocked just now; what is over is not looked at."""
    blocked, locked = (LockState.BLOCKED.value,), (LockState.LOCKED.value,)
    found = [
        *download_keys.scan(snapshot, "lock", blocked, limit=MOST),
        *download_keys.scan(snapshot, "lock", locked, since=(*locked, now + 1), limit=MOST),
    ]
    return tuple(row for key in found[:MOST] if (row := _row(snapshot, key)) is not None)


def _row(snapshot: Snapshot, key: DownloadKey) -> CounterLock | None:
    office = offices.get(snapshot, key.office)
    if office is None:
        return None
    return CounterLock(office.id, office.contract_number, office.name, key.lock.state, key.lock.locked_until)


async def unlock_counter(core: Core, caller: Caller, message: UnlockCounter) -> Nothing:
    """A lock ends before its time, or a block, and everything that was counted is forgotten; the key stays."""
    reason = fields.reason(message.reason)

    def work(txn: Transaction) -> None:
        key = download_keys.get(txn, message.office)
        if key is None:
            raise Refused(Why.NOT_FOUND)
        before = key.lock.state
        command = Command.RELEASE if before is LockState.BLOCKED else Command.UNLOCK
        try:
            lock = step(key.lock, command, Facts(caller.now))
        except NotPossible:
            raise Refused(Why.CONFLICT, "lock.not_stopped") from None
        download_keys.put(txn, replace(key, lock=lock))
        remember(txn, caller, Nothing())
        txn.journal(caller.entry(office=key.office, thing=key.office, reason=before, personal={TYPED: reason}))

    await core.commit(work, seen=caller.seen, vital=True)
    return Nothing()

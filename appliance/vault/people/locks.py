# SPDX-License-Identifier: Apache-2.0
"""Locks as the fund sees and ends them: at the desk (窓口), and by an administrator at the vault's own host."""

from dataclasses import replace

from appliance.link.messages import (
    AskLocks,
    FirstPassword,
    Initialise,
    ListLocks,
    LockPage,
    LockReleased,
    LockRow,
    Nothing,
    ReleaseLock,
    Unlock,
)
from appliance.link.refusals import Refused, Why
from appliance.model.journal import TYPED, Entry, Kind
from appliance.model.things import Account, Secret
from appliance.model.time import Instant
from appliance.model.words import LockState
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.door.seeking import office_user, staff_member
from appliance.vault.fetching.locks import counter_locks
from appliance.vault.letters import LetterKind, write
from appliance.vault.outcomes import remember
from appliance.vault.people import fields
from appliance.vault.people.accounts import drop_begun, give_first_password, new_password
from appliance.vault.reading import journal_reading
from appliance.vault.records.tables import accounts, offices, secrets
from appliance.vault.records.transaction import Snapshot, Transaction
from appliance.vault.workflow.door import Command, Facts, step
from appliance.vault.workflow.machine import NotPossible

MAX_ROWS = 1_000


async def list_locks(core: Core, caller: Caller, message: ListLocks | AskLocks) -> LockPage:
    """Whose sign-in is locked or blocked just now."""
    await journal_reading(core, caller, "", "")
    people, counters = await core.read(
        lambda snapshot: (_closed(snapshot, caller.now), counter_locks(snapshot, caller.now))
    )
    return LockPage(tuple(people), counters)


async def unlock(core: Core, caller: Caller, message: Unlock) -> Nothing:
    """A lock ends before its time, and everything that was counted is forgotten; a block does not end so."""
    reason = fields.reason(message.reason)

    def work(txn: Transaction) -> None:
        account, secret = _rows(txn, message.account)
        _unlock(txn, caller, account, secret, reason)
        remember(txn, caller, Nothing())

    await core.commit(work, seen=caller.seen, vital=True)
    return Nothing()


async def initialise(core: Core, caller: Caller, message: Initialise) -> FirstPassword:
    """A new first password for an office user (初期化); sent twice, the same one."""
    reason = fields.reason(message.reason)
    reply = FirstPassword(new_password(core))

    def work(txn: Transaction) -> None:
        account, _ = _rows(txn, message.account)
        if not account.office:
            raise Refused(Why.NOT_FOUND)
        drop_begun(txn, caller, account)
        give_first_password(core, txn, account, reply.password, caller.now)
        remember(txn, caller, reply)
        txn.journal(_entry(caller, Kind.ACCOUNT_INITIALISED, account, reason))

    await core.commit(work, seen=caller.seen)
    return reply


async def release_lock(core: Core, caller: Caller, message: ReleaseLock) -> LockReleased:
    """At the vault's own host: unlock, or initialise what is blocked; then the reply has the first password."""
    reason = fields.reason(message.reason)
    if message.contract_number:
        sought = await office_user(core, message.contract_number, message.login)
    else:
        sought = await staff_member(core, message.login)
    password = new_password(core)

    def work(txn: Transaction) -> str:
        account, secret = _rows(txn, sought.who.id)
        if secret.lock.state is not LockState.BLOCKED:
            _unlock(txn, caller, account, secret, reason)
            return ""
        drop_begun(txn, caller, account)
        give_first_password(core, txn, account, password, caller.now)
        txn.journal(_entry(caller, Kind.ACCOUNT_INITIALISED, account, reason))
        return password

    return LockReleased(await core.commit(work, vital=True))


def office_of_locked(snapshot: Snapshot, caller: Caller, message: Unlock | Initialise) -> str:
    """The office whose user it is about, "" for the fund's staff."""
    account = accounts.get(snapshot, message.account)
    if account is None:
        raise Refused(Why.NOT_FOUND)
    return account.office


def _unlock(txn: Transaction, caller: Caller, account: Account, secret: Secret, reason: str) -> None:
    try:
        lock = step(secret.lock, Command.UNLOCK, Facts(caller.now))
    except NotPossible:
        raise Refused(Why.CONFLICT, "lock.not_locked") from None
    secrets.put(txn, replace(secret, lock=lock))
    write(txn, LetterKind.ACCOUNT_UNLOCKED, account.id, str(caller.now), {}, caller.now)
    txn.journal(_entry(caller, Kind.ACCOUNT_UNLOCKED, account, reason))


def _entry(caller: Caller, kind: Kind, account: Account, reason: str) -> Entry:
    personal = {"login": account.login, "name": account.name, TYPED: reason}
    return caller.entry(kind, office=account.office, thing=account.id, personal=personal)


def _rows(txn: Transaction, id: str) -> tuple[Account, Secret]:
    account, secret = accounts.get(txn, id), secrets.get(txn, id)
    if account is None or secret is None:
        raise Refused(Why.NOT_FOUND)
    return account, secret


def _closed(snapshot: Snapshot, now: Instant) -> list[LockRow]:
    """Those that are over are not looked at."""
    found = [
        *secrets.scan(snapshot, "lock", (LockState.BLOCKED.value,), limit=MAX_ROWS),
        *secrets.scan(snapshot, "locked", since=(now + 1,), limit=MAX_ROWS),
    ]
    rows = (_row(snapshot, secret) for secret in found[:MAX_ROWS])
    return [row for row in rows if row is not None]


def _row(snapshot: Snapshot, secret: Secret) -> LockRow | None:
    account = accounts.get(snapshot, secret.account)
    if account is None:
        return None
    office = offices.get(snapshot, account.office) if account.office else None
    return LockRow(
        account=account.id,
        office=account.office,
        contract_number=office.contract_number if office else "",
        office_name=office.name if office else "",
        login=account.login,
        name=account.name,
        role=account.role,
        state=secret.lock.state,
        until=secret.lock.locked_until,
    )

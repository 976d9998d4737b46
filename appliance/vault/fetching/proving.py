# SPDX-License-Identifier: Apache-2.0
"""The one place where a download password is looked at (R42, R45, A21, A22, A43).

As with every other proof (door/verify.py): a try is taken from the budget, durably, before anything is looked at;
the key is compared outside of any transaction; the outcome counts only if what was compared still stands. A
contract number that nobody has costs as much, counts down and is locked alike, in bounded memory. What is said
beside the count rests on what was typed, on the date, and on a key that was right; never on whether there is such a
contract.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from appliance.link.refusals import Refused, Why
from appliance.model.download_password import KEY_LENGTH, MONTH_LENGTH, Month, Typed, length_of, parted
from appliance.model.ids import CONTRACT_NUMBER, canonical_number
from appliance.model.journal import Kind, Result
from appliance.model.things import Lock, Office
from appliance.model.words import COUNTER, LockState
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.door.seeking import Stranger
from appliance.vault.door.tries import clock_of
from appliance.vault.door.unknowns import stamp
from appliance.vault.fetching.telling import tell_of_lock
from appliance.vault.issuing.download_keys import verifier_of
from appliance.vault.records.device_tables import DownloadKey, download_keys
from appliance.vault.records.tables import is_suspended, offices
from appliance.vault.records.transaction import Snapshot, Transaction
from appliance.vault.workflow.door import BUDGET, Command, Facts, after_try, is_closed, step

MOST_TYPED = 200
MARK_BYTES = 16
Then = Callable[[Transaction, "Letter"], None]


class TooOften(Refused):
    """A source has tried too often, whatever it typed (A47). reason goes into the journal."""

    reason = "too many download passwords from this source"

    def __init__(self) -> None:
        """Always the same."""
        super().__init__(Why.NOT_ALLOWED, "counter.too_often")


class Suspended(Refused):
    """Whoever it is has the letter, and the office may not use the service. reason goes into the journal."""

    reason = "office is suspended"

    def __init__(self) -> None:
        """Always the same."""
        super().__init__(Why.NOT_ALLOWED, "counter.suspended")


@dataclass(frozen=True, slots=True)
class Letter:
    """The office that a contract number names, and what its letter brought."""

    office: Office
    key: DownloadKey


@dataclass(frozen=True, slots=True)
class _Sought:
    """A typed number: whose it is, if anybody's. name is its pseudonym."""

    name: bytes
    letter: Letter | None

    @property
    def id(self) -> str:
        return self.letter.office.id if self.letter else Stranger(self.name).id


@dataclass(frozen=True, slots=True)
class _Try:
    """A try; lock is as it left it, or as it is where it was not taken."""

    lock: Lock
    taken: bool
    letter: Letter | None = None


@dataclass(frozen=True, slots=True)
class _Looked:
    """What came of a look. with_imported: some office of this fund has a key that another system made."""

    typed: Typed = field(repr=False)
    is_key: bool
    with_imported: bool

    @property
    def right(self) -> bool:
        return self.is_key and self.typed.month is Month.NOW


def mark_of(key: DownloadKey) -> bytes:
    """What a ticket keeps of the key that opened it: a new letter has another."""
    return hashlib.sha256(key.verifier.encode()).digest()[:MARK_BYTES]


async def prove(core: Core, caller: Caller, contract_number: str, password: str, then: Then) -> Letter:
    """Whose letter it is. then is run in the transaction that stores the success.

    Raises Refused INVALID for what cannot be a number or a password by its form, before anything is looked up (T3,
    T4); TooOften or ManyNames for a source; WRONG_SECRET or LOCKED, with how many tries are left, or until when;
    Suspended for what is right and opens nothing.
    """
    number = _number(contract_number)
    with_imported = await _need_length(core, password)
    source = caller.call.asserted.source
    if not core.counter.sources.take(source, caller.now):
        raise TooOften
    name = core.keyring.sealer.blind("unknown", f"counter/{number}")
    sought = await core.read(lambda snapshot: _Sought(name, _letter(snapshot, number)))
    core.failed.need_room(source, sought.id, caller.now)
    try:
        return await _look(core, caller, sought, password, with_imported, then)
    except Refused as refused:
        if refused.why in (Why.WRONG_SECRET, Why.LOCKED):
            core.failed.note(source, sought.id, caller.now)
        raise


# --- what was typed -----------------------------------------------------------------------------------------------


def _number(typed: str) -> str:
    """A contract number by its form (R22, A1): whether there is one does not matter here."""
    number = canonical_number(typed[:MOST_TYPED])
    if CONTRACT_NUMBER.fullmatch(number) is None:
        raise Refused(Why.INVALID, "counter.number", {"field": "contract_number"})
    return number


async def _need_length(core: Core, password: str) -> bool:
    """Whether there are imported keys. Raises Refused INVALID for a length that no letter of this fund has (T3).

    The lengths are those of all letters together: they tell nothing of one of them.
    """
    length = length_of(password) - MONTH_LENGTH

    def lengths(snapshot: Snapshot) -> tuple[bool, bool]:
        some = bool(download_keys.keys(snapshot, "imported", limit=1))
        this = some and length > 0 and bool(download_keys.keys(snapshot, "imported", (length,), limit=1))
        return some, this

    some, this = await core.read(lengths)
    if length != KEY_LENGTH and not this:
        said = {"field": "password", "length": str(MONTH_LENGTH + KEY_LENGTH)}
        raise Refused(Why.INVALID, "counter.length_or_other" if some else "counter.length", said)
    return some


def _letter(snapshot: Snapshot, number: str) -> Letter | None:
    """As much is read where there is no such office."""
    office = offices.first(snapshot, "contract", snapshot.sealing.blind("contract", number))
    key = download_keys.get(snapshot, office.id if office else "nobody")
    return Letter(office, key) if office and key else None


# --- a try --------------------------------------------------------------------------------------------------------


async def _look(
    core: Core, caller: Caller, sought: _Sought, password: str, with_imported: bool, then: Then
) -> Letter:
    attempt = await _take(core, caller, sought)
    if not attempt.taken:
        raise _closed(attempt.lock)
    looked = _looked_at(core, caller, attempt, password, with_imported)
    opened = await core.commit(lambda txn: _settle(txn, caller, attempt, looked, then), vital=True)
    if attempt.letter is None or not looked.right:
        raise _wrong(attempt.lock, looked)
    if not opened:
        raise Suspended
    return attempt.letter


async def _take(core: Core, caller: Caller, sought: _Sought) -> _Try:
    letter = sought.letter
    if letter is not None:
        return await core.commit(lambda txn: _take_of_letter(txn, letter.office, caller), vital=True)
    await core.commit(lambda txn: stamp(txn, caller.now), vital=True)
    attempt = _tried(core.unknowns.locks.get(sought.name, Lock()), caller)
    core.unknowns.locks.put(sought.name, attempt.lock)
    return attempt


def _take_of_letter(txn: Transaction, office: Office, caller: Caller) -> _Try:
    key = download_keys.get(txn, office.id)
    if key is None:
        raise Refused(Why.WRONG_SECRET)
    attempt = _tried(key.lock, caller)
    if attempt.taken:
        key = replace(key, lock=attempt.lock)
        download_keys.put(txn, key)
    return replace(attempt, letter=Letter(office, key))


def _tried(lock: Lock, caller: Caller) -> _Try:
    if is_closed(lock, caller.now):
        return _Try(lock, False)
    return _Try(after_try(lock, caller.now), True)


def _looked_at(core: Core, caller: Caller, attempt: _Try, password: str, with_imported: bool) -> _Looked:
    """The key is compared whatever the month is, and with nothing where there is no letter: both take as long."""
    typed = parted(password, caller.now)
    verifier = verifier_of(core.pepper, typed.key)
    kept = attempt.letter.key.verifier if attempt.letter else verifier_of(core.pepper, "")
    return _Looked(typed, hmac.compare_digest(verifier, kept), with_imported)


def _settle(txn: Transaction, caller: Caller, attempt: _Try, looked: _Looked, then: Then) -> bool:
    """Whether it was right, and opens anything."""
    if attempt.letter is None:
        stamp(txn, caller.now)
        return False
    office, key = attempt.letter.office, attempt.letter.key
    now = download_keys.get(txn, office.id)
    if now is None or now.verifier != key.verifier:
        raise Refused(Why.WRONG_SECRET)
    if looked.right:
        proven = replace(now, lock=step(now.lock, Command.PROVE, Facts(caller.now)))
        download_keys.put(txn, proven)
        if is_suspended(txn, office.id):
            known = replace(caller, actor=COUNTER)
            txn.journal(known.entry(office=office.id, result=Result.REFUSED, reason=Suspended.reason))
            return False
        then(txn, Letter(office, proven))
        return True
    reason = "another month" if looked.is_key else "wrong download password"
    known = replace(caller, actor=COUNTER)
    txn.journal(known.entry(office=office.id, result=Result.REFUSED, reason=reason))
    if attempt.lock.state is not LockState.OPEN and now.lock == attempt.lock:
        kind = Kind.COUNTER_BLOCKED if attempt.lock.state is LockState.BLOCKED else Kind.COUNTER_LOCKED
        txn.journal(known.entry(kind, office=office.id, thing=office.id))
        tell_of_lock(txn, office.id, attempt.lock, caller.now)
    return False


# --- what is said -------------------------------------------------------------------------------------------------


def _closed(lock: Lock) -> Refused:
    if lock.state is LockState.BLOCKED:
        return Refused(Why.LOCKED, "counter.blocked")
    return Refused(Why.LOCKED, "counter.locked", {"until": clock_of(lock.locked_until)})


def _wrong(lock: Lock, looked: _Looked) -> Refused:
    """The answer to a wrong pair; lock is as this try left it."""
    if lock.state is not LockState.OPEN:
        return _closed(lock)
    values = {"left": str(BUDGET - lock.failures), "field": "password"}
    return Refused(Why.WRONG_SECRET, f"counter.{_hint(looked)}", values)


def _hint(looked: _Looked) -> str:
    """Which text: of the month only to who has the key (A21, A22), of unused signs to everybody alike (A3).

    Where another system has made keys of some letters, the hint says so, to all: whose they are, it does not tell.
    """
    if looked.is_key:
        return {Month.LAST: "last_month", Month.NEXT: "next_month"}.get(looked.typed.month, "other_month")
    if looked.typed.has_unused:
        return "unused_signs_or_other" if looked.with_imported else "unused_signs"
    return "wrong"

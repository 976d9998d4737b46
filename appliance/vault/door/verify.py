# SPDX-License-Identifier: Apache-2.0
"""The one place where a password or a code is looked at (design §5).

1. A try is taken from the budget, durably, before anything is looked at; budgets of passwords and codes are apart.
2. The secret is looked at, outside of any transaction.
3. The outcome is stored if what was looked at still stands; else it counts for nothing.

A stranger costs as much time and as many durable steps, and gets the same answers (L5, L6, R340). Who hangs up in
between leaves a trace of the try all the same.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from appliance.contracts.factor import FactorAnswer, Proof
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Entry, Kind, Result
from appliance.model.things import Account, FactorState, Lock, Secret
from appliance.model.words import LockState, Site
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.door.factors import SIGN_IN, decoy, factor, sends
from appliance.vault.door.seeking import Stranger, Whom
from appliance.vault.door.tries import after_code_try, closed, wrong_code, wrong_password
from appliance.vault.door.unknowns import code_key, stamp
from appliance.vault.letters import LetterKind, write
from appliance.vault.records.tables import cut_at, factors, secrets
from appliance.vault.records.transaction import Transaction
from appliance.vault.workflow.door import Command, Facts, after_try, is_closed, step

Then = Callable[[Transaction], None]


@dataclass(frozen=True, slots=True)
class Password:
    """A password as typed."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a second factor as typed. Each purpose has a state and a budget of its own."""

    factor: str
    text: str = field(repr=False)
    purpose: str = SIGN_IN


def _nothing(txn: Transaction) -> None:
    """Nothing goes with it."""


async def verify(core: Core, caller: Caller, who: Whom, proof: Password | Code, then: Then = _nothing) -> None:
    """Return if proof is who's; else raise Refused WRONG_SECRET or LOCKED, with a text that says how many are left.

    Raises ManyNames, before anything is looked at, where a source that is not signed in goes from name to name.
    then is run in the transaction that stores the success.
    """
    if caller.visit is not None:
        await _look(core, caller, who, proof, then)
        return
    source = caller.call.asserted.source
    core.failed.need_room(source, who.id, caller.now)
    try:
        await _look(core, caller, who, proof, then)
    except Refused as refused:
        if refused.why in (Why.WRONG_SECRET, Why.LOCKED):
            core.failed.note(source, who.id, caller.now)
        raise


async def _look(core: Core, caller: Caller, who: Whom, proof: Password | Code, then: Then) -> None:
    if isinstance(proof, Password):
        await _password(core, caller, who, proof, then)
    else:
        await _code(core, caller, who, proof, then)


# --- passwords ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Try:
    """A try of a password; lock is as it left it, or as it is where it was not taken."""

    lock: Lock
    taken: bool
    secret: Secret | None = None


async def _password(core: Core, caller: Caller, who: Whom, proof: Password, then: Then) -> None:
    with core.passwords.place(caller.call.site, caller.call.asserted.source):
        attempt = await _take(core, caller, who)
        if not attempt.taken:
            raise closed(attempt.lock)
        right = None
        try:
            right = await core.passwords.matches(attempt.secret, proof.text)
        finally:
            await core.commit(lambda txn: _settle(txn, caller, who, attempt, right, then), vital=True)
    if not right:
        raise wrong_password(attempt.lock)


async def _take(core: Core, caller: Caller, who: Whom) -> _Try:
    if isinstance(who, Account):
        return await core.commit(lambda txn: _take_of_account(txn, who.id, caller), vital=True)
    await core.commit(lambda txn: stamp(txn, caller.now), vital=True)
    attempt = _tried(core.unknowns.locks.get(who.name, Lock()), caller)
    core.unknowns.locks.put(who.name, attempt.lock)
    return attempt


def _take_of_account(txn: Transaction, account: str, caller: Caller) -> _Try:
    secret = secrets.get(txn, account)
    if secret is None:
        raise Refused(Why.WRONG_SECRET)
    attempt = _tried(secret.lock, caller)
    if attempt.taken:
        secrets.put(txn, replace(secret, lock=attempt.lock))
    return replace(attempt, secret=secret)


def _tried(lock: Lock, caller: Caller) -> _Try:
    if is_closed(lock, caller.now):
        return _Try(lock, False)
    return _Try(after_try(lock, caller.now), True)


def _settle(txn: Transaction, caller: Caller, who: Whom, attempt: _Try, right: bool | None, then: Then) -> None:
    """right is None where nobody waited for the check to end."""
    if isinstance(who, Stranger) or attempt.secret is None:
        stamp(txn, caller.now)
        return
    secret = secrets.get(txn, who.id)
    if secret is None or secret.verifier != attempt.secret.verifier:
        raise Refused(Why.WRONG_SECRET)
    if right:
        secrets.put(txn, replace(secret, lock=step(secret.lock, Command.PROVE, Facts(caller.now))))
        then(txn)
        return
    txn.journal(_refused(caller, who, "wrong password" if right is False else "given up"))
    if attempt.lock.state is not LockState.OPEN and secret.lock == attempt.lock:
        _tell_of_lock(txn, caller, who, attempt.lock)


def _refused(caller: Caller, who: Account, reason: str) -> Entry:
    known = replace(caller, actor=who.id)
    return known.entry(office=who.office, result=Result.REFUSED, reason=reason)


def _tell_of_lock(txn: Transaction, caller: Caller, who: Account, lock: Lock) -> None:
    """Once for each lock, and once for the block (R343)."""
    known = replace(caller, actor=who.id)
    if lock.state is LockState.BLOCKED:
        txn.journal(known.entry(Kind.ACCOUNT_BLOCKED, office=who.office, thing=who.id))
        write(txn, LetterKind.ACCOUNT_BLOCKED, who.id, str(lock.blocked_at), {}, caller.now)
        return
    txn.journal(known.entry(Kind.ACCOUNT_LOCKED, office=who.office, thing=who.id))
    until = lock.locked_until
    write(txn, LetterKind.ACCOUNT_LOCKED, who.id, str(until), {}, caller.now, until=until)


# --- codes --------------------------------------------------------------------------------------------------------


async def _code(core: Core, caller: Caller, who: Whom, proof: Code, then: Then) -> None:
    sending = sends(core, proof.factor)
    provider = factor(core, proof.factor)
    compared = await decoy(core, proof.factor, caller.now)
    row = await _take_code(core, caller, who, proof)
    outcome: Proof | None = None
    try:
        request = FactorAnswer(who.id, row.state or compared, proof.text, caller.now)
        outcome = await provider.verify(request)
    finally:
        proven = outcome is not None and outcome.proven and bool(row.state) and isinstance(who, Account)
        await core.commit(lambda txn: _settle_code(txn, caller, who, row, outcome, proven, then), vital=True)
    if not proven:
        raise wrong_code(row, sends=sending)


async def _take_code(core: Core, caller: Caller, who: Whom, proof: Code) -> FactorState:
    """The row, with one try less. Raises Refused LOCKED when there is none left."""
    fresh = FactorState(who.id, proof.factor, proof.purpose)
    sending = sends(core, proof.factor)

    def take(txn: Transaction) -> tuple[FactorState, bool]:
        if isinstance(who, Stranger):
            stamp(txn, caller.now)
            return fresh, True
        row = factors.get(txn, who.id, proof.factor, proof.purpose) or fresh
        if sending and row.asked_at <= cut_at(txn, Site.PUBLIC):
            row = replace(row, state=b"")
        after = after_code_try(row, caller.now, sends=sending)
        factors.put(txn, after or row)
        return after or row, after is not None

    row, taken = await core.commit(take, vital=True)
    if isinstance(who, Stranger):
        key = code_key(who.name, proof.factor)
        row = core.unknowns.codes.get(key, fresh)
        after = after_code_try(row, caller.now, sends=sending)
        core.unknowns.codes.put(key, after or row)
        row, taken = after or row, after is not None
    if not taken:
        raise wrong_code(row, sends=sending)
    return row


def _settle_code(
    txn: Transaction,
    caller: Caller,
    who: Whom,
    taken: FactorState,
    outcome: Proof | None,
    proven: bool,
    then: Then,
) -> None:
    """outcome is None where nobody waited for the check to end."""
    if isinstance(who, Stranger):
        stamp(txn, caller.now)
        return
    row = factors.get(txn, who.id, taken.factor, taken.purpose)
    if row is None or row.state != taken.state:
        raise Refused(Why.WRONG_SECRET)
    if outcome is not None and outcome.state is not None and row.state:
        row = replace(row, state=outcome.state)
    if proven:
        factors.put(txn, replace(row, tries=0, spent_until=0, proven_at=caller.now))
        then(txn)
        return
    factors.put(txn, row)
    txn.journal(_refused(caller, who, "wrong code" if outcome is not None else "given up"))

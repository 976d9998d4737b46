# SPDX-License-Identifier: Apache-2.0
"""The door: who sends this message?

1. A message whose row asks for a visit is nobody's without the token of a visit that goes on, at this very site.
2. A message that changes something and comes from a web site needs the visit's form token as well.
3. The site is the listener's; the source address is written down and decides nothing.
4. Every secret is verified here, by verify(): one try is taken from the budget, durably, before it is looked at.
5. Unknown names cost as much time, get the same answers and are locked alike (L5, L6, R340).
"""

import hmac
from dataclasses import dataclass, replace

from appliance.link.refusals import Refused, Why
from appliance.model.journal import Kind, Result
from appliance.model.things import Account, Lock
from appliance.model.time import Instant
from appliance.model.words import WEB_SITES, Site
from appliance.vault.caller import ADMIN, Caller, form_token
from appliance.vault.core import Core
from appliance.vault.passwords import keyed_hash
from appliance.vault.tables import accounts, offices, secrets, visits
from appliance.vault.transaction import Snapshot, Transaction
from appliance.vault.unknowns import BUDGET, LOCK


class NotSignedIn(Refused):
    """There is no such visit. reason goes into the journal."""

    def __init__(self, reason: str) -> None:
        """reason is a fixed word."""
        super().__init__(Why.NOT_SIGNED_IN)
        self.reason = reason


def token_hash(pepper: bytes, token: str) -> bytes:
    """What is kept of a visit's token."""
    return keyed_hash(pepper, "visit", token)


def admitted(snapshot: Snapshot, pepper: bytes, unknown: Caller) -> Caller:
    """Who the caller is. Raises NotSignedIn (contract 1 and 3)."""
    call, now = unknown.call, unknown.now
    if not call.row.visit:
        return replace(unknown, actor=ADMIN if call.site is Site.ADMIN else "")
    visit = visits.get(snapshot, token_hash(pepper, call.token)) if call.token else None
    if visit is None:
        raise NotSignedIn("unknown token" if call.token else "no token")
    if visit.site is not call.site:
        raise NotSignedIn("token of another site")
    if now >= visit.ends_at:
        raise NotSignedIn("visit is over")
    account = accounts.get(snapshot, visit.account)
    if account is None:
        raise NotSignedIn("account is gone")
    office = offices.get(snapshot, account.office) if account.office else None
    form = form_token(pepper, call.token)
    return replace(unknown, actor=account.id, form=form, visit=visit, account=account, office=office)


def need_form_token(caller: Caller) -> None:
    """Raise Refused FORGED if the message needs the visit's form token and has not got it (contract 2)."""
    call = caller.call
    if not call.row.changes or call.site not in WEB_SITES:
        return
    if not hmac.compare_digest(caller.form.encode(), call.form.encode()):
        raise Refused(Why.FORGED)


@dataclass(frozen=True, slots=True)
class _Try:
    """number counts from 1 to BUDGET; 0 while it is locked."""

    number: int
    verifier: str = ""


async def verify(core: Core, caller: Caller, account: Account, password: str) -> None:
    """Return if password is the account's; else raise Refused WRONG_SECRET or LOCKED (contract 4).

    Three steps: a try is taken from the budget; the secret is checked; the outcome is stored if the secret is still
    the same. Six wrong ones in a row lock for 60 minutes from the sixth (R340, A24); tries while it is locked are
    refused unseen and do not count; after that the budget is whole again.
    """
    with core.passwords.place(caller.call.site, caller.call.asserted.source):
        taken = await core.commit(lambda txn: _take_try(txn, account.id, caller.now), vital=True)
        if not taken.number:
            raise Refused(Why.LOCKED)
        right = None
        try:
            right = await core.passwords.matches(taken.verifier, password)
        finally:
            # Also when the sender hung up meanwhile: nobody may use up tries without a trace.
            await core.commit(lambda txn: _settle(txn, caller, account, taken, right), vital=True)
    if not right:
        raise wrong_secret(taken.number)


def wrong_secret(number: int) -> Refused:
    """What the number-th wrong secret in a row is answered, of a name that there is as of any other."""
    return Refused(Why.LOCKED if number >= BUDGET else Why.WRONG_SECRET)


def _take_try(txn: Transaction, account: str, now: Instant) -> _Try:
    secret = secrets.get(txn, account)
    if secret is None or now < secret.lock.locked_until:
        return _Try(0)
    failures = 1 if secret.lock.locked_until else secret.lock.failures + 1
    lock = Lock(failures=failures, locked_until=now + LOCK if failures >= BUDGET else 0)
    secrets.put(txn, replace(secret, lock=lock))
    return _Try(failures, secret.verifier)


def _settle(txn: Transaction, caller: Caller, account: Account, taken: _Try, right: bool | None) -> None:
    """right is None where nobody waited for the check to end."""
    secret = secrets.get(txn, account.id)
    if secret is None or secret.verifier != taken.verifier:
        raise Refused(Why.WRONG_SECRET)
    if right:
        secrets.put(txn, replace(secret, lock=Lock()))
        return
    caller = replace(caller, actor=account.id)
    reason = "wrong password" if right is False else "given up"
    entry = caller.entry(office=account.office, result=Result.REFUSED, reason=reason)
    txn.journal(entry)
    if taken.number == BUDGET:
        txn.journal(caller.entry(Kind.ACCOUNT_LOCKED, office=account.office, thing=account.id))

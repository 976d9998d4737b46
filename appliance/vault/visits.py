# SPDX-License-Identifier: Apache-2.0
"""Visits begin and end: the handlers of SignIn, SignInStaff, SignOut."""

import base64
from dataclasses import replace

from appliance.contracts.policy import PolicyRequest
from appliance.link.messages import Nothing, SignedIn, SignIn, SignInStaff, SignOut
from appliance.link.refusals import Refused, Why
from appliance.model.ids import canonical, canonical_number
from appliance.model.journal import Result
from appliance.model.things import Account, Visit
from appliance.model.time import MINUTE, Instant
from appliance.vault.admission import token_hash, verify, wrong_secret
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.decide import Denied, judge
from appliance.vault.tables import accounts, offices, visits
from appliance.vault.transaction import Snapshot, Transaction

LAST_UNKNOWN = b"c/last-unknown"
TOKEN_BYTES = 32
# A visit hangs together with up to 130 rows and index entries, and a transaction writes at most 10,000.
VISITS_AT_ONCE = 50
MAX_TYPED = 200


async def sign_in(core: Core, caller: Caller, message: SignIn) -> SignedIn:
    """An office user comes in at the portal (SC6, SC8)."""
    number, login = canonical_number(_short(message.contract_number)), canonical(_short(message.user_id))
    account = await core.read(lambda snapshot: _office_account(snapshot, number, login))
    return await _come_in(core, caller, account, f"{number}/{login}", message.password)


async def sign_in_staff(core: Core, caller: Caller, message: SignInStaff) -> SignedIn:
    """One of the fund's staff comes in at the console."""
    login = canonical(_short(message.login))
    account = await core.read(lambda snapshot: _account(snapshot, "", login))
    return await _come_in(core, caller, account, login, message.password)


async def sign_out(core: Core, caller: Caller, message: SignOut) -> Nothing:
    """The visit ends at once, with all that hangs on it."""

    def end(txn: Transaction) -> None:
        end_visit(txn, caller.visiting)
        txn.journal(caller.entry())

    await core.commit(end, seen=caller.seen, vital=True)
    return Nothing()


def end_visit(txn: Transaction, visit: Visit) -> None:
    """Remove a visit. Its open downloads stop by themselves; housekeeping journals them as cut."""
    visits.delete(txn, visit.token_hash)


def _short(typed: str) -> str:
    """What may be a name. Raises Refused INVALID; to make a long text canonical can take its length squared."""
    if len(typed) > MAX_TYPED:
        raise Refused(Why.INVALID)
    return typed


def _office_account(snapshot: Snapshot, number: str, login: str) -> Account | None:
    office = offices.first(snapshot, "contract", snapshot.sealing.blind("contract", number))
    return _account(snapshot, office.id, login) if office else None


def _account(snapshot: Snapshot, office: str, login: str) -> Account | None:
    return accounts.first(snapshot, "login", snapshot.sealing.blind(f"login/{office}", login))


async def _come_in(core: Core, caller: Caller, account: Account | None, typed: str, password: str) -> SignedIn:
    core.clock_watch.need_right()
    if account is None:
        raise await _refusal_of_unknown(core, caller, typed, password)
    await verify(core, caller, account, password)
    caller = replace(caller, actor=account.id, account=account)
    until = await _allowed_until(core, caller)
    return await _begin_visit(core, caller, account, until)


async def _refusal_of_unknown(core: Core, caller: Caller, typed: str, password: str) -> Refused:
    """As late, and after as many durable steps, as for a name that there is."""
    name = core.keyring.sealer.blind("unknown", f"{caller.call.site}/{typed}")
    stamp = caller.now.to_bytes(8, "big")
    with core.passwords.place(caller.call.site, caller.call.asserted.source):
        await core.commit(lambda txn: txn.put(LAST_UNKNOWN, stamp), vital=True)
        number = core.unknowns.take_try(name, caller.now)
        if not number:
            return Refused(Why.LOCKED)
        await core.passwords.matches("", password)
    await core.commit(lambda txn: txn.put(LAST_UNKNOWN, stamp), vital=True)
    return wrong_secret(number)


async def _allowed_until(core: Core, caller: Caller) -> Instant | None:
    """What the policies say of somebody who has proven who it is; the account's history keeps a no."""
    try:
        return await judge(core.policies(), question(core, caller, ""))
    except Denied as denied:
        entry = caller.entry(result=Result.REFUSED, reason=denied.reason)
        await core.commit(lambda txn: txn.journal(entry), vital=True)
        raise


async def _begin_visit(core: Core, caller: Caller, account: Account, until: Instant | None) -> SignedIn:
    token = base64.urlsafe_b64encode(core.random.bytes(TOKEN_BYTES)).decode().rstrip("=")
    minutes = core.settings.sites.of(caller.call.site).visit_minutes
    ends_at = caller.now + minutes * MINUTE
    if until is not None:
        ends_at = min(ends_at, until)
    visit = Visit(token_hash(core.pepper, token), account.id, account.office, caller.call.site, caller.now, ends_at)

    def begin(txn: Transaction) -> None:
        visits.put(txn, visit)
        txn.journal(caller.entry())

    await core.commit(begin)
    return SignedIn(token, ends_at)


def question(core: Core, caller: Caller, thing_office: str) -> PolicyRequest:
    """What the policies are asked about a call."""
    person = caller.person
    return PolicyRequest(
        action=caller.call.row.action,
        site=caller.call.site,
        account=person.id,
        role=person.role,
        permissions=person.permissions,
        account_office=person.office,
        thing_office=thing_office,
        now=caller.now,
        opening=core.calendar.opening(caller.now),
    )

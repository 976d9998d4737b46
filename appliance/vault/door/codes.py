# SPDX-License-Identifier: Apache-2.0
"""Codes by mail: made, kept and sent in one transaction; the handler of RequestCode (SC4, A10, A23, A31).

A code is gathered first and kept only if nothing has moved since: of two requests at once, one sends a letter.
"""

from dataclasses import dataclass, field, replace

from appliance.link.messages import Nothing, RequestCode
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Kind
from appliance.model.things import Account, FactorState
from appliance.model.time import Instant
from appliance.model.words import AccountState, LockState, Site
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.door.evened import evened
from appliance.vault.door.factors import DECOY, SIGN_IN, begun, enrolled, factor_of, sends
from appliance.vault.door.limits import OF_ACCOUNT, may_ask, with_request
from appliance.vault.door.seeking import Sought, office_user
from appliance.vault.door.tries import CODE_BUDGET
from appliance.vault.door.unknowns import code_key, stamp
from appliance.vault.letters import LetterKind, write
from appliance.vault.outcomes import remember
from appliance.vault.records.tables import CodeRequests, code_requests, cut_at, factors, is_suspended
from appliance.vault.records.transaction import Transaction


class TooOften(Refused):
    """No further code is sent just now (A31)."""

    def __init__(self) -> None:
        """Always the same."""
        super().__init__(Why.CONFLICT, "code.too_often")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A code that is ready to be kept and sent. before is the row that it was made from."""

    account: str
    before: FactorState | None
    row: FactorState
    code: str = field(repr=False)


async def prepare(core: Core, account: Account, purpose: str, now: Instant) -> Prepared:
    """A code for this purpose: the one that is still valid, or a fresh one. Raises NoFactor.

    After five wrong answers, and after the public site was cut off, the secret is made anew: the old code is void.
    """
    name = core.settings.door.mailed_factor
    before = await core.read(lambda snapshot: factors.get(snapshot, account.id, name, purpose))
    fresh = FactorState(account.id, name, purpose)
    return await _prepared(core, before, fresh, account.login, now)


async def _prepared(
    core: Core, before: FactorState | None, fresh: FactorState, label: str, now: Instant
) -> Prepared:
    cut = await core.read(lambda snapshot: cut_at(snapshot, Site.PUBLIC))
    row = before or fresh
    if not row.state or row.tries >= CODE_BUDGET or row.asked_at <= cut:
        anew = await enrolled(core, row.factor, row.account, label, now)
        row = replace(row, state=anew.state, enrolled_at=now, code_ends_at=0)
    made = await begun(core, row.factor, row.account, row.state, now)
    ends_at = made.ends_at or 0
    if ends_at != row.code_ends_at:
        row = replace(row, tries=0, asked_at=now)
    return Prepared(row.account, before, replace(row, state=made.state, code_ends_at=ends_at), made.code)


def keep(txn: Transaction, prepared: Prepared, kind: LetterKind, now: Instant, to: str = "", **more: str) -> bool:
    """Keep a code and write its letter, to another address than the account's if one is named; whether it was done.

    more is what the letter is told beside the code. It is not done where the row has moved meanwhile: whoever moved
    it has sent a code.
    """
    if not _keep_row(txn, prepared):
        return False
    row, until = prepared.row, prepared.row.code_ends_at
    told = {"code": prepared.code, **more}
    write(txn, kind, row.account, f"{row.purpose}/{until}", told, now, until=until, to=to)
    return True


def _keep_row(txn: Transaction, prepared: Prepared) -> bool:
    row = prepared.row
    if factors.get(txn, row.account, row.factor, row.purpose) != prepared.before:
        return False
    factors.put(txn, row)
    return True


def may_request(txn: Transaction, account: str, now: Instant) -> bool:
    """Whether an account may be sent one code more just now, whoever asks; counted if it may (A31)."""
    known = code_requests.get(txn, account) or CodeRequests(account)
    if not may_ask(known.times, now, OF_ACCOUNT):
        return False
    code_requests.put(txn, replace(known, times=with_request(known.times, now, OF_ACCOUNT)))
    return True


def need_request(txn: Transaction, account: str, now: Instant) -> None:
    """Count one code more that a visitor has asked for. Raises TooOften.

    Within visits the limits are the same and the count is another: strangers, who may ask for codes of sign-ins,
    would take away those that people need for their own affairs.
    """
    known = code_requests.get(txn, account) or CodeRequests(account)
    if not may_ask(known.of_visits, now, OF_ACCOUNT):
        raise TooOften
    code_requests.put(txn, replace(known, of_visits=with_request(known.of_visits, now, OF_ACCOUNT)))


async def send_own_code(core: Core, caller: Caller, purpose: str, what: str) -> None:
    """A code to the own address, and what it is that the visitor is about to do. Raises TooOften, NoFactor."""
    person = caller.person
    code = await prepare(core, person, purpose, caller.now)

    def send(txn: Transaction) -> None:
        need_request(txn, person.id, caller.now)
        keep(txn, code, LetterKind.OWN_CODE, caller.now, what=what)
        remember(txn, caller, Nothing())
        txn.journal(caller.entry(thing=person.office))

    await core.commit(send, seen=caller.seen)


@evened
async def request_code(core: Core, caller: Caller, message: RequestCode) -> Nothing:
    """The same answer after the same steps, whether there is such a user or not, whether a code was sent or not."""
    core.clock_watch.need_right()
    async with core.codes_at_once:
        await _answer(core, caller, message)
    return Nothing()


async def _answer(core: Core, caller: Caller, message: RequestCode) -> None:
    sought = await office_user(core, message.contract_number, message.user_id)
    in_time = core.sources.take(caller.call.asserted.source, caller.now)
    if sought.account:
        prepared = await prepare(core, sought.account, SIGN_IN, caller.now)
        is_of_use = await _is_of_use(core, sought)
        sent = await _send(core, caller, sought.account, prepared, in_time=in_time, is_of_use=is_of_use)
    else:
        sent = await _pretend(core, caller, sought, in_time=in_time)
    if not sent:
        core.refusals.count(Kind.CODE_REQUESTED, caller.call.site, caller.call.asserted.source, "no code was sent")


async def _is_of_use(core: Core, sought: Sought) -> bool:
    """Whether a code by mail would be of any use."""
    account = sought.account
    if account is None or account.state is AccountState.SUSPENDED:
        return False
    if await core.read(lambda snapshot: is_suspended(snapshot, account.office)):
        return False
    if sought.lock(core).state is LockState.BLOCKED:
        return False
    return sends(core, await factor_of(core, sought.who))


async def _send(
    core: Core, caller: Caller, account: Account, prepared: Prepared, *, in_time: bool, is_of_use: bool
) -> bool:
    """Whether a letter was written. The tries are whole again even where it would be of no use: as a stranger's."""
    known = replace(caller, actor=account.id, account=account)

    def send(txn: Transaction) -> bool:
        stamp(txn, caller.now)
        if not in_time or not may_request(txn, account.id, caller.now):
            return False
        if not is_of_use:
            _keep_row(txn, prepared)
            return False
        if not keep(txn, prepared, LetterKind.ONE_TIME_CODE, caller.now):
            return False
        txn.journal(known.entry(thing=account.id))
        return True

    return await core.commit(send, vital=True)


async def _pretend(core: Core, caller: Caller, sought: Sought, *, in_time: bool) -> bool:
    """The same by a row that is only in memory, and nobody is sent anything.

    Limits and tries are counted as an account's are, or else the number of tries that are left would tell.
    """
    unknowns, key = core.unknowns, code_key(sought.name, core.settings.door.mailed_factor)
    fresh = FactorState(sought.who.id, core.settings.door.mailed_factor, SIGN_IN)
    prepared = await _prepared(core, unknowns.codes.get(key, fresh), fresh, DECOY, caller.now)
    await core.commit(lambda txn: stamp(txn, caller.now), vital=True)
    times = unknowns.requests.get(sought.name, ())
    if in_time and may_ask(times, caller.now, OF_ACCOUNT):
        unknowns.requests.put(sought.name, with_request(times, caller.now, OF_ACCOUNT))
        if unknowns.codes.get(key, fresh) == prepared.before:
            unknowns.codes.put(key, prepared.row)
    return False

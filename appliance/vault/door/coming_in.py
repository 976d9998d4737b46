# SPDX-License-Identifier: Apache-2.0
"""Coming in, step by step: the handlers of Arrive, ArriveStaff, GiveCode and GivePassword.

Portal (R100): name, code if one is due, password. Console: name and password, second factor, always (A46). Between
the steps nothing is kept here but budgets; how far somebody has come is in the arrival that they send along.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from appliance.link.messages import Arrive, Arrived, ArriveStaff, GiveCode, GivePassword
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Kind, Result
from appliance.model.things import Account, FactorState
from appliance.model.time import Instant
from appliance.model.words import AccountState, Site, Step
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.decide import Denied, judge_call
from appliance.vault.door.arrival import Arrival, Arrivals, NotArrived
from appliance.vault.door.codes import keep, may_request, prepare
from appliance.vault.door.due import is_due, seems_due
from appliance.vault.door.evened import evened
from appliance.vault.door.factors import SIGN_IN, enrolled, factor, factor_of, sends
from appliance.vault.door.seeking import Sought, by_id, office_user, staff_member
from appliance.vault.door.tries import closed
from appliance.vault.door.verify import Code, Password, verify
from appliance.vault.door.visits import begin_visit
from appliance.vault.letters import LetterKind
from appliance.vault.records.tables import accounts, cut_at, factors, is_suspended
from appliance.vault.records.transaction import Transaction
from appliance.vault.tunnels.inside import speaks_for
from appliance.vault.workflow.door import is_closed

OTHER_OFFICE = "a name of another office than that of the PC"


class Suspended(Refused):
    """Somebody has proven to be a person whose account, or whose office, is suspended: which, nobody is told.

    reason goes into the journal.
    """

    def __init__(self, reason: str = "account is suspended") -> None:
        """reason is a fixed word."""
        super().__init__(Why.NOT_ALLOWED, "door.suspended")
        self.reason = reason


async def arrive(core: Core, caller: Caller, message: Arrive) -> Arrived:
    """A name at the portal (SC6): what comes next tells nobody whether it is a name."""
    core.clock_watch.need_right()
    sought = await office_user(core, message.contract_number, message.user_id)
    if not await _may_speak(core, caller, sought):
        sought = replace(sought, account=None, secret=None)
        core.refusals.count(Kind.SIGN_IN, caller.call.site, caller.call.asserted.source, OTHER_OFFICE)
    step = Step.CODE if _code_is_due(core, sought, caller.now) else Step.PASSWORD
    return Arrived(step, _sealed(core, caller, sought))


@evened
async def arrive_staff(core: Core, caller: Caller, message: ArriveStaff) -> Arrived:
    """Name and password at the console; then the second factor, which is enrolled the first time."""
    core.clock_watch.need_right()
    sought = await staff_member(core, message.login)
    await verify(core, caller, sought.who, Password(message.password))
    sought = await by_id(core, sought.who.id, sought.name)
    person = _standing(sought)
    caller = replace(caller, actor=person.id, account=person)
    step, shown = await _second_factor(core, caller, person)
    return Arrived(step, _sealed(core, caller, sought, password_at=caller.now), shown=dict(shown))


@evened
async def give_code(core: Core, caller: Caller, message: GiveCode) -> Arrived:
    """The second factor: at the portal before the password (SC7), at the console after it."""
    core.clock_watch.need_right()
    arrival, sought = await _opened(core, caller, message.arrival)
    if caller.call.site is Site.CONSOLE:
        return await _code_of_staff(core, caller, message, arrival, sought)
    name = await factor_of(core, sought.who)
    then = _code_proven(caller, sought, mailed=sends(core, name))
    await verify(core, caller, sought.who, Code(name, message.code), then)
    sought = await by_id(core, arrival.account, arrival.name)
    return Arrived(Step.PASSWORD, _sealed(core, caller, sought, code_at=caller.now))


@evened
async def give_password(core: Core, caller: Caller, message: GivePassword) -> Arrived:
    """The password at the portal (SC8), and in."""
    core.clock_watch.need_right()
    arrival, sought = await _opened(core, caller, message.arrival)
    if _code_is_due(core, sought, caller.now) and not arrival.code_at:
        raise NotArrived("no code was given")
    await verify(core, caller, sought.who, Password(message.password))
    return await _come_in(core, caller, sought)


async def _code_of_staff(
    core: Core, caller: Caller, message: GiveCode, arrival: Arrival, sought: Sought
) -> Arrived:
    if not arrival.password_at:
        raise NotArrived("no password was given")
    name = core.settings.door.staff_factor
    await verify(core, caller, sought.who, Code(name, message.code), await _enrolled(core, caller, sought, name))
    return await _come_in(core, caller, sought)


# --- arrivals -----------------------------------------------------------------------------------------------------


def _sealed(core: Core, caller: Caller, sought: Sought, code_at: Instant = 0, password_at: Instant = 0) -> str:
    arrival = Arrival(
        sought.who.id,
        sought.account is not None,
        sought.name,
        sought.version(core),
        caller.now,
        code_at,
        password_at,
    )
    return Arrivals(core.pepper, core.random).seal(caller.call.site, arrival)


async def _opened(core: Core, caller: Caller, text: str) -> tuple[Arrival, Sought]:
    """Raises NotArrived, and Refused LOCKED where a lock has come in between."""
    arrival = Arrivals(core.pepper, core.random).open(caller.call.site, text, caller.now)
    if arrival.at <= await core.read(lambda snapshot: cut_at(snapshot, caller.call.site)):
        raise NotArrived("the site was cut off meanwhile")
    sought = await by_id(core, arrival.account, arrival.name)
    if not await _may_speak(core, caller, sought):
        raise NotArrived(OTHER_OFFICE)
    if arrival.version != sought.version(core) or arrival.known is not (sought.account is not None):
        lock = sought.lock(core)
        raise closed(lock) if is_closed(lock, caller.now) else NotArrived("something has moved meanwhile")
    return arrival, sought


async def _may_speak(core: Core, caller: Caller, sought: Sought) -> bool:
    """Whether it is a name on the PC where it is typed (R77); of a name that nobody has as much is read."""
    office = sought.account.office if sought.account else "nobody"
    speaks = await core.read(lambda snapshot: speaks_for(snapshot, caller.tunnel, office, caller.now))
    return speaks or sought.account is None


def _code_is_due(core: Core, sought: Sought, now: Instant) -> bool:
    if sought.account and sought.secret:
        return is_due(core.settings.door, sought.account, sought.secret, now)
    return seems_due(core.settings.door, core.pepper, sought.name, now)


def _standing(sought: Sought) -> Account:
    """The account of somebody who has proven who it is. Raises Suspended."""
    if sought.account is None or sought.account.state is AccountState.SUSPENDED:
        raise Suspended
    return sought.account


# --- second factors -----------------------------------------------------------------------------------------------


async def _second_factor(core: Core, caller: Caller, person: Account) -> tuple[Step, Mapping[str, str]]:
    """What one of the fund's staff has to show after the password. Raises NoFactor: never nothing."""
    name = core.settings.door.staff_factor
    factor(core, name)
    if sends(core, name):
        await _send_code(core, caller, person)
        return Step.CODE, {}
    row = await core.read(lambda snapshot: factors.get(snapshot, person.id, name, SIGN_IN))
    if row is not None and row.proven_at:
        return Step.CODE, {}
    fresh = await enrolled(core, name, person.id, person.login, caller.now)
    kept = FactorState(person.id, name, SIGN_IN, fresh.state, enrolled_at=caller.now)
    await core.commit(lambda txn: _keep_unproven(txn, kept))
    return Step.ENROL, fresh.shown


def _keep_unproven(txn: Transaction, fresh: FactorState) -> None:
    """Keep the state of an enrolment that is not finished; the tries of the one before still count."""
    row = factors.get(txn, fresh.account, fresh.factor, fresh.purpose)
    if row is not None and row.proven_at:
        raise NotArrived("somebody has enrolled meanwhile")
    if row is not None:
        fresh = replace(fresh, tries=row.tries, spent_until=row.spent_until)
    factors.put(txn, fresh)


async def _send_code(core: Core, caller: Caller, person: Account) -> None:
    prepared = await prepare(core, person, SIGN_IN, caller.now)

    def send(txn: Transaction) -> None:
        if may_request(txn, person.id, caller.now) and keep(txn, prepared, LetterKind.ONE_TIME_CODE, caller.now):
            txn.journal(caller.entry(Kind.CODE_REQUESTED, thing=person.id))

    await core.commit(send, vital=True)


def _code_proven(caller: Caller, sought: Sought, *, mailed: bool) -> Callable[[Transaction], None]:
    """What goes with a right code: if it came by mail, the address is right (T24)."""
    known = replace(caller, actor=sought.who.id, account=sought.account)

    def proven(txn: Transaction) -> None:
        account = accounts.get(txn, sought.who.id)
        if mailed and account is not None and not account.mail_confirmed_at:
            accounts.put(txn, replace(account, mail_confirmed_at=caller.now))
        txn.journal(known.entry(Kind.CODE_PROVEN, thing=sought.who.id))

    return proven


async def _enrolled(core: Core, caller: Caller, sought: Sought, name: str) -> Callable[[Transaction], None]:
    """What goes with a right answer of staff: the first one finishes the enrolment."""
    row = await core.read(lambda snapshot: factors.get(snapshot, sought.who.id, name, SIGN_IN))
    is_first = row is not None and not row.proven_at
    known = replace(caller, actor=sought.who.id, account=sought.account)

    def proven(txn: Transaction) -> None:
        if is_first:
            txn.journal(known.entry(Kind.FACTOR_ENROLLED, thing=sought.who.id))

    return proven


# --- in -----------------------------------------------------------------------------------------------------------


async def _come_in(core: Core, caller: Caller, sought: Sought) -> Arrived:
    person = _standing(sought)
    assert sought.secret is not None  # there is no account without one, and it has just been proven
    caller = replace(caller, actor=person.id, account=person)
    await _need_in_use(core, caller)
    until = await _allowed_until(core, caller)
    token, visit = await begin_visit(core, caller, sought.secret, until)
    return Arrived(Step.IN, token=token, ends_at=visit.ends_at, serves=visit.serves)


async def _need_in_use(core: Core, caller: Caller) -> None:
    """Raise Suspended for an office that the fund has suspended; its history keeps who came."""
    if not await core.read(lambda snapshot: is_suspended(snapshot, caller.own_office)):
        return
    suspended = Suspended("office is suspended")
    entry = caller.entry(result=Result.REFUSED, reason=suspended.reason)
    await core.commit(lambda txn: txn.journal(entry), vital=True)
    raise suspended


async def _allowed_until(core: Core, caller: Caller) -> Instant | None:
    """What the policies say of somebody who has proven who it is; the account's history keeps a no."""
    try:
        return await judge_call(core, caller, "")
    except Denied as denied:
        entry = caller.entry(result=Result.REFUSED, reason=denied.reason)
        await core.commit(lambda txn: txn.journal(entry), vital=True)
        raise

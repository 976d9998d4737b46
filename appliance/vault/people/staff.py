# SPDX-License-Identifier: Apache-2.0
"""The fund's staff (A46): what AddStaff, ChangeStaff, RemoveStaff and ResetStaff do, once two people want it.

1. Each of them is planned first, which refuses what was typed wrong; it is done in the transaction of the yes.
2. Nobody takes the last holder out of a role.
3. Of whoever loses a role or a secret, all visits end.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from appliance.link.messages import FirstPassword
from appliance.link.messages.staff import (
    AddStaff,
    AdmitStaff,
    AskStaff,
    ChangeStaff,
    ListStaff,
    RecoverStaff,
    RemoveStaff,
    ResetStaff,
    StaffAdmitted,
    StaffPage,
    StaffRow,
    TwoPersonReply,
)
from appliance.link.refusals import Refused, Why
from appliance.model.ids import canonical
from appliance.model.things import Account
from appliance.model.words import AccountState, LockState
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.door.factors import SIGN_IN
from appliance.vault.door.visits import end_visits_of
from appliance.vault.letters import LetterKind, write
from appliance.vault.people import fields
from appliance.vault.people.accounts import (
    account_of,
    add_person,
    give_first_password,
    has_factor,
    new_password,
    new_person,
    remove_person,
)
from appliance.vault.reading import journal_reading
from appliance.vault.records.tables import accounts, secrets
from appliance.vault.records.transaction import Snapshot, Transaction

Does = Callable[[Transaction, str], None]
MAX_STAFF = 1_000


@dataclass(frozen=True, slots=True)
class Plan:
    """An act that is ready: what it writes, its journal entry included, and what is answered then.

    does is told, for the entry, by whose will it is done.
    """

    does: Does
    reply: TwoPersonReply


def office_of_staff(snapshot: Snapshot, caller: Caller, message: ChangeStaff | RemoveStaff | ResetStaff) -> str:
    """None, but the person must be one of the staff. Raises Refused NOT_FOUND."""
    return account_of(snapshot, message.account, "").office


def plan_adding(core: Core, caller: Caller, message: AddStaff) -> Plan:
    """A new member of the staff, who waits for the first sign-in."""
    new = new_person(
        core,
        caller,
        office="",
        login=fields.staff_login(message.login),
        name=fields.person_name(message.name),
        mail=fields.mail_address(message.mail),
        role=fields.staff_role(message.role),
    )

    def add(txn: Transaction, will: str) -> None:
        if len(accounts.scan(txn, "office", ("",), limit=MAX_STAFF)) >= MAX_STAFF:
            raise Refused(Why.CONFLICT, "staff.too_many")
        add_person(txn, new)
        _journal(txn, caller, new.account, f"{message.role}, {will}")

    return Plan(add, TwoPersonReply(account=new.account.id, password=new.password))


def plan_changing(core: Core, caller: Caller, message: ChangeStaff) -> Plan:
    """Another name, address or role. The old address is told of the new one (T24), to which no code has been sent:
    it counts as not confirmed.
    """
    name, mail = fields.person_name(message.name), fields.mail_address(message.mail)
    role = fields.staff_role(message.role)

    def change(txn: Transaction, will: str) -> None:
        person = account_of(txn, message.account, "")
        changed = replace(person, name=name, role=role)
        if mail != person.mail:
            changed = replace(changed, mail=mail, mail_confirmed_at=0, mail_changed_at=caller.now)
            write(txn, LetterKind.MAIL_CHANGE_NOTICE, person.id, str(caller.now), {}, caller.now, to=person.mail)
        if role is not person.role:
            need_other_holder(txn, person)
            end_visits_of(txn, person.id)
        accounts.put(txn, changed)
        _journal(txn, caller, changed, f"{role}, {will}")

    return Plan(change, TwoPersonReply(account=message.account))


def plan_removing(core: Core, caller: Caller, message: RemoveStaff) -> Plan:
    """Whoever it is comes in no more."""

    def remove(txn: Transaction, will: str) -> None:
        person = account_of(txn, message.account, "")
        need_other_holder(txn, person)
        remove_person(txn, person)
        _journal(txn, caller, person, f"{person.role}, {will}")

    return Plan(remove, TwoPersonReply(account=message.account))


def plan_resetting(core: Core, caller: Caller, message: ResetStaff) -> Plan:
    """A new first password; the second factor is enrolled anew."""
    password = new_password(core)

    def reset(txn: Transaction, will: str) -> None:
        person = account_of(txn, message.account, "")
        _reset(core, txn, caller, person, password, will)

    return Plan(reset, TwoPersonReply(account=message.account, password=password))


def need_other_holder(txn: Transaction, person: Account) -> None:
    """Raise Refused CONFLICT for the last one in a role who can act (A46)."""
    others = (one for one in accounts.scan(txn, "office", ("",)) if one.id != person.id)
    if not any(one.role is person.role and one.state is AccountState.ACTIVE for one in others):
        raise Refused(Why.CONFLICT, "staff.last_holder")


# --- lists, and the administrator at the vault's own host ---------------------------------------------------------


async def list_staff(core: Core, caller: Caller, message: ListStaff | AskStaff) -> StaffPage:
    """The fund's staff, in the order in which they came."""
    await journal_reading(core, caller, "staff", "")
    return StaffPage(await core.read(lambda snapshot: tuple(_rows(snapshot))))


async def admit_staff(core: Core, caller: Caller, message: AdmitStaff) -> StaffAdmitted:
    """The first of the staff, or one more after a loss: alone, for nobody else may be there (A46)."""
    asked = AddStaff(message.login, message.name, message.mail, message.role, "")
    plan = plan_adding(core, caller, asked)
    await core.commit(lambda txn: plan.does(txn, "by the administrator"))
    return StaffAdmitted(plan.reply.account, plan.reply.password)


async def recover_staff(core: Core, caller: Caller, message: RecoverStaff) -> FirstPassword:
    """A new first password and a new second factor for one of the staff, locked, blocked or not."""
    login, reason = fields.staff_login(message.login), fields.reason(message.reason)
    password = new_password(core)

    def recover(txn: Transaction) -> None:
        person = accounts.first(txn, "login", txn.sealing.blind("login/", canonical(login)))
        if person is None:
            raise Refused(Why.NOT_FOUND, "login.unknown")
        _reset(core, txn, caller, person, password, reason)

    await core.commit(recover)
    return FirstPassword(password)


def _reset(core: Core, txn: Transaction, caller: Caller, person: Account, password: str, reason: str) -> None:
    give_first_password(core, txn, person, password, caller.now)
    _journal(txn, caller, person, reason)


def _journal(txn: Transaction, caller: Caller, person: Account, reason: str) -> None:
    named = {"login": person.login, "name": person.name}
    txn.journal(caller.entry(office="", thing=person.id, reason=reason, personal=named))


def _rows(snapshot: Snapshot) -> list[StaffRow]:
    found = accounts.scan(snapshot, "office", ("",), limit=MAX_STAFF)
    return [_row(snapshot, person) for person in sorted(found, key=lambda person: (person.created_at, person.id))]


def _row(snapshot: Snapshot, person: Account) -> StaffRow:
    secret = secrets.get(snapshot, person.id)
    return StaffRow(
        account=person.id,
        login=person.login,
        name=person.name,
        mail=person.mail,
        role=person.role,
        state=person.state,
        lock=secret.lock.state if secret else LockState.OPEN,
        has_factor=has_factor(snapshot, person.id, SIGN_IN),
        last_sign_in_at=secret.last_sign_in_at if secret else 0,
    )

# SPDX-License-Identifier: Apache-2.0
"""The users of an office, as its admin keeps them: ListUsers, AddUser, ChangeUser, RemoveUser, ResetPassword (A49).

1. Only the admin does any of it (R125), and nobody does it to the admin: that is the fund's (R118, R228).
2. There are never more people than seats (A12), nor than PCs that have become active (R113).
3. Of whoever loses rights or a password, all visits end.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from appliance.link.messages import FirstPassword, Nothing
from appliance.link.messages.own import Noted
from appliance.link.messages.people import (
    AddUser,
    ChangeUser,
    ListUsers,
    RemoveUser,
    ResetPassword,
    UserAdded,
    UserPage,
    UserRow,
)
from appliance.link.refusals import Refused, Why
from appliance.model.names import Kana
from appliance.model.things import Account, Office
from appliance.model.words import PRESETS, LockState, Note, Role
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.devices.places import missing_seat
from appliance.vault.door.factors import SIGN_IN
from appliance.vault.door.visits import end_visits_of
from appliance.vault.letters import LetterKind, write
from appliance.vault.outcomes import remember
from appliance.vault.people import fields
from appliance.vault.people.accounts import (
    account_of,
    add_person,
    give_first_password,
    mail_notes,
    need_admin,
    new_password,
    new_person,
    remove_person,
)
from appliance.vault.people.registration import kana_notes
from appliance.vault.reading import journal_reading
from appliance.vault.records.tables import accounts, factors, secrets
from appliance.vault.records.transaction import Snapshot, Transaction

Reply = TypeVar("Reply")
AboutUser = ChangeUser | RemoveUser | ResetPassword


def office_of_user(snapshot: Snapshot, caller: Caller, message: AboutUser) -> str:
    """The office of the user that a message is about. Raises Refused NOT_FOUND."""
    return account_of(snapshot, message.account, caller.own_office).office


async def list_users(core: Core, caller: Caller, message: ListUsers) -> UserPage:
    """All users of the office, in the order in which they came."""
    need_admin(caller)
    await journal_reading(core, caller, "")
    return await core.read(lambda snapshot: _page(core, snapshot, caller.employer))


def _page(core: Core, snapshot: Snapshot, office: Office) -> UserPage:
    rows = tuple(rows_of(snapshot, office.id))
    missing = missing_seat(snapshot, core.settings.devices, office, len(rows))
    if missing is None:
        return UserPage(rows, office.seats)
    return UserPage(rows, office.seats, missing.number, missing.state)


async def add_user(core: Core, caller: Caller, message: AddUser) -> UserAdded:
    """A new user with a first password, while there is a seat."""
    need_admin(caller)
    role, kana = fields.user_role(message.role), fields.person_kana(message.kana)
    new = new_person(
        core,
        caller,
        office=caller.own_office,
        login=fields.user_id(message.login),
        name=fields.person_name(message.name),
        kana=kana.text,
        mail=fields.mail_address(message.mail),
        role=role,
        permissions=message.permissions,
    )

    def add(txn: Transaction) -> UserAdded:
        _need_place(core, txn, caller.employer)
        reply = UserAdded(new.account.id, new.password, _notes(txn, new.account, kana))
        add_person(txn, new)
        remember(txn, caller, reply)
        txn.journal(caller.entry(thing=new.account.id, personal=_described(new.account)))
        return reply

    return await core.commit(add, seen=caller.seen)


def _need_place(core: Core, txn: Transaction, office: Office) -> None:
    """Raise Refused CONFLICT where there is no seat, or where one has to become active first."""
    people = len(accounts.scan(txn, "office", (office.id,)))
    if people >= office.seats:
        raise Refused(Why.CONFLICT, "user.no_seat", {"seats": str(office.seats)})
    missing = missing_seat(txn, core.settings.devices, office, people)
    if missing is not None:
        raise Refused(Why.CONFLICT, f"user.seat_{missing.state}", {"seat": str(missing.number)})


async def change_user(core: Core, caller: Caller, message: ChangeUser) -> Noted:
    """Name, role, permissions; the address only while nobody has confirmed it, for then it is its owner's."""
    role, kana = fields.user_role(message.role), fields.person_kana(message.kana)
    name, mail = fields.person_name(message.name), fields.mail_address(message.mail)

    def change(txn: Transaction, user: Account) -> Noted:
        changed = replace(user, name=name, kana=kana.text, role=role, permissions=message.permissions)
        changed = _with_mail(core, txn, caller, changed, mail)
        accounts.put(txn, changed)
        _follow_rights(txn, caller, user, changed)
        txn.journal(caller.entry(thing=user.id, reason=_difference(user, changed), personal=_described(changed)))
        return Noted(_notes(txn, changed, kana))

    return await _about_user(core, caller, message, change)


async def remove_user(core: Core, caller: Caller, message: RemoveUser) -> Nothing:
    """The user is none any more, and the seat is free."""

    def remove(txn: Transaction, user: Account) -> Nothing:
        remove_person(txn, user)
        txn.journal(caller.entry(thing=user.id, personal=_described(user)))
        return Nothing()

    return await _about_user(core, caller, message, remove)


async def reset_password(core: Core, caller: Caller, message: ResetPassword) -> FirstPassword:
    """A new first password; the user is told by mail, and registers anew, with codes by mail."""
    password = new_password(core)

    def reset(txn: Transaction, user: Account) -> FirstPassword:
        secret = secrets.get(txn, user.id)
        if secret is not None and secret.lock.state is LockState.BLOCKED:
            raise Refused(Why.CONFLICT, "user.blocked")
        give_first_password(core, txn, user, password, caller.now)
        txn.journal(caller.entry(thing=user.id))
        return FirstPassword(password)

    return await _about_user(core, caller, message, reset)


async def _about_user(
    core: Core, caller: Caller, message: AboutUser, act: Callable[[Transaction, Account], Reply]
) -> Reply:
    """Do something to a user, as the admin and to nobody but a user."""
    need_admin(caller)

    def work(txn: Transaction) -> Reply:
        user = account_of(txn, message.account, caller.own_office)
        if user.role is Role.OFFICE_ADMIN:
            raise Refused(Why.CONFLICT, "user.is_admin")
        reply = act(txn, user)
        remember(txn, caller, reply)
        return reply

    return await core.commit(work, seen=caller.seen)


def _with_mail(core: Core, txn: Transaction, caller: Caller, user: Account, mail: str) -> Account:
    """The user with another address, to which the first code proves it; codes for the old one are void."""
    if mail == user.mail:
        return user
    if user.mail_confirmed_at:
        raise fields.Unfit("mail", "is_confirmed")
    factors.delete(txn, user.id, core.settings.door.mailed_factor, SIGN_IN)
    return replace(user, mail=mail, mail_changed_at=caller.now)


def _follow_rights(txn: Transaction, caller: Caller, before: Account, after: Account) -> None:
    """Whose rights change is told; who has fewer of them begins a visit anew."""
    if (before.role, before.permissions) == (after.role, after.permissions):
        return
    write(txn, LetterKind.PERMISSIONS_CHANGED, after.id, str(caller.now), {}, caller.now)
    if before.permissions - after.permissions:
        end_visits_of(txn, after.id)


def _difference(before: Account, after: Account) -> str:
    """What changed, for the journal: the names of fields, and the permissions as they are now."""
    changed = [name for name in ("name", "kana", "mail", "role") if getattr(before, name) != getattr(after, name)]
    if before.permissions != after.permissions:
        changed.append(f"permissions: {' '.join(sorted(after.permissions)) or 'none'}")
    return ", ".join(changed)


def _described(user: Account) -> dict[str, str]:
    """What an entry says of a person, until it is destroyed."""
    return {"login": user.login, "name": user.name}


def _notes(snapshot: Snapshot, user: Account, kana: Kana) -> tuple[Note, ...]:
    decides = user.role is Role.SHAROSHI and not user.permissions <= PRESETS[Role.SHAROSHI]
    more = (Note.SHAROSHI_DECIDES,) if decides else ()
    return (*kana_notes(kana), *mail_notes(snapshot, user.office, user.id, user.mail), *more)


def rows_of(snapshot: Snapshot, office: str) -> list[UserRow]:
    """The users of an office, in the order in which they came."""
    found = accounts.scan(snapshot, "office", (office,))
    return [_row(snapshot, user) for user in sorted(found, key=lambda user: (user.created_at, user.id))]


def _row(snapshot: Snapshot, user: Account) -> UserRow:
    secret = secrets.get(snapshot, user.id)
    return UserRow(
        account=user.id,
        login=user.login,
        name=user.name,
        kana=user.kana,
        mail=user.mail,
        is_mail_confirmed=bool(user.mail_confirmed_at),
        role=user.role,
        permissions=user.permissions,
        state=user.state,
        lock=secret.lock.state if secret else LockState.OPEN,
        last_sign_in_at=secret.last_sign_in_at if secret else 0,
    )

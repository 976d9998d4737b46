# SPDX-License-Identifier: Apache-2.0
"""Accounts begin and end: what the rooms for contracts, users and staff have in common."""

from dataclasses import dataclass, field, replace

from appliance.link.refusals import Refused, Why
from appliance.model.ids import canonical
from appliance.model.journal import Kind
from appliance.model.things import Account, FactorState, Secret
from appliance.model.time import Instant
from appliance.model.words import PRESETS, AccountState, Note, Permission, Role
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.door.passwords import FIRST_PASSWORD_LENGTH, readable
from appliance.vault.door.visits import end_visits_of
from appliance.vault.letters import LetterKind, write
from appliance.vault.records.issuing_tables import hand_overs
from appliance.vault.records.tables import (
    accounts,
    code_requests,
    factors,
    mail_changes,
    mail_states,
    secrets,
    somebody,
)
from appliance.vault.records.transaction import Snapshot, Transaction


@dataclass(frozen=True, slots=True)
class NewPerson:
    """An account that is ready to be written, and the first password that is shown once."""

    account: Account
    secret: Secret
    password: str = field(repr=False)


class AdminOnly(Refused):
    """What only the admin of an office does (R125). reason goes into the journal."""

    reason = "only the admin of an office may"

    def __init__(self) -> None:
        """Always the same."""
        super().__init__(Why.NOT_ALLOWED, "user.admin_only")


def need_admin(caller: Caller) -> None:
    """Raise AdminOnly for everybody but the admin of an office. No permission and no policy stands above it."""
    if caller.person.role is not Role.OFFICE_ADMIN:
        raise AdminOnly


def new_password(core: Core) -> str:
    """A first password, which people copy from paper (A3)."""
    return readable(core.random, FIRST_PASSWORD_LENGTH)


def new_person(
    core: Core,
    caller: Caller,
    *,
    office: str,
    login: str,
    name: str,
    mail: str,
    role: Role,
    kana: str = "",
    permissions: frozenset[Permission] | None = None,
    password: str = "",
) -> NewPerson:
    """An account that waits for its registration; without permissions those of the role's preset (R121, R122).

    password is a first one that another system made (R311b), "" for a fresh one.
    """
    if permissions is None:
        permissions = PRESETS.get(role, frozenset())
    password = password or new_password(core)
    account = Account(core.new_id(), office, login, name, mail, role, permissions, caller.now, kana)
    secret = Secret(account.id, core.passwords.first(password), first=True, made_at=caller.now)
    return NewPerson(account, secret, password)


def add_person(txn: Transaction, new: NewPerson) -> None:
    """Write a new account. Raises Refused CONFLICT where the login is taken (R313)."""
    account = new.account
    if accounts.first(txn, "login", txn.sealing.blind(f"login/{account.office}", canonical(account.login))):
        raise Refused(Why.CONFLICT, "login.taken", {"field": "login"})
    accounts.put(txn, account)
    secrets.put(txn, new.secret)


def give_first_password(core: Core, txn: Transaction, account: Account, password: str, now: Instant) -> None:
    """Whatever somebody came in with is void, visits included: the person registers anew, and is told by mail."""
    secrets.put(txn, Secret(account.id, core.passwords.first(password), first=True, made_at=now))
    accounts.put(txn, replace(account, state=AccountState.FIRST))
    mail_changes.delete(txn, account.id)
    _forget_factors(txn, account.id)
    end_visits_of(txn, account.id)
    write(txn, LetterKind.PASSWORD_RESET, account.id, str(now), {}, now)


def drop_begun(txn: Transaction, caller: Caller, person: Account) -> None:
    """The fund gives an admin another way in: a hand-over that was begun with the old one is void."""
    if person.role is Role.OFFICE_ADMIN and hand_overs.delete(txn, person.office):
        txn.journal(caller.entry(Kind.HAND_OVER_DROPPED, office=person.office, thing=person.office))


def remove_person(txn: Transaction, account: Account) -> None:
    """Nothing is left by which anybody could come in; the row stays, for the names in the history."""
    accounts.put(txn, replace(account, state=AccountState.REMOVED, permissions=frozenset()))
    secrets.delete(txn, account.id)
    mail_changes.delete(txn, account.id)
    for state in mail_states.scan(txn, "account", (account.id,)):
        mail_states.delete(txn, state.account, state.kind)
    code_requests.delete(txn, account.id)
    _forget_factors(txn, account.id)
    while end_visits_of(txn, account.id):
        continue


def _forget_factors(txn: Transaction, account: str) -> None:
    """The second factors of an account are enrolled anew the next time."""
    for row in factors.scan(txn, "account", (account,)):
        factors.delete(txn, row.account, row.factor, row.purpose)


def has_factor(snapshot: Snapshot, account: str, purpose: str) -> bool:
    """Whether a second factor of an account has proven something for this purpose."""
    rows: list[FactorState] = factors.scan(snapshot, "account", (account,))
    return any(row.purpose == purpose and row.proven_at for row in rows)


def account_of(snapshot: Snapshot, id: str, office: str) -> Account:
    """Somebody of this office ("" for the fund) who is not removed. Raises Refused NOT_FOUND."""
    account = somebody(snapshot, id)
    if account is None or account.office != office:
        raise Refused(Why.NOT_FOUND)
    return account


def mail_notes(snapshot: Snapshot, office: str, account: str, mail: str) -> tuple[Note, ...]:
    """Whether somebody else of the same office has this mailbox too: allowed, but worth knowing (A28)."""
    others = (other for other in accounts.scan(snapshot, "office", (office,)) if other.id != account)
    return (Note.MAIL_SHARED,) if any(other.mail.casefold() == mail.casefold() for other in others) else ()

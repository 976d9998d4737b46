# SPDX-License-Identifier: Apache-2.0
"""Registration at the first sign-in: first the office, then oneself (R105); RegisterOffice and RegisterSelf.

1. Until then the visit can do nothing else (admission.py).
2. Registering raises what a visit may do, so it goes on under another token (design §10).
"""

from dataclasses import replace

from appliance.link.messages import Nothing
from appliance.link.messages.own import Registered, RegisterOffice, RegisterSelf
from appliance.link.refusals import Refused, Why
from appliance.model.names import Kana
from appliance.model.things import Account, Lock
from appliance.model.words import AccountState, Note, Role
from appliance.vault.admission import token_hash
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.door.visits import end_visit, new_token
from appliance.vault.outcomes import remember
from appliance.vault.people import fields
from appliance.vault.people.accounts import need_admin
from appliance.vault.people.fields import Unfit
from appliance.vault.people.password_rules import need_fit, need_fit_zip
from appliance.vault.people.zip_trial import opens
from appliance.vault.records.tables import ZipPassword, accounts, offices, secrets, visits, zip_passwords
from appliance.vault.records.transaction import Transaction


async def register_office(core: Core, caller: Caller, message: RegisterOffice) -> Nothing:
    """Short name and ZIP password of an office, once and for all (SC9, R49, A33)."""
    need_admin(caller)
    office = caller.employer
    if office.registered_at:
        raise Refused(Why.CONFLICT, "office.registered")
    short_name = fields.short_name(message.short_name)
    need_fit_zip(message.zip_password)
    if not opens(message.zip_password):
        raise Unfit("zip_password", "unusable")
    kept = ZipPassword(office.id, message.zip_password, caller.now, caller.person.id)

    def register(txn: Transaction) -> None:
        offices.put(txn, replace(office, short_name=short_name, registered_at=caller.now))
        zip_passwords.put(txn, kept)
        remember(txn, caller, Nothing())
        txn.journal(caller.entry(thing=office.id))

    await core.commit(register, seen=caller.seen)
    return Nothing()


async def register_self(core: Core, caller: Caller, message: RegisterSelf) -> Registered:
    """Name and a password of one's own (SC10): the first password dies, and the account is ready."""
    person = caller.person
    if person.state is not AccountState.FIRST:
        raise Refused(Why.CONFLICT, "own.registered")
    if person.role is Role.OFFICE_ADMIN and not caller.employer.registered_at:
        raise Refused(Why.CONFLICT, "own.office_first")
    name, kana = fields.person_name(message.name), own_kana(person, message.kana)
    need_fit(core.settings.door.password_profile, person, message.password)
    await _need_other_than_first(core, person, message.password)
    verifier = await core.passwords.hash(message.password)
    token = new_token(core)

    def register(txn: Transaction) -> None:
        secret = secrets.get(txn, person.id)
        if secret is None:
            raise Refused(Why.NOT_FOUND)
        ready = replace(person, name=name, kana=kana.text, state=AccountState.ACTIVE)
        accounts.put(txn, ready)
        secrets.put(txn, replace(secret, verifier=verifier, first=False, made_at=caller.now, lock=Lock()))
        _renew_visit(core, txn, caller, token)
        txn.journal(caller.entry(thing=person.id))

    await core.commit(register, seen=caller.seen)
    return Registered(token, caller.visiting.ends_at, kana_notes(kana))


def own_kana(person: Account, typed: str) -> Kana:
    """The kana of somebody, which only the fund's staff need not have. Raises Unfit."""
    return fields.staff_kana(typed) if person.role.of_fund else fields.person_kana(typed)


def kana_notes(kana: Kana) -> tuple[Note, ...]:
    """What to say about a kana (T7)."""
    return (Note.KANA_CONVERTED,) if kana.converted else ()


async def _need_other_than_first(core: Core, person: Account, fresh: str) -> None:
    """Raise Unfit for the first password (A8)."""
    secret = await core.read(lambda snapshot: secrets.get(snapshot, person.id))
    if secret is not None and secret.first and secret.verifier == core.passwords.first(fresh):
        raise fields.Unfit("password", "is_first")


def _renew_visit(core: Core, txn: Transaction, caller: Caller, token: str) -> None:
    end_visit(txn, caller.visiting)
    visits.put(txn, replace(caller.visiting, token_hash=token_hash(core.pepper, token)))

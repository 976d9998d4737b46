# SPDX-License-Identifier: Apache-2.0
"""One's own data: ReadOwn, ChangeOwn and ChangePassword (R111, R114)."""

from dataclasses import replace

from appliance.config.settings import Door
from appliance.link.messages import Nothing
from appliance.link.messages.own import ChangeOwn, ChangePassword, Noted, Own, OwnOffice, ReadOwn
from appliance.link.refusals import Refused, Why
from appliance.model.things import Office
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.door.factors import SIGN_IN
from appliance.vault.door.verify import Password, verify
from appliance.vault.door.visits import end_visits_of
from appliance.vault.letters import LetterKind, write
from appliance.vault.outcomes import remember
from appliance.vault.people import fields
from appliance.vault.people.password_rules import RULES, need_fit
from appliance.vault.people.registration import kana_notes, own_kana
from appliance.vault.reading import journal_reading
from appliance.vault.records.tables import accounts, factors, mail_changes, secrets
from appliance.vault.records.transaction import Snapshot, Transaction


async def read_own(core: Core, caller: Caller, message: ReadOwn) -> Own:
    """What is kept about the visitor."""
    await journal_reading(core, caller, "")
    return await core.read(lambda snapshot: _own(snapshot, caller, core.settings.door))


async def change_own(core: Core, caller: Caller, message: ChangeOwn) -> Noted:
    """Another name."""
    person = caller.person
    name, kana = fields.person_name(message.name), own_kana(person, message.kana)
    reply = Noted(kana_notes(kana))

    def change(txn: Transaction) -> None:
        accounts.put(txn, replace(person, name=name, kana=kana.text))
        remember(txn, caller, reply)
        txn.journal(caller.entry(thing=person.id, reason="own name", personal={"name": name}))

    await core.commit(change, seen=caller.seen)
    return reply


async def change_password(core: Core, caller: Caller, message: ChangePassword) -> Nothing:
    """A new password for the present one, which is looked at by verify() and costs a try like any other."""
    person = caller.person
    need_fit(core.settings.door.password_profile, person, message.fresh)
    if message.fresh == message.present:
        raise fields.Unfit("password", "is_present")
    await verify(core, caller, person, Password(message.present))
    verifier = await core.passwords.hash(message.fresh)

    def change(txn: Transaction) -> None:
        secret = secrets.get(txn, person.id)
        if secret is None:
            raise Refused(Why.NOT_FOUND)
        secrets.put(txn, replace(secret, verifier=verifier, first=False, made_at=caller.now))
        end_visits_of(txn, person.id, keep=caller.visiting.token_hash)
        write(txn, LetterKind.PASSWORD_CHANGED, person.id, str(caller.now), {}, caller.now)
        remember(txn, caller, Nothing())
        txn.journal(caller.entry(thing=person.id))

    await core.commit(change, seen=caller.seen)
    return Nothing()


def _own(snapshot: Snapshot, caller: Caller, door: Door) -> Own:
    person, app = caller.person, door.app_factor
    own_app = factors.get(snapshot, person.id, app, SIGN_IN) if app else None
    secret = secrets.get(snapshot, person.id)
    wanted = mail_changes.get(snapshot, person.id)
    return Own(
        account=person.id,
        login=person.login,
        name=person.name,
        kana=person.kana,
        mail=person.mail,
        is_mail_confirmed=bool(person.mail_confirmed_at),
        wanted_mail=wanted.mail if wanted else "",
        role=person.role,
        permissions=person.permissions,
        state=person.state,
        last_sign_in_at=secret.last_sign_in_at if secret else 0,
        office=shown_office(caller.office) if caller.office else None,
        may_have_app=bool(app and person.office),
        has_app=own_app is not None and bool(own_app.proven_at),
        rule=RULES[door.password_profile],
    )


def shown_office(office: Office) -> OwnOffice:
    """An office as its people and the fund see it."""
    return OwnOffice(
        number=office.number,
        contract_number=office.contract_number,
        name=office.name,
        short_name=office.short_name,
        seats=office.seats,
        is_registered=bool(office.registered_at),
    )

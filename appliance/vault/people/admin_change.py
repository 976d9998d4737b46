# SPDX-License-Identifier: Apache-2.0
"""The fund enters another admin of an office, or another address of the same: ChangeAdmin (R115, R228, A49)."""

from dataclasses import replace

from appliance.link.messages import FirstPassword
from appliance.link.messages.people import ChangeAdmin
from appliance.link.refusals import Refused, Why
from appliance.model.journal import TYPED
from appliance.model.things import Account
from appliance.model.words import Role
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.issuing.reissuing import fresh_parts, seal_anew
from appliance.vault.issuing.renewing import renew_first_seat
from appliance.vault.letters import LetterKind, write
from appliance.vault.outcomes import remember
from appliance.vault.people import fields
from appliance.vault.people.accounts import drop_begun, give_first_password
from appliance.vault.records.tables import accounts, somebody
from appliance.vault.records.transaction import Snapshot, Transaction


def office_of_admin(snapshot: Snapshot, caller: Caller, message: ChangeAdmin) -> str:
    """The office whose admin it is. Raises Refused NOT_FOUND for everybody else."""
    return _admin(snapshot, message.account).office


async def change_admin(core: Core, caller: Caller, message: ChangeAdmin) -> FirstPassword:
    """Name and address as filed; whatever the admin came in with is void, and the old address is told.

    by_letter: the first password goes into a letter that waits to be printed, and the reply has none.
    """
    name, kana = fields.person_name(message.name), fields.person_kana(message.kana)
    mail, reason = fields.mail_address(message.mail), fields.reason(message.reason)
    fresh = fresh_parts(core, download_key=False, first_password=True)

    def change(txn: Transaction) -> FirstPassword:
        admin = _admin(txn, message.account)
        changed = replace(admin, name=name, kana=kana.text)
        if mail != admin.mail:
            changed = replace(changed, mail=mail, mail_confirmed_at=0, mail_changed_at=caller.now)
            write(txn, LetterKind.MAIL_CHANGE_NOTICE, admin.id, str(caller.now), {}, caller.now, to=admin.mail)
        accounts.put(txn, changed)
        drop_begun(txn, caller, admin)
        if message.by_letter:
            seal_anew(core, txn, caller, changed, fresh)
        else:
            give_first_password(core, txn, changed, fresh.first_password, caller.now)
        if message.new_pc:
            renew_first_seat(txn, caller, admin.office)
        reply = FirstPassword("" if message.by_letter else fresh.first_password)
        remember(txn, caller, reply)
        personal = {"name": name, TYPED: reason}
        txn.journal(caller.entry(office=admin.office, thing=admin.id, personal=personal))
        return reply

    return await core.commit(change, seen=caller.seen)


def _admin(snapshot: Snapshot, id: str) -> Account:
    account = somebody(snapshot, id)
    if account is None or account.role is not Role.OFFICE_ADMIN:
        raise Refused(Why.NOT_FOUND)
    return account

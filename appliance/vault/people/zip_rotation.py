# SPDX-License-Identifier: Apache-2.0
"""Another ZIP password for an office, where the fund allows it: AllowZipChange and ChangeZipPassword (A33).

Documents are kept opened, and ZIPs are made when they go out: with another password nothing that is kept changes.
The fund never learns it; it only opens the way, for seven days.
"""

from dataclasses import replace

from appliance.link.messages import Nothing
from appliance.link.messages.issuing import AllowZipChange, ChangeZipPassword, ZipChangeAllowed
from appliance.link.refusals import Refused, Why
from appliance.model.journal import TYPED
from appliance.model.time import DAY
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.door.verify import Code, Password, verify
from appliance.vault.issuing.reissuing import admin_of_office
from appliance.vault.letters import LetterKind, write
from appliance.vault.outcomes import remember
from appliance.vault.people import fields
from appliance.vault.people.accounts import need_admin
from appliance.vault.people.password_rules import need_fit_zip
from appliance.vault.people.zip_password import PURPOSE
from appliance.vault.people.zip_trial import opens
from appliance.vault.records.tables import ZipPassword, zip_passwords
from appliance.vault.records.transaction import Moved, Transaction

OPEN_FOR = 7 * DAY


async def allow_zip_change(core: Core, caller: Caller, message: AllowZipChange) -> ZipChangeAllowed:
    """The admin may choose another one until the seven days are over, and is told so."""
    reason = fields.reason(message.reason)
    _need_allowed(core)
    until = caller.now + OPEN_FOR

    def allow(txn: Transaction) -> ZipChangeAllowed:
        kept = zip_passwords.get(txn, message.office)
        if kept is None:
            raise Refused(Why.CONFLICT, "zip_password.none")
        zip_passwords.put(txn, replace(kept, change_until=until))
        admin, reply = admin_of_office(txn, message.office), ZipChangeAllowed(until)
        write(txn, LetterKind.ZIP_PASSWORD_OPENED, admin.id, str(caller.now), {}, caller.now, until=until)
        remember(txn, caller, reply)
        txn.journal(caller.entry(office=message.office, thing=message.office, personal={TYPED: reason}))
        return reply

    return await core.commit(allow, seen=caller.seen)


async def change_zip_password(core: Core, caller: Caller, message: ChangeZipPassword) -> Nothing:
    """Put another one in force. It takes the admin's password and a new code, as showing it does (A41)."""
    need_admin(caller)
    _need_allowed(core)
    person = caller.person
    kept = await core.read(lambda snapshot: zip_passwords.get(snapshot, person.office))
    if kept is None or kept.change_until <= caller.now:
        raise Refused(Why.CONFLICT, "zip_password.fixed")
    _need_other(kept, message.fresh)

    def changed(txn: Transaction) -> None:
        txn.require(caller.seen)
        if zip_passwords.get(txn, person.office) != kept:
            raise Moved
        zip_passwords.put(txn, ZipPassword(person.office, message.fresh, caller.now, person.id))
        write(txn, LetterKind.ZIP_PASSWORD_CHANGED, person.id, str(caller.now), {}, caller.now)
        remember(txn, caller, Nothing())
        txn.journal(caller.entry(thing=person.office))

    await verify(core, caller, person, Password(message.password))
    await verify(core, caller, person, Code(core.settings.door.mailed_factor, message.code, PURPOSE), changed)
    return Nothing()


def _need_allowed(core: Core) -> None:
    if not core.settings.exchange.zip_password_rotation:
        raise Refused(Why.CONFLICT, "zip_password.fixed")


def _need_other(kept: ZipPassword, fresh: str) -> None:
    """Raise Unfit for one that breaks the rule, opens no ZIP, or is the present one."""
    need_fit_zip(fresh)
    if fresh == kept.password:
        raise fields.Unfit("zip_password", "is_present")
    if not opens(fresh):
        raise fields.Unfit("zip_password", "unusable")

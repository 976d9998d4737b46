# SPDX-License-Identifier: Apache-2.0
"""Another mail address: ChangeMail and ConfirmMail (T24, R115).

1. Until the code that went to the new address comes back, the old one is in force; it is told at once.
2. A code is good for the one address that it went to: with another address it is void.
3. Once the new address is in force, codes that went to the old one are void, and the next sign-in needs one (R103).
"""

from dataclasses import replace

from appliance.link.messages import Nothing
from appliance.link.messages.own import ChangeMail, ConfirmMail, Noted
from appliance.link.refusals import Refused, Why
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.door.codes import keep, need_request, prepare
from appliance.vault.door.factors import SIGN_IN
from appliance.vault.door.verify import Code, verify
from appliance.vault.letters import LetterKind, write
from appliance.vault.outcomes import remember
from appliance.vault.people import fields
from appliance.vault.people.accounts import mail_notes
from appliance.vault.records.tables import MailChange, accounts, factors, mail_changes
from appliance.vault.records.transaction import Moved, Snapshot, Transaction

PURPOSE = "mail_change"


async def change_mail(core: Core, caller: Caller, message: ChangeMail) -> Noted:
    """A code goes to the new address and a notice to the old one; nothing else changes yet."""
    person = caller.person
    mail = fields.mail_address(message.mail)
    if mail == person.mail and person.mail_confirmed_at:
        raise fields.Unfit("mail", "is_present")
    wanted = MailChange(person.id, mail, caller.now)
    await core.commit(lambda txn: _want(core, txn, caller, wanted), seen=caller.seen)
    code = await prepare(core, person, PURPOSE, caller.now)

    def send(txn: Transaction) -> Noted:
        if mail_changes.get(txn, person.id) != wanted:
            raise Moved
        reply = Noted(mail_notes(txn, person.office, person.id, mail))
        keep(txn, code, LetterKind.MAIL_CHANGE_CONFIRM, caller.now, to=mail)
        if mail != person.mail:
            write(txn, LetterKind.MAIL_CHANGE_NOTICE, person.id, str(caller.now), {}, caller.now, to=person.mail)
        remember(txn, caller, reply)
        txn.journal(caller.entry(thing=person.id, personal={"mail": mail}))
        return reply

    return await core.commit(send, seen=caller.seen)


async def confirm_mail(core: Core, caller: Caller, message: ConfirmMail) -> Nothing:
    """The right code puts the new address in force. Codes have a budget of their own for this."""
    person = caller.person
    wanted = await core.read(lambda snapshot: _wanted(snapshot, person.id))

    def confirmed(txn: Transaction) -> None:
        txn.require(caller.seen)
        if mail_changes.get(txn, person.id) != wanted:
            raise Moved
        accounts.put(
            txn, replace(person, mail=wanted.mail, mail_confirmed_at=caller.now, mail_changed_at=caller.now)
        )
        mail_changes.delete(txn, person.id)
        for purpose in (PURPOSE, SIGN_IN):
            factors.delete(txn, person.id, core.settings.door.mailed_factor, purpose)
        remember(txn, caller, Nothing())
        txn.journal(caller.entry(thing=person.id, personal={"mail": wanted.mail}))

    code = Code(core.settings.door.mailed_factor, message.code, PURPOSE)
    await verify(core, caller, person, code, confirmed)
    return Nothing()


def _want(core: Core, txn: Transaction, caller: Caller, wanted: MailChange) -> None:
    """Keep the wish; with another address the code that was sent to the one before is void."""
    need_request(txn, wanted.account, caller.now)
    before = mail_changes.get(txn, wanted.account)
    if before is None or before.mail != wanted.mail:
        factors.delete(txn, wanted.account, core.settings.door.mailed_factor, PURPOSE)
    mail_changes.put(txn, wanted)


def _wanted(snapshot: Snapshot, account: str) -> MailChange:
    wanted = mail_changes.get(snapshot, account)
    if wanted is None:
        raise Refused(Why.CONFLICT, "mail.nothing_waits")
    return wanted

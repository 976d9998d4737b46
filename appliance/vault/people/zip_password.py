# SPDX-License-Identifier: Apache-2.0
"""The ZIP password of an office is shown again to its admin: AskZipPassword and ShowZipPassword (A41).

It takes the admin's own password and a new code; the journal and a letter tell of it.
"""

from appliance.link.messages import Nothing
from appliance.link.messages.own import AskZipPassword, ShowZipPassword, ZipPasswordShown
from appliance.link.refusals import Refused, Why
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.door.codes import send_own_code
from appliance.vault.door.verify import Code, Password, verify
from appliance.vault.letters import LetterKind, write
from appliance.vault.people.accounts import need_admin
from appliance.vault.records.tables import zip_passwords
from appliance.vault.records.transaction import Transaction

PURPOSE = "zip_password"
# One number is good for either, as the letter says.
AFFAIR = "圧縮パスワードの表示、または変更"


async def ask_zip_password(core: Core, caller: Caller, message: AskZipPassword) -> Nothing:
    """Send the code that is needed."""
    need_admin(caller)
    await send_own_code(core, caller, PURPOSE, AFFAIR)
    return Nothing()


async def show_zip_password(core: Core, caller: Caller, message: ShowZipPassword) -> ZipPasswordShown:
    """Show it, once this is in the journal. Password and code have budgets of their own."""
    need_admin(caller)
    person = caller.person
    kept = await core.read(lambda snapshot: zip_passwords.get(snapshot, person.office))
    if kept is None:
        raise Refused(Why.NOT_FOUND)

    def shown(txn: Transaction) -> None:
        txn.require(caller.seen)
        write(txn, LetterKind.ZIP_PASSWORD_SHOWN, person.id, str(caller.now), {}, caller.now)
        txn.journal(caller.entry(thing=person.office))

    await verify(core, caller, person, Password(message.password))
    await verify(core, caller, person, Code(core.settings.door.mailed_factor, message.code, PURPOSE), shown)
    return ZipPasswordShown(kept.password)

# SPDX-License-Identifier: Apache-2.0
"""An app for codes instead of mail, where the fund offers it: BeginApp, ConfirmApp and DropApp.

1. Whoever wants it shows the password first: a mailbox thief or an open screen enrols nothing (L8).
2. The fresh secret is kept aside until a code of it was right; until then whatever there was goes on.
"""

from dataclasses import replace

from appliance.link.messages import Nothing
from appliance.link.messages.own import AppShown, BeginApp, ConfirmApp, DropApp
from appliance.link.refusals import Refused, Why
from appliance.model.things import FactorState
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.door.factors import SIGN_IN, enrolled
from appliance.vault.door.verify import Code, Password, verify
from appliance.vault.outcomes import remember
from appliance.vault.records.tables import factors
from appliance.vault.records.transaction import Transaction

PURPOSE = "enrolment"


async def begin_app(core: Core, caller: Caller, message: BeginApp) -> AppShown:
    """Show what the app has to be given. Begun again, it is another secret."""
    person, name = caller.person, _offered(core)
    await verify(core, caller, person, Password(message.password))
    fresh = await enrolled(core, name, person.id, person.login, caller.now)
    row = FactorState(person.id, name, PURPOSE, fresh.state, enrolled_at=caller.now)

    def keep(txn: Transaction) -> None:
        factors.put(txn, row)
        txn.journal(caller.entry(thing=person.id, reason="begun"))

    await core.commit(keep, seen=caller.seen)
    return AppShown(dict(fresh.shown))


async def confirm_app(core: Core, caller: Caller, message: ConfirmApp) -> Nothing:
    """The first right code puts the app in force."""
    person, name = caller.person, _offered(core)
    if await core.read(lambda snapshot: factors.get(snapshot, person.id, name, PURPOSE)) is None:
        raise Refused(Why.CONFLICT, "app.not_begun")

    def confirmed(txn: Transaction) -> None:
        txn.require(caller.seen)
        row = factors.get(txn, person.id, name, PURPOSE)
        assert row is not None  # it has just proven something in this transaction
        factors.put(txn, replace(row, purpose=SIGN_IN))
        factors.delete(txn, person.id, name, PURPOSE)
        remember(txn, caller, Nothing())
        txn.journal(caller.entry(thing=person.id, reason="in force"))

    await verify(core, caller, person, Code(name, message.code, PURPOSE), confirmed)
    return Nothing()


async def drop_app(core: Core, caller: Caller, message: DropApp) -> Nothing:
    """Codes by mail again."""
    person, name = caller.person, _offered(core)

    def drop(txn: Transaction) -> None:
        txn.require(caller.seen)
        factors.delete(txn, person.id, name, SIGN_IN)
        remember(txn, caller, Nothing())
        txn.journal(caller.entry(thing=person.id))

    await verify(core, caller, person, Password(message.password), drop)
    return Nothing()


def _offered(core: Core) -> str:
    """The factor that the fund offers. Raises Refused NOT_ALLOWED."""
    name = core.settings.door.app_factor
    if not name:
        raise Refused(Why.NOT_ALLOWED, "app.not_offered")
    return name

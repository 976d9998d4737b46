# SPDX-License-Identifier: Apache-2.0
"""The admin of an office hands over to a successor (R228): enter, confirm the address, and it is done.

1. The present admin enters the successor, and proves to be the admin by the password.
2. A code goes to the successor's address (T24), and comes back through the admin: until then nothing changes.
3. It is done when the admin says so, who then sees the first password once; or, where a day was named, on that day
   by itself, and the first password goes by a letter of the fund.

Whatever the old admin came in with is void then; login, users and documents stay. The leaver's case is the fund's
(admin_change.py): it drops what was begun here, as every first password does that the fund gives to the admin.
"""

import datetime as dt
import logging
from dataclasses import replace

from appliance.link.envelope import Call
from appliance.link.messages import BY_SHAPE, Nothing
from appliance.link.messages.issuing import (
    ConfirmSuccessor,
    DropSuccessor,
    HandedOver,
    HandOver,
    NameSuccessor,
)
from appliance.link.refusals import Refused, Why
from appliance.model.things import Account
from appliance.model.time import date_in_japan
from appliance.model.typed_days import day_of
from appliance.model.words import Site
from appliance.vault.caller import SEED_BYTES, Caller
from appliance.vault.core import Core
from appliance.vault.door.codes import keep, need_request, prepare
from appliance.vault.door.verify import Code, Password, verify
from appliance.vault.issuing.reissuing import fresh_parts, seal_anew
from appliance.vault.issuing.renewing import renew_first_seat
from appliance.vault.letters import LetterKind, write
from appliance.vault.outcomes import remember
from appliance.vault.people import fields
from appliance.vault.people.accounts import give_first_password, need_admin, new_password
from appliance.vault.records.issuing_tables import HandOver as Kept
from appliance.vault.records.issuing_tables import hand_overs
from appliance.vault.records.tables import accounts, factors, somebody
from appliance.vault.records.transaction import Moved, Snapshot, Transaction

log = logging.getLogger(__name__)
PURPOSE = "hand_over"
LONGEST_AHEAD = dt.timedelta(days=92)
# So many are looked at together, and so often until the next time.
AT_ONCE, ROUNDS = 50, 20
SECONDS = 600.0


async def name_successor(core: Core, caller: Caller, message: NameSuccessor) -> Nothing:
    """Keep who follows, and send that person a code. Entered again, it stands for what was entered before."""
    need_admin(caller)
    person = caller.person
    kept = Kept(
        office=person.office,
        account=person.id,
        name=fields.person_name(message.name),
        kana=fields.person_kana(message.kana).text,
        mail=fields.mail_address(message.mail),
        asked_at=caller.now,
        on_day=_on_day(message.on_day, caller),
        new_pc=message.new_pc,
    )

    def want(txn: Transaction) -> None:
        txn.require(caller.seen)
        need_request(txn, person.id, caller.now)
        factors.delete(txn, person.id, core.settings.door.mailed_factor, PURPOSE)
        hand_overs.put(txn, kept)

    await verify(core, caller, person, Password(message.password), want)
    code = await prepare(core, person, PURPOSE, caller.now)

    def send(txn: Transaction) -> None:
        if hand_overs.get(txn, person.office) != kept:
            raise Moved
        keep(txn, code, LetterKind.HAND_OVER_CODE, caller.now, to=kept.mail)
        remember(txn, caller, Nothing())
        txn.journal(caller.entry(thing=person.id, personal={"name": kept.name, "mail": kept.mail}))

    await core.commit(send, seen=caller.visit_seen)
    return Nothing()


async def confirm_successor(core: Core, caller: Caller, message: ConfirmSuccessor) -> Nothing:
    """The right code: the address is the successor's."""
    need_admin(caller)
    person = caller.person
    kept = await core.read(lambda snapshot: _kept(snapshot, person.office))

    def confirmed(txn: Transaction) -> None:
        txn.require(caller.seen)
        if hand_overs.get(txn, person.office) != kept:
            raise Moved
        hand_overs.put(txn, replace(kept, confirmed_at=caller.now))
        factors.delete(txn, person.id, core.settings.door.mailed_factor, PURPOSE)
        remember(txn, caller, Nothing())
        txn.journal(caller.entry(thing=person.id))

    await verify(core, caller, person, Code(core.settings.door.mailed_factor, message.code, PURPOSE), confirmed)
    return Nothing()


async def drop_successor(core: Core, caller: Caller, message: DropSuccessor) -> Nothing:
    """Nobody follows."""
    need_admin(caller)

    def drop(txn: Transaction) -> None:
        _kept(txn, caller.person.office)
        hand_overs.delete(txn, caller.person.office)
        remember(txn, caller, Nothing())
        txn.journal(caller.entry(thing=caller.person.id))

    await core.commit(drop, seen=caller.seen)
    return Nothing()


async def hand_over(core: Core, caller: Caller, message: HandOver) -> HandedOver:
    """The successor is the admin from now on. Raises Refused CONFLICT before address and day are there."""
    need_admin(caller)
    person = caller.person
    kept = await core.read(lambda snapshot: _kept(snapshot, person.office))
    if not kept.confirmed_at:
        raise Refused(Why.CONFLICT, "hand_over.unconfirmed")
    if kept.on_day > date_in_japan(caller.now).isoformat():
        raise Refused(Why.CONFLICT, "hand_over.early", {"day": kept.on_day})
    password = new_password(core)

    def take(txn: Transaction) -> None:
        txn.require(caller.visit_seen)
        if hand_overs.get(txn, person.office) != kept:
            raise Moved
        admin = take_over(core, txn, caller, person, kept)
        give_first_password(core, txn, admin, password, caller.now)
        txn.journal(caller.entry(thing=person.id, personal={"name": kept.name}))

    await verify(core, caller, person, Password(message.password), take)
    return HandedOver(person.login, kept.name, password)


async def hand_over_due(core: Core) -> None:
    """Do those whose day has come. What fails is tried again the next time, and keeps no other from being done."""
    today = date_in_japan(core.clock.now()).isoformat()
    behind: Kept | None = None
    for _ in range(ROUNDS):
        due = await _due(core, today, behind)
        for kept in due:
            try:
                await _do_by_itself(core, kept)
            except Refused as refused:
                log.warning("the hand-over of an office was not done on its day: %s", refused)
        if len(due) < AT_ONCE:
            return
        behind = due[-1]


async def _due(core: Core, today: str, behind: Kept | None) -> list[Kept]:
    until = (today + "~",)
    return await core.read(
        lambda snapshot: hand_overs.scan(snapshot, "day", behind=behind, until=until, limit=AT_ONCE)
    )


async def _do_by_itself(core: Core, kept: Kept) -> None:
    caller = _nobody(core)
    fresh = fresh_parts(core, download_key=False, first_password=True)

    def take(txn: Transaction) -> None:
        person = somebody(txn, kept.account)
        if person is None or hand_overs.get(txn, kept.office) != kept:
            hand_overs.delete(txn, kept.office)
            return
        seal_anew(core, txn, caller, take_over(core, txn, caller, person, kept), fresh)
        txn.journal(caller.entry(office=kept.office, thing=person.id, personal={"name": kept.name}))

    await core.commit(take)


def take_over(core: Core, txn: Transaction, caller: Caller, person: Account, kept: Kept) -> Account:
    """The account is the successor's, who still needs a first password. The old address is told."""
    successor = replace(
        person,
        name=kept.name,
        kana=kept.kana,
        mail=kept.mail,
        mail_confirmed_at=kept.confirmed_at,
        mail_changed_at=caller.now,
    )
    write(txn, LetterKind.HAND_OVER_DONE, person.id, str(caller.now), {}, caller.now, to=person.mail)
    accounts.put(txn, successor)
    hand_overs.delete(txn, kept.office)
    if kept.new_pc:
        renew_first_seat(txn, caller, kept.office)
    return successor


def _kept(snapshot: Snapshot, office: str) -> Kept:
    kept = hand_overs.get(snapshot, office)
    if kept is None:
        raise Refused(Why.CONFLICT, "hand_over.none")
    return kept


def _on_day(typed: str, caller: Caller) -> str:
    """The day as "YYYY-MM-DD", "" for at once. Raises Unfit for what is no day, is over, or is far away."""
    if not typed.strip():
        return ""
    day, today = day_of(typed.strip()), date_in_japan(caller.now)
    if day is None or not today <= day <= today + LONGEST_AHEAD:
        raise fields.Unfit("on_day", "range", days=str(LONGEST_AHEAD.days))
    return day.isoformat()


def _nobody(core: Core) -> Caller:
    """The vault itself, on the day that was named."""
    call = Call(Site.ADMIN, BY_SHAPE[HandOver], Nothing(), core.new_id())
    return Caller(call, core.clock.now(), core.random.bytes(SEED_BYTES))

# SPDX-License-Identifier: Apache-2.0
"""Another letter for an office: ReissueLetter and AskReissue (R51, R234, SC11).

1. What is renewed is dead at once, on paper and in the post; a letter that waits is gone.
2. What is not renewed stays as it is. Where it still waits on paper that nobody has, it goes into the new letter.
"""

from dataclasses import dataclass, field, replace

from appliance.link.messages import Nothing
from appliance.link.messages.issuing import AskReissue, LetterReissued, ReissueLetter
from appliance.link.refusals import Refused, Why
from appliance.model.journal import TYPED
from appliance.model.things import Account
from appliance.model.time import Instant, date_in_japan
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.issuing.download_keys import give_download_key, new_download_key
from appliance.vault.issuing.sealed import letters_of, seal_letter
from appliance.vault.letters import LetterKind, write
from appliance.vault.outcomes import remember
from appliance.vault.people import fields
from appliance.vault.people.accounts import drop_begun, give_first_password, need_admin, new_password
from appliance.vault.records.issuing_tables import LetterState, SealedLetter, letter_states
from appliance.vault.records.tables import admin_of, secrets
from appliance.vault.records.transaction import Snapshot, Transaction


@dataclass(frozen=True, slots=True)
class Fresh:
    """What is renewed; "" for what is not."""

    letter: str
    download_key: str = field(default="", repr=False)
    first_password: str = field(default="", repr=False)


async def reissue_letter(core: Core, caller: Caller, message: ReissueLetter) -> LetterReissued:
    """Renew what is named, seal a letter, and tell the admin by mail."""
    reason = fields.reason(message.reason)
    if not (message.download_key or message.first_password):
        raise fields.Unfit("renewed", "none")
    fresh = fresh_parts(core, download_key=message.download_key, first_password=message.first_password)

    def renew(txn: Transaction) -> LetterReissued:
        admin = admin_of_office(txn, message.office)
        seal_anew(core, txn, caller, admin, fresh)
        reply = LetterReissued(fresh.letter)
        remember(txn, caller, reply)
        renewed = [name for name in ("download_key", "first_password") if getattr(message, name)]
        entry = caller.entry(
            office=admin.office, thing=fresh.letter, reason=", ".join(renewed), personal={TYPED: reason}
        )
        txn.journal(entry)
        return reply

    return await core.commit(renew, seen=caller.seen)


async def ask_reissue(core: Core, caller: Caller, message: AskReissue) -> Nothing:
    """The fund sees it in its list of letters; asked twice is asked once."""
    need_admin(caller)
    office = caller.employer

    def ask(txn: Transaction) -> None:
        state = letter_states.get(txn, office.id) or LetterState(office.id, office.created_at)
        if not state.asked_at:
            letter_states.put(txn, replace(state, asked_at=caller.now, asked_by=caller.actor))
        remember(txn, caller, Nothing())
        txn.journal(caller.entry(thing=office.id))

    await core.commit(ask, seen=caller.seen)
    return Nothing()


def fresh_parts(core: Core, *, download_key: bool, first_password: bool) -> Fresh:
    """Chance for what is to be renewed."""
    return Fresh(
        core.new_id(),
        new_download_key(core.random) if download_key else "",
        new_password(core) if first_password else "",
    )


def seal_anew(core: Core, txn: Transaction, caller: Caller, admin: Account, fresh: Fresh) -> None:
    """Put what is fresh in force, seal its letter, and write to the admin."""
    waiting = next(iter(letters_of(txn, admin.office)), None)
    known = letter_states.get(txn, admin.office)
    if fresh.download_key:
        give_download_key(core, txn, admin.office, fresh.download_key, caller.now)
    if fresh.first_password:
        drop_begun(txn, caller, admin)
        give_first_password(core, txn, admin, fresh.first_password, caller.now)
    first_password, first_made_at = _first(txn, admin, waiting, fresh, caller.now)
    letter = SealedLetter(
        id=fresh.letter,
        office=admin.office,
        account=admin.id,
        made_at=caller.now,
        made_by=caller.actor,
        entered_on=known.entered_on if known and known.entered_on else date_in_japan(caller.now).isoformat(),
        download_key=fresh.download_key or (waiting.download_key if waiting else ""),
        first_password=first_password,
        reissue=True,
        first_made_at=first_made_at,
    )
    seal_letter(txn, letter)
    write(txn, LetterKind.LETTER_REISSUED, admin.id, fresh.letter, {}, caller.now)


def admin_of_office(snapshot: Snapshot, office: str) -> Account:
    """The admin, of whom there is one. Raises Refused NOT_FOUND."""
    admin = admin_of(snapshot, office)
    if admin is None:
        raise Refused(Why.NOT_FOUND)
    return admin


def _first(
    txn: Transaction, admin: Account, waiting: SealedLetter | None, fresh: Fresh, now: Instant
) -> tuple[str, Instant]:
    """The first password for the letter, and when it was made: that of the letter that waits, if still in force."""
    if fresh.first_password:
        return fresh.first_password, now
    secret = secrets.get(txn, admin.id)
    if waiting is None or secret is None or not secret.first or secret.made_at != waiting.first_made_at:
        return "", 0
    return waiting.first_password, waiting.first_made_at

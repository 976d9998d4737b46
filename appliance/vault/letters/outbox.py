# SPDX-License-Identifier: Apache-2.0
"""The outbox: what people are to be told is written with the change that it tells of (design §5).

Letters leave from here by vault/letters. One that nobody could send in time is dropped.
"""

from collections.abc import Iterator
from dataclasses import replace

from appliance.model.things import Account, Letter, MailState, Notice
from appliance.model.time import Instant
from appliance.model.words import MailOutcome, Permission
from appliance.vault.grouping.serving import serving
from appliance.vault.letters.kinds import LetterKind
from appliance.vault.letters.writing import write
from appliance.vault.records.tables import accounts, mail_states, outbox
from appliance.vault.records.transaction import Snapshot, Transaction

MAX_SWEPT = 500
OVERDUE = "it could not be sent in time"


def tell_of_notice(txn: Transaction, notice: Notice) -> None:
    """One letter for each account of the office that wants mail (R182)."""
    _tell_office(txn, LetterKind.NOTICE_DELIVERED, notice, notice.delivered_at)


def tell_of_cancelling(txn: Transaction, notice: Notice) -> None:
    """The fund took it back: a letter to those who were told that it came. One that still waits is not sent."""
    for account in _all_of(txn, notice.office, notice.cancelled_at):
        outbox.delete(txn, LetterKind.NOTICE_DELIVERED, notice.id, account.id)
    _tell_office(txn, LetterKind.NOTICE_CANCELLED, notice, notice.cancelled_at)


def _tell_office(txn: Transaction, kind: LetterKind, notice: Notice, now: Instant) -> None:
    for account in accounts.scan(txn, "office", (notice.office,)):
        if Permission.MAIL_NOTICE in account.permissions:
            write(txn, kind, account.id, notice.id, {}, now)
    for person, delegation in serving(txn, notice.office, now):
        if Permission.MAIL_NOTICE in delegation.permissions:
            write(txn, kind, person.id, notice.id, {}, now, office=notice.office)


def _all_of(snapshot: Snapshot, office: str, now: Instant) -> Iterator[Account]:
    """The office's own people, and whoever else works for it (R240)."""
    yield from accounts.scan(snapshot, "office", (office,))
    yield from (person for person, _delegation in serving(snapshot, office, now))


def drop_overdue(txn: Transaction, now: Instant) -> int:
    """Remove letters that came too late for everyone; how many."""
    overdue = outbox.scan(txn, "late", until=(now,), limit=MAX_SWEPT)
    for letter in overdue:
        outbox.delete(txn, letter.kind, letter.about, letter.account)
        _note_overdue(txn, letter, now)
    return len(overdue)


def _note_overdue(txn: Transaction, letter: Letter, now: Instant) -> None:
    state = mail_states.get(txn, letter.account, letter.kind)
    if state is not None and state.outcome in (MailOutcome.WAITING, MailOutcome.LATER):
        said = state.said or OVERDUE
        mail_states.put(txn, replace(state, at=now, outcome=MailOutcome.FAILED, said=said))


def states_of(snapshot: Snapshot, account: str) -> list[MailState]:
    """The last letter of each kind to an account, the newest first: what the desk sees (L8)."""
    return mail_states.scan(snapshot, "account", (account,))

# SPDX-License-Identifier: Apache-2.0
"""The sealed letter of an office: one at a time, kept until it lies on paper, at most seven days (R187, R234)."""

from dataclasses import replace

from appliance.link.messages.issuing import ENDING
from appliance.model.time import DAY, Instant
from appliance.vault.records.issuing_tables import LetterState, SealedLetter, letter_states, sealed_letters
from appliance.vault.records.transaction import Snapshot, Transaction

KEEP = 7 * DAY
AT_ONCE = 100


def seal_letter(txn: Transaction, letter: SealedLetter) -> None:
    """Keep a letter for the printer; one of the same office that waits is gone."""
    for older in letters_of(txn, letter.office):
        sealed_letters.delete(txn, older.id)
    sealed_letters.put(txn, letter)
    before = letter_states.get(txn, letter.office)
    reissues = before.reissues + letter.reissue if before else 0
    letter_states.put(txn, LetterState(letter.office, letter.made_at, letter.entered_on, reissues))


def letters_of(snapshot: Snapshot, office: str) -> list[SealedLetter]:
    """The letter of an office that waits, or none."""
    return sealed_letters.scan(snapshot, "office", (office,))


def ends_at(letter: SealedLetter) -> Instant:
    """When it is forgotten."""
    return letter.made_at + KEEP


def count_waiting(snapshot: Snapshot, most: int) -> int:
    """How many nobody has confirmed to lie on paper, printed or not, up to most."""
    return len(sealed_letters.keys(snapshot, "made", limit=most))


def count_ending(snapshot: Snapshot, now: Instant, most: int) -> int:
    """How many of them are forgotten soon, up to most."""
    return len(sealed_letters.keys(snapshot, "made", until=(now + ENDING - KEEP,), limit=most))


def unprinted(snapshot: Snapshot, now: Instant) -> list[SealedLetter]:
    """What nobody had printed in seven days, some at a time."""
    return sealed_letters.scan(snapshot, "made", until=(now - KEEP,), limit=AT_ONCE)


def forget_unprinted(txn: Transaction, letter: SealedLetter, now: Instant) -> bool:
    """Forget it; its office needs a reissue. Whether it was still there."""
    if not sealed_letters.delete(txn, letter.id):
        return False
    state = letter_states.get(txn, letter.office)
    if state is not None:
        letter_states.put(txn, replace(state, forgotten_at=now))
    return True

# SPDX-License-Identifier: Apache-2.0
"""What became of a letter, written down: the row of the outbox, the account's mail state, the journal."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from appliance.model.journal import Entry, Kind
from appliance.model.things import Letter, MailState
from appliance.model.time import Instant
from appliance.model.words import MailOutcome
from appliance.vault.core import Core
from appliance.vault.records.tables import mail_states, outbox, somebody
from appliance.vault.records.transaction import Transaction

MAX_SAID = 300


@dataclass(frozen=True, slots=True)
class Tried:
    """A letter after a try. kept is the row that is tried again, None where it is over."""

    letter: Letter
    id: str
    at: Instant
    outcome: MailOutcome
    said: str
    kept: Letter | None = None
    entry: Entry | None = None


def settle(txn: Transaction, tried: Tried) -> None:
    """Write down one letter, once: where the row is no longer what was tried, somebody has done so."""
    letter = tried.letter
    if outbox.get(txn, letter.kind, letter.about, letter.account) != letter:
        return
    if tried.kept is None:
        outbox.delete(txn, letter.kind, letter.about, letter.account)
    elif tried.kept != letter:
        outbox.put(txn, tried.kept)
    if somebody(txn, letter.account) is not None and not _came_back(txn, tried):
        state = MailState(letter.account, letter.kind, tried.id, tried.at, tried.outcome, tried.said)
        mail_states.put(txn, state)
    if tried.entry is not None:
        txn.journal(tried.entry)


def _came_back(txn: Transaction, tried: Tried) -> bool:
    """Whether the letter has come back before it was written down that it left."""
    state = mail_states.get(txn, tried.letter.account, tried.letter.kind)
    return state is not None and state.letter == tried.id and state.outcome is MailOutcome.RETURNED


def settle_all(txn: Transaction, batch: Sequence[Tried]) -> None:
    """Write down many in one transaction."""
    for tried in batch:
        settle(txn, tried)


def quoted(said: str) -> str:
    """What a mail server said, as one line of limited length."""
    words = said[: 4 * MAX_SAID].replace("\n", " ").replace("\r", " ")
    return "".join(sign for sign in words if sign.isprintable())[:MAX_SAID].strip()


def entry_about(core: Core, kind: Kind, account: str, office: str, reason: str, said: str) -> Entry:
    """An entry about a letter. What a server says often names people: the tree gets a commitment of it."""
    entry = core.own_entry(kind, thing=account, reason=reason)
    return replace(entry, office=office, personal={"said": said} if said else {})

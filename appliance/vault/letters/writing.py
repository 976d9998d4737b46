# SPDX-License-Identifier: Apache-2.0
"""Into the outbox: called by every room, in the transaction of what the letter tells of (design §5)."""

from collections.abc import Mapping
from dataclasses import replace

from appliance.model.ids import id_from
from appliance.model.things import Letter, MailState
from appliance.model.time import Instant
from appliance.model.words import MailOutcome
from appliance.vault.letters.kinds import TRAITS, UNTIL, LetterKind
from appliance.vault.records.tables import mail_states, outbox
from appliance.vault.records.transaction import Sealing, Transaction

CHANNEL = "mail"


def write(
    txn: Transaction,
    kind: LetterKind,
    account: str,
    about: str,
    fields: Mapping[str, str],
    now: Instant,
    *,
    until: Instant | None = None,
    to: str = "",
    office: str = "",
) -> bool:
    """Tell account of something; whether the letter is new.

    about is the id of what it tells of: a letter that still waits is not written twice. fields are what the kind is
    told (kinds.TRAITS), and go away once it is sent. until is the instant that the letter names, after which it is
    not sent any more. to is an address other than the account's own (T24), office the one that it is about where
    that is another than the account's (R240). Raises ValueError for what does not fit the kind.
    """
    letter = replace(_letter(kind, account, about, fields, now, until, to), office=office)
    if outbox.get(txn, kind, about, account) is not None:
        return False
    outbox.put(txn, letter)
    state = MailState(account, kind, letter_id(txn.sealing, letter), now, MailOutcome.WAITING)
    mail_states.put(txn, state)
    txn.ring()
    return True


def _letter(
    kind: LetterKind,
    account: str,
    about: str,
    fields: Mapping[str, str],
    now: Instant,
    until: Instant | None,
    to: str,
) -> Letter:
    traits = TRAITS[kind]
    if fields.keys() != traits.given:
        raise ValueError(f"a letter {kind} is told {sorted(traits.given)}, not {sorted(fields)}")
    if (until is not None) is not (UNTIL in traits.needs | traits.may):
        raise ValueError(f"a letter {kind} {'names an' if until is None else 'names no'} instant")
    letter = Letter(CHANNEL, kind, account, about, now, now + traits.keep if until is None else until)
    return replace(letter, fields=dict(fields), to=to, urgent=traits.urgent, next_at=now)


def letter_id(sealing: Sealing, letter: Letter) -> str:
    """The id of a letter: the same at each try, and nobody can guess that of another's letter."""
    text = f"{letter.kind}/{letter.about}/{letter.account}/{letter.written_at}"
    return id_from(sealing.blind("letter", text))

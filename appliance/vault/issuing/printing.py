# SPDX-License-Identifier: Apache-2.0
"""Letters go to the printer, and lie on paper: PrintLetters and ConfirmLetters (R187, R188).

1. A print is in the journal before its first byte goes out, and can be repeated until it is confirmed.
2. Confirming forgets what was sealed. It names letters, not offices: one that was reissued meanwhile stays.
"""

import asyncio
import datetime as dt
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace

from appliance.link.messages.issuing import ConfirmLetters, LettersConfirmed, LettersPrinted, PrintLetters
from appliance.link.refusals import Refused, Why
from appliance.model.time import date_in_japan
from appliance.vault.caller import Caller, Streamed
from appliance.vault.core import Core
from appliance.vault.issuing.letter_list import MOST
from appliance.vault.manuals.telling import tell_of_registration
from appliance.vault.outcomes import remember
from appliance.vault.paper.letter import Letter, Sender, letters
from appliance.vault.records.issuing_tables import SealedLetter, letter_states, sealed_letters
from appliance.vault.records.tables import accounts, offices
from appliance.vault.records.transaction import Snapshot, Transaction

AT_ONCE = 100
CHUNK = 256 * 1024
GONE = "letter.gone"
# The maker of PDFs keeps its fonts for all threads together.
_press = threading.Lock()


async def print_letters(core: Core, caller: Caller, message: PrintLetters) -> Streamed:
    """A page for each. Raises Refused CONFLICT where one was confirmed, reissued or forgotten, or none waits."""
    wanted = await core.read(lambda snapshot: _wanted(snapshot, message.letters))
    pages: list[Letter] = []
    for some in _some(wanted):
        pages += await core.commit(lambda txn, some=some: _printed(txn, caller, some), seen=caller.visit_seen)  # type: ignore[misc]
    today = date_in_japan(caller.now)
    content = await asyncio.to_thread(_pressed, pages, sender_of(core, today))
    name = f"お知らせ_{today:%Y%m%d}_{len(pages)}件.pdf"
    return Streamed(LettersPrinted(len(pages), name, len(content)), _pieces(content), len(content))


async def confirm_letters(core: Core, caller: Caller, message: ConfirmLetters) -> LettersConfirmed:
    """They lie on paper. Confirmed twice is confirmed once. Raises Refused CONFLICT for one never printed.

    Some at a time, as they were printed: what is done when the vault stops midway is not there to be done again.
    """
    chosen = await core.read(lambda snapshot: _confirmed(snapshot, message))
    count = 0
    for some in _some(chosen):
        count += await core.commit(lambda txn, some=some: _forgotten(txn, caller, some), seen=caller.visit_seen)  # type: ignore[misc]
    reply = LettersConfirmed(count)
    await core.commit(lambda txn: remember(txn, caller, reply), seen=caller.seen)
    return reply


def sender_of(core: Core, issued_on: dt.date) -> Sender:
    """The fund, as its letters name it."""
    fund = core.settings.fund
    return Sender(fund.name, fund.contact, f"{fund.public_url}download/", issued_on)


def _wanted(snapshot: Snapshot, ids: Sequence[str]) -> list[str]:
    if len(ids) > MOST:
        raise Refused(Why.INVALID, "letter.too_many", {"most": str(MOST)})
    if not ids:
        ids = [letter.id for letter in sealed_letters.scan(snapshot, "made", limit=MOST)]
    if not ids:
        raise Refused(Why.CONFLICT, "letter.none")
    return list(dict.fromkeys(ids))


def _some(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE))


def _printed(txn: Transaction, caller: Caller, ids: Sequence[str]) -> list[Letter]:
    """What stands on the pages, each noted as printed."""
    pages = []
    for id in ids:
        letter = sealed_letters.get(txn, id)
        if letter is None:
            raise Refused(Why.CONFLICT, GONE)
        sealed_letters.put(txn, replace(letter, prints=letter.prints + 1, printed_at=caller.now))
        txn.journal(caller.entry(office=letter.office, thing=letter.id, reason=f"print {letter.prints + 1}"))
        pages.append(page_of(txn, letter))
    return pages


def page_of(snapshot: Snapshot, letter: SealedLetter) -> Letter:
    """What a letter says. Raises Refused CONFLICT where office or admin are gone."""
    office, admin = offices.get(snapshot, letter.office), accounts.get(snapshot, letter.account)
    if office is None or admin is None:
        raise Refused(Why.CONFLICT, GONE)
    return Letter(
        office_name=office.name,
        admin_name=admin.name,
        mail=admin.mail,
        seats=office.seats,
        entered_on=dt.date.fromisoformat(letter.entered_on),
        contract_number=office.contract_number,
        user_id=admin.login,
        download_key=letter.download_key,
        first_password=letter.first_password,
        admin_kana=admin.kana,
        reissue=letter.reissue,
        filed=letter.first_filed,
    )


def _pressed(pages: Sequence[Letter], sender: Sender) -> bytes:
    with _press:
        return letters(pages, sender)


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(content), CHUNK):
        yield content[at : at + CHUNK]


def _confirmed(snapshot: Snapshot, message: ConfirmLetters) -> list[str]:
    if not message.letters:
        until = (message.printed_until + 1,)
        return [letter.id for letter in sealed_letters.scan(snapshot, "printed", until=until, limit=MOST)]
    if len(message.letters) > MOST:
        raise Refused(Why.INVALID, "letter.too_many", {"most": str(MOST)})
    ids = list(dict.fromkeys(message.letters))
    if not all(letter.prints for id in ids if (letter := sealed_letters.get(snapshot, id)) is not None):
        raise Refused(Why.CONFLICT, "letter.not_printed")
    return ids


def _forgotten(txn: Transaction, caller: Caller, ids: Sequence[str]) -> int:
    """What was sealed of those that are still there; how many."""
    found = [letter for id in ids if (letter := sealed_letters.get(txn, id)) is not None]
    for letter in found:
        _forget(txn, caller, letter)
    return len(found)


def _forget(txn: Transaction, caller: Caller, letter: SealedLetter) -> None:
    sealed_letters.delete(txn, letter.id)
    state = letter_states.get(txn, letter.office)
    if state is not None:
        letter_states.put(txn, replace(state, confirmed_at=caller.now, confirmed_by=caller.actor))
    if not letter.reissue:
        tell_of_registration(txn, letter.office, caller.now)
    txn.journal(caller.entry(office=letter.office, thing=letter.id))

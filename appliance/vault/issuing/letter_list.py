# SPDX-License-Identifier: Apache-2.0
"""What waits for the printer, and who needs another letter: ListLetters."""

from appliance.link.messages.issuing import LetterPage, LetterRow, ListLetters, WantingRow
from appliance.model.things import Office
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.issuing.sealed import count_waiting, ends_at
from appliance.vault.paper.letter import unprintable
from appliance.vault.reading import journal_reading
from appliance.vault.records.issuing_tables import LetterState, SealedLetter, letter_states, sealed_letters
from appliance.vault.records.tables import accounts, offices
from appliance.vault.records.transaction import Snapshot

# So many go into one print (issue: 500 of them), and so many are counted.
MOST = 500
MOST_ROWS = 200
MOST_WANTING = 100


async def list_letters(core: Core, caller: Caller, message: ListLetters) -> LetterPage:
    """A page of letters, and on the first page the offices that need a reissue."""
    await journal_reading(core, caller, "letters")
    return await core.read(lambda snapshot: _page(snapshot, message))


def _page(snapshot: Snapshot, message: ListLetters) -> LetterPage:
    limit = min(max(1, message.limit), MOST_ROWS)
    behind = sealed_letters.get(snapshot, message.after) if message.after else None
    found = sealed_letters.scan(snapshot, "made", behind=behind, limit=limit + 1)
    page = found[:limit]
    rows = tuple(row for letter in page if (row := _row(snapshot, letter)) is not None)
    return LetterPage(
        rows,
        page[-1].id if len(found) > limit else "",
        count_waiting(snapshot, MOST + 1),
        len(sealed_letters.keys(snapshot, "printed", limit=MOST + 1)),
        () if message.after else tuple(_wanting(snapshot)),
    )


def _row(snapshot: Snapshot, letter: SealedLetter) -> LetterRow | None:
    office, admin = offices.get(snapshot, letter.office), accounts.get(snapshot, letter.account)
    if office is None:
        return None
    return LetterRow(
        letter.id,
        office.id,
        office.number,
        office.contract_number,
        office.name,
        letter.made_at,
        ends_at(letter),
        letter.prints,
        letter.printed_at,
        letter.reissue,
        unprintable(office.name + (admin.name if admin else "")),
    )


def _wanting(snapshot: Snapshot) -> list[WantingRow]:
    """Those who ask stand before those of whom nobody has thought."""
    asked = letter_states.scan(snapshot, "asked", limit=MOST_WANTING)
    forgotten = letter_states.scan(snapshot, "forgotten", limit=MOST_WANTING)
    states: dict[str, LetterState] = {state.office: state for state in (*asked, *forgotten)}
    known = ((offices.get(snapshot, office), state) for office, state in states.items())
    return [_wants(office, state) for office, state in known if office is not None]


def _wants(office: Office, state: LetterState) -> WantingRow:
    return WantingRow(
        office.id, office.number, office.contract_number, office.name, state.asked_at, state.forgotten_at
    )

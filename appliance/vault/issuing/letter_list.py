# SPDX-License-Identifier: Apache-2.0
"""What waits for the printer, and who needs another letter: ListLetters."""

from appliance.link.messages.issuing import ByHand, LetterPage, LetterRow, ListLetters, WantingRow
from appliance.model.things import Office
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.issuing.sealed import count_waiting, ends_at
from appliance.vault.paper.lettering import unprintable, unshaped
from appliance.vault.reading import journal_reading
from appliance.vault.records.issuing_tables import LetterState, SealedLetter, letter_states, sealed_letters
from appliance.vault.records.tables import accounts, offices
from appliance.vault.records.transaction import Snapshot

# So many go into one print (issue: 500 of them), and so many are counted.
MOST = 500
MOST_ROWS = 200
MOST_WANTING = 50


async def list_letters(core: Core, caller: Caller, message: ListLetters) -> LetterPage:
    """A page of letters, and with the first one a page of the offices that need a reissue."""
    await journal_reading(core, caller, "letters")
    return await core.read(lambda snapshot: _page(snapshot, message))


def _page(snapshot: Snapshot, message: ListLetters) -> LetterPage:
    limit = min(max(1, message.limit), MOST_ROWS)
    behind = sealed_letters.get(snapshot, message.after) if message.after else None
    found = sealed_letters.scan(snapshot, "made", behind=behind, limit=limit + 1)
    page = found[:limit]
    rows = tuple(row for letter in page if (row := _row(snapshot, letter)) is not None)
    wanting, more = ([], "") if message.after else _wanting(snapshot, message.wanting_after)
    return LetterPage(
        rows,
        page[-1].id if len(found) > limit else "",
        count_waiting(snapshot, MOST + 1),
        len(sealed_letters.keys(snapshot, "printed", limit=MOST + 1)),
        tuple(_wants(office, state) for state in wanting if (office := offices.get(snapshot, state.office))),
        more,
        0 if message.after else sum(bool(_by_hand(snapshot, letter)) for letter in _oldest(snapshot)),
    )


def _oldest(snapshot: Snapshot) -> list[SealedLetter]:
    """Those that are printed together."""
    return sealed_letters.scan(snapshot, "made", limit=MOST)


def _by_hand(snapshot: Snapshot, letter: SealedLetter) -> tuple[ByHand, ...]:
    """The names of a letter that are printed otherwise than they were filed."""
    office, admin = offices.get(snapshot, letter.office), accounts.get(snapshot, letter.account)
    names = [office.name if office else "", admin.name if admin else ""]
    told = [ByHand(name, unprintable(name), unshaped(name)) for name in names]
    return tuple(one for one in told if one.lacked or one.unshaped)


def _row(snapshot: Snapshot, letter: SealedLetter) -> LetterRow | None:
    office = offices.get(snapshot, letter.office)
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
        _by_hand(snapshot, letter),
    )


def _wanting(snapshot: Snapshot, after: str) -> tuple[list[LetterState], str]:
    """Those who ask stand before those of whom nobody has thought; and where the next page begins.

    Who asks and was forgotten, too, stands once: a page may be short, and still not be the last.
    """
    index, _, office = after.partition("/")
    behind = letter_states.get(snapshot, office) if office else None
    if index == "forgotten" and behind is not None and behind.forgotten_at:
        return _forgotten(snapshot, behind, [])
    if behind is not None and not behind.asked_at:
        behind = None
    asked = letter_states.scan(snapshot, "asked", behind=behind, limit=MOST_WANTING + 1)
    if len(asked) > MOST_WANTING:
        return asked[:MOST_WANTING], f"asked/{asked[MOST_WANTING - 1].office}"
    return _forgotten(snapshot, None, asked)


def _forgotten(
    snapshot: Snapshot, behind: LetterState | None, asked: list[LetterState]
) -> tuple[list[LetterState], str]:
    """As many as the page has room for behind those who ask, at least one."""
    room = max(1, MOST_WANTING - len(asked))
    found = letter_states.scan(snapshot, "forgotten", behind=behind, limit=room + 1)
    page = [*asked, *(state for state in found[:room] if not state.asked_at)]
    return page, f"forgotten/{found[room - 1].office}" if len(found) > room else ""


def _wants(office: Office, state: LetterState) -> WantingRow:
    return WantingRow(
        office.id, office.number, office.contract_number, office.name, state.asked_at, state.forgotten_at
    )

# SPDX-License-Identifier: Apache-2.0
"""Filings (届書) as the office reads them: lines of its list, and how far each is on its way, like a parcel."""

from collections.abc import Sequence
from typing import NamedTuple

from appliance.link.messages import FilingRow
from appliance.model.time import Instant
from appliance.model.words import NOT_YET_SENT, FilingState
from appliance.web import japanese
from appliance.web.due import Due, due
from appliance.web.house import House
from appliance.web.notice_lines import SCAN_TONES, scan_words

WAY = (
    FilingState.UPLOADED,
    FilingState.APPROVED,
    FilingState.DELIVERED,
    FilingState.RECEIVED,
    FilingState.DONE,
)
_TONES = {
    **dict.fromkeys(NOT_YET_SENT, "new"),
    FilingState.RETURNED: "bad",
    FilingState.REFUSED: "bad",
    FilingState.CANCELLED: "off",
}


class Way(NamedTuple):
    """The stops that lie behind, the one where it is, and those that lie ahead, each ready to stand in a line."""

    past: str
    now: str
    next: str


class FilingLine(NamedTuple):
    """One filing, in words. tones are classes of .state."""

    id: str
    type: str
    file_name: str
    filed: str
    due: Due
    state: str
    tone: str
    way: Way
    scan: str
    scan_tone: str
    size: str
    uploaded: str
    by: str
    is_followed: bool


def lines(house: House, rows: Sequence[FilingRow], now: Instant) -> list[FilingLine]:
    """Rows of the vault for people."""
    ways = {state: way(house, state) for state in {row.state for row in rows}}
    return [_line(house, row, now, ways[row.state]) for row in rows]


def waits_for_office(row: FilingRow) -> bool:
    """Whether the office still has to do something, so that the deadline runs."""
    return row.state in NOT_YET_SENT or (row.state is FilingState.RETURNED and not row.followed_by)


def _line(house: House, row: FilingRow, now: Instant, on: Way) -> FilingLine:
    return FilingLine(
        row.id,
        house.type_name(row.type),
        row.file_name,
        japanese.day(row.filed_on),
        due(row.due_on, now, is_open=waits_for_office(row)),
        on.now,
        "off" if row.followed_by else _TONES.get(row.state, ""),
        on,
        scan_words(house, row.scan, ""),
        SCAN_TONES.get(row.scan, "bad"),
        japanese.size(row.size),
        japanese.moment(row.uploaded_at),
        row.uploaded_by,
        bool(row.followed_by),
    )


def state_word(house: House, state: FilingState) -> str:
    """What people call a state."""
    return house.texts.word("filing_state", state)


def way(house: House, state: FilingState) -> Way:
    """All stops; those that are not on every filing's way only where it is at them."""
    before, after = _around(state)
    return Way(
        "".join(f"{state_word(house, one)} ✓ → " for one in before),
        state_word(house, state),
        "".join(f" → {state_word(house, one)}" for one in after),
    )


def _around(state: FilingState) -> tuple[tuple[FilingState, ...], tuple[FilingState, ...]]:
    if state in WAY:
        at = WAY.index(state)
        return WAY[:at], WAY[at + 1 :]
    match state:
        case FilingState.HELD:
            return (), WAY
        case FilingState.ACCEPTED:
            return WAY[:-1], WAY[-1:]
        case FilingState.RETURNED:
            return WAY[:-1], ()
    return (), ()

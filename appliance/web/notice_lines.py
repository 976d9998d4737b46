# SPDX-License-Identifier: Apache-2.0
"""Notices as lines of a table; portal and console show the same words for the same thing."""

from typing import NamedTuple

from appliance.link.messages import NoticeRow
from appliance.model.time import Instant
from appliance.model.words import NoticeState, ScanState
from appliance.web import japanese
from appliance.web.house import House
from appliance.web.language import _
from appliance.web.office_names import numbered

_TONES = {NoticeState.DELIVERED: "new", NoticeState.CANCELLED: "off"}
SCAN_TONES = {ScanState.UNSCANNED: "off", ScanState.WAITING: "new", ScanState.CLEAN: ""}


class NoticeLine(NamedTuple):
    """One notice, in words. tones are classes of .state; explains: the kinds whose figures it explains (R158)."""

    id: str
    office: str
    type: str
    period: str
    file_name: str
    size: str
    received: bool
    cancelled: bool
    state: str
    tone: str
    delivered: str
    received_at: str
    cancelled_at: str
    reason: str
    scan: str
    scan_tone: str
    explains: str


def lines(house: House, rows: tuple[NoticeRow, ...]) -> list[NoticeLine]:
    """Rows of the vault as lines for people."""
    states = {state: house.texts.word("state", state.value) for state in NoticeState}
    return [_line(house, row, states) for row in rows]


def _line(house: House, row: NoticeRow, states: dict[NoticeState, str]) -> NoticeLine:
    types = house.catalogue.types
    explained = types[row.type].explains if row.type in types else ()
    return NoticeLine(
        row.id,
        numbered(row.office_number, row.office_name),
        house.type_name(row.type),
        japanese.month(row.period),
        row.file_name,
        japanese.size(row.size),
        row.state is NoticeState.RECEIVED,
        row.state is NoticeState.CANCELLED,
        states[row.state],
        _TONES.get(row.state, ""),
        japanese.date(row.delivered_at),
        _moment(row.received_at),
        _moment(row.cancelled_at),
        row.reason,
        scan_words(house, row.scan, row.engine),
        SCAN_TONES.get(row.scan, "bad"),
        _("・").join(house.type_name(other) for other in explained),
    )


def scan_words(house: House, scan: ScanState, engine: str) -> str:
    """What the scanners said, and which ones: 問題なし（clamav 1.4.3, signatures 2026-11-20）."""
    said = house.texts.word("scan_state", scan)
    return _("{name}（{more}）", name=said, more=engine) if engine else said


def _moment(at: Instant) -> str:
    return japanese.moment(at) if at else ""

# SPDX-License-Identifier: Apache-2.0
"""Notices as lines of a table; portal and console show the same words for the same thing."""

from typing import NamedTuple

from appliance.link.messages import NoticeRow
from appliance.model.words import NoticeState
from appliance.web import japanese
from appliance.web.house import House


class NoticeLine(NamedTuple):
    """One notice, in words. A tuple, because a template takes it apart in a third of the time."""

    id: str
    office: str
    type: str
    period: str
    file_name: str
    size: str
    received: bool
    state: str
    delivered: str
    received_at: str


def lines(house: House, rows: tuple[NoticeRow, ...]) -> list[NoticeLine]:
    """Rows of the vault as lines for people."""
    states = {state: house.texts.word("state", state.value) for state in NoticeState}
    return [_line(house, row, states) for row in rows]


def _line(house: House, row: NoticeRow, states: dict[NoticeState, str]) -> NoticeLine:
    received = row.state is NoticeState.RECEIVED
    return NoticeLine(
        row.id,
        f"{row.office_number:04d} {row.office_name}",
        house.type_name(row.type),
        japanese.month(row.period),
        row.file_name,
        japanese.size(row.size),
        received,
        states[row.state],
        japanese.date(row.delivered_at),
        japanese.moment(row.received_at) if row.received_at else "",
    )

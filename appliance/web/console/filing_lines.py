# SPDX-License-Identifier: Apache-2.0
"""Filings (届書) as the fund's staff read them: lines of the inbox."""

from typing import NamedTuple

from appliance.link.messages import FilingRow
from appliance.model.time import Instant
from appliance.model.words import OPEN_AT_FUND, FilingState
from appliance.web import japanese
from appliance.web.due import Due, due
from appliance.web.house import House
from appliance.web.notice_lines import SCAN_TONES
from appliance.web.office_names import numbered

_TONES = {FilingState.DELIVERED: "new", FilingState.RETURNED: "bad"}


class FilingLine(NamedTuple):
    """One filing, in words. tones are classes of .state; is_new: it can be received."""

    id: str
    office: str
    type: str
    file_name: str
    filed: str
    due: Due
    state: str
    tone: str
    scan: str
    scan_tone: str
    size: str
    delivered: str
    received: str
    is_new: bool


def line(house: House, row: FilingRow, now: Instant) -> FilingLine:
    """A row of the vault for people."""
    return FilingLine(
        row.id,
        numbered(row.office_number, row.office_name),
        house.type_name(row.type),
        row.file_name,
        japanese.day(row.filed_on),
        due(row.due_on, now, is_open=row.state in OPEN_AT_FUND),
        house.texts.word("inbox_state", row.state),
        _TONES.get(row.state, ""),
        house.texts.word("scan_state", row.scan),
        SCAN_TONES.get(row.scan, "bad"),
        japanese.size(row.size),
        japanese.moment(row.delivered_at) if row.delivered_at else "",
        japanese.moment(row.received_at) if row.received_at else "",
        row.state is FilingState.DELIVERED,
    )

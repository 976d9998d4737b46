# SPDX-License-Identifier: Apache-2.0
"""Notices, filings and offices as cells of a file: dates as spreadsheets know them, sizes in bytes."""

from collections.abc import Iterator, Sequence

from appliance.link.messages import FilingRow, ListFilings, ListNotices, ListOffices, NoticeRow, OfficeRow
from appliance.model.words import Site
from appliance.web.csv_files import Sheet, stamp
from appliance.web.house import House

OFFICE = ("事業所番号", "事業所名")
_NOTICE = ("状態", "種類", "対象年月", "配信日時", "受信日時", "取消日時", "ファイル名", "バイト数", "ウイルス検査")
_FILING = (
    "状態",
    "種類",
    "届出年月日",
    "提出期限",
    "アップロード日時",
    "配信日時",
    "受信日時",
    "ファイル名",
    "バイト数",
    "ウイルス検査",
)
_THING = "書類の番号"


def notice_sheet(house: House, asked: ListNotices) -> Sheet:
    """The list of notices. Of the fund it has the offices, and why one was taken back."""
    of_fund = house.site is Site.CONSOLE
    head = (*OFFICE, *_NOTICE, "取消の理由", _THING) if of_fund else (*_NOTICE, _THING)

    def cells(rows: Sequence[NoticeRow]) -> Iterator[Sequence[str]]:
        for row in rows:
            shown = _notice(house, row)
            office = (f"{row.office_number:04d}", row.office_name)
            yield (*office, *shown, row.reason, row.id) if of_fund else (*shown, row.id)

    return Sheet("受信状況" if of_fund else "配信帳票一覧", head, asked, cells)


def _notice(house: House, row: NoticeRow) -> tuple[str, ...]:
    texts = house.texts
    return (
        texts.word("state", row.state),
        house.type_name(row.type),
        row.period,
        stamp(row.delivered_at),
        stamp(row.received_at),
        stamp(row.cancelled_at),
        row.file_name,
        str(row.size),
        texts.word("scan_state", row.scan),
    )


def filing_sheet(house: House, asked: ListFilings) -> Sheet:
    """The list of filings. Of the fund it has the offices, of an office who uploaded it."""
    of_fund = house.site is Site.CONSOLE
    head = (*OFFICE, *_FILING, _THING) if of_fund else (*_FILING, "アップロードした人", _THING)

    def cells(rows: Sequence[FilingRow]) -> Iterator[Sequence[str]]:
        for row in rows:
            shown = _filing(house, row, "inbox_state" if of_fund else "filing_state")
            office = (f"{row.office_number:04d}", row.office_name)
            yield (*office, *shown, row.id) if of_fund else (*shown, row.uploaded_by, row.id)

    return Sheet("届書の受付" if of_fund else "届書", head, asked, cells)


def _filing(house: House, row: FilingRow, states: str) -> tuple[str, ...]:
    texts = house.texts
    return (
        texts.word(states, row.state),
        house.type_name(row.type),
        row.filed_on,
        row.due_on,
        stamp(row.uploaded_at),
        stamp(row.delivered_at),
        stamp(row.received_at),
        row.file_name,
        str(row.size),
        texts.word("scan_state", row.scan),
    )


def office_sheet(asked: ListOffices) -> Sheet:
    """The list of offices."""

    def cells(rows: Sequence[OfficeRow]) -> Iterator[Sequence[str]]:
        return ((f"{row.number:04d}", row.name, row.contract_number) for row in rows)

    return Sheet("事業所", (*OFFICE, "契約番号"), asked, cells)

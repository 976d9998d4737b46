# SPDX-License-Identifier: Apache-2.0
"""The first sheet of a workbook or a CSV, read in the worker: what people typed, without furigana (R225, R230)."""

import csv
import datetime as dt
import io
from collections.abc import Iterator
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.cell import Cell as WorkbookCell
from openpyxl.cell.cell import MergedCell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from appliance.model.problems import Rule
from appliance.model.sheets import NOTHING, Cell, CellKind, Sheet
from appliance.model.words import Format
from appliance.vault.doorman.asked import Fault

MOST_ROWS, MOST_COLUMNS = 200, 26
LONGEST = 1_000
_ENCODINGS = ("utf-8-sig", "cp932")
# What a workbook says that is none: openpyxl raises whatever the standard library does.
_NONSENSE = (
    InvalidFileException,
    DefusedXmlException,
    ParseError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
)


def sheet_of(content: bytes, format: Format) -> Sheet:
    """The sheet, cut to what a form may have. Raises Fault where there is none."""
    rows = _rows_of_csv(content) if format is Format.CSV else _rows_of_workbook(content)
    return Sheet(tuple(rows))


def _rows_of_csv(content: bytes) -> Iterator[tuple[Cell, ...]]:
    text = _decoded(content)
    heading, _, _ = text.partition("\n")
    delimiter = "\t" if "\t" in heading and "," not in heading else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for _, row in zip(range(MOST_ROWS), reader, strict=False):
            yield tuple(Cell(cell[:LONGEST]) for cell in row[:MOST_COLUMNS])
    except csv.Error as error:
        raise Fault(Rule.CSV_NONE) from error


def _decoded(content: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Fault(Rule.CSV_NONE)


def _rows_of_workbook(content: bytes) -> Iterator[tuple[Cell, ...]]:
    sheet = _first_sheet(content)
    merged = {(one.min_row, one.min_col) for one in sheet.merged_cells.ranges}
    rows = sheet.iter_rows(max_row=min(sheet.max_row, MOST_ROWS), max_col=min(sheet.max_column, MOST_COLUMNS))
    for row in rows:
        yield tuple(_cell(one, is_merged=(one.row, one.column) in merged) for one in row)


def _first_sheet(content: bytes) -> Worksheet:
    """The first one that has cells. A chart has none."""
    try:
        sheets = load_workbook(io.BytesIO(content), keep_links=False).worksheets
    except _NONSENSE as error:
        raise Fault(Rule.XLSX_NONE) from error
    if not sheets or not isinstance(sheets[0], Worksheet):
        raise Fault(Rule.XLSX_NONE)
    return sheets[0]


def _cell(one: "WorkbookCell | MergedCell", *, is_merged: bool) -> Cell:
    if is_merged or isinstance(one, MergedCell):
        return Cell("", CellKind.MERGED)
    if one.value is None:
        return NOTHING
    if one.data_type in ("f", "e"):
        return Cell(str(one.value)[:LONGEST], CellKind.FORMULA if one.data_type == "f" else CellKind.ERROR)
    if isinstance(one.value, dt.date):
        return Cell(one.value.strftime("%Y-%m-%d"), CellKind.DATE)
    if isinstance(one.value, int | float) and not isinstance(one.value, bool):
        return Cell(f"{one.value:.15g}", CellKind.NUMBER)
    return Cell(str(one.value)[:LONGEST])

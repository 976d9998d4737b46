# SPDX-License-Identifier: Apache-2.0
"""Sheets are read as people typed them, whatever else a workbook says."""

import datetime as dt
import io
import zipfile

import pytest
from openpyxl import Workbook

from appliance.model.problems import Rule
from appliance.model.sheets import Cell, CellKind, Sheet
from appliance.model.words import Format
from appliance.vault.doorman.asked import Fault
from appliance.vault.doorman.doorman import Doorman
from appliance.vault.doorman.sheets import LONGEST, MOST_COLUMNS, MOST_ROWS, sheet_of
from appliance.vault.doorman.xlsx import fault_of_xlsx
from tests.appliance.vault.doorman.books import book_of, with_parts
from tests.appliance.vault.doorman.making import aes_zip, asked_of, pieces

MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
FURIGANA = (
    b'<?xml version="1.0" encoding="UTF-8"?><sst ' + MAIN + b' count="1" uniqueCount="1"><si><t>'
    + "基金 太郎".encode() + b'</t><rPh sb="0" eb="2"><t>' + "キキン".encode() + b'</t></rPh><rPh sb="3" eb="5"><t>'
    + "タロウ".encode() + b'</t></rPh><phoneticPr fontId="1"/></si></sst>'
)  # fmt: skip
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><sst '
    + MAIN
    + b' count="1"><si><t>&b;</t></si></sst>'
)


TYPES = "[Content_Types].xml"
STRINGS_TYPE = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/'
    b'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)
SHARED = (
    b"<worksheet " + MAIN + b'><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData></worksheet>'
)


def shared(strings: bytes) -> bytes:
    """A workbook whose only cell is the first of these strings, as Excel and LibreOffice write it."""
    plain = book_of([["a"]])
    types = zipfile.ZipFile(io.BytesIO(plain)).read(TYPES).replace(b"</Types>", STRINGS_TYPE + b"</Types>")
    parts = {TYPES: types, "xl/worksheets/sheet1.xml": SHARED, "xl/sharedStrings.xml": strings}
    return with_parts(plain, parts)


def read(content: bytes) -> Sheet:
    """The sheet of a workbook that the doorman lets in."""
    assert fault_of_xlsx(content) is None
    return sheet_of(content, Format.XLSX)


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("基金 太郎", Cell("基金 太郎")),
        ("000123", Cell("000123")),
        (123, Cell("123", CellKind.NUMBER)),
        (2.0, Cell("2", CellKind.NUMBER)),
        (2.5, Cell("2.5", CellKind.NUMBER)),
        (dt.date(2024, 5, 26), Cell("2024-05-26", CellKind.DATE)),
        (dt.time(13, 0), Cell("13:00:00")),
        (None, Cell()),
        ("=1+1", Cell("=1+1", CellKind.FORMULA)),
        ("#N/A", Cell("#N/A", CellKind.ERROR)),
        (True, Cell("True")),
        ("x" * (LONGEST + 1), Cell("x" * LONGEST)),
    ],
)
def test_each_kind_of_cell(value: object, cell: Cell) -> None:
    assert read(book_of([["見出し", value]])).cell(1, 2) == cell


def test_furigana_are_not_read() -> None:
    assert read(shared(FURIGANA)) == Sheet(((Cell("基金 太郎"),),)), "T11"


def test_merged_cells_are_told_on_both_sides() -> None:
    merged = Cell("", CellKind.MERGED)
    assert read(book_of([["a", "b", "c"]], merged="A1:B1")).rows == ((merged, merged, Cell("c")),)


def test_only_the_first_sheet_is_read() -> None:
    made, book = io.BytesIO(), Workbook()
    book.worksheets[0].append(["first"])
    book.create_sheet("another").append(["second"])
    book.save(made)
    assert read(made.getvalue()).rows == ((Cell("first"),),)


def test_no_more_is_read_than_a_form_may_have() -> None:
    large = read(book_of([["x"] * 40] * 250))
    assert (len(large.rows), {len(row) for row in large.rows}) == (MOST_ROWS, {MOST_COLUMNS})
    rows = "\r\n".join([",".join("x" * 40)] * 250).encode()
    assert (len(sheet_of(rows, Format.CSV).rows), len(sheet_of(rows, Format.CSV).rows[0])) == (200, 26)


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"])
@pytest.mark.parametrize("content", [BOMB, b"<a>", b"", b"\xff\xfe", b'<?xml version="1.0"?><x/>'])
def test_nonsense_is_a_fault_and_nothing_else(part: str, content: bytes) -> None:
    broken = with_parts(book_of([["a"]]), {part: content or b" "})
    try:
        assert sheet_of(broken, Format.XLSX).filled(1) <= 1
    except Fault as fault:
        assert fault.problem.rule is Rule.XLSX_NONE


def test_entities_are_refused() -> None:
    with pytest.raises(Fault):
        sheet_of(shared(BOMB), Format.XLSX)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("between", [",", "\t"])
def test_a_csv_is_read_in_each_way_that_offices_write_it(encoding: str, end: str, between: str) -> None:
    text = end.join([between.join(["入力日", "事業所番号"]), between.join(['"2024/5/26"', "000123"]), ""])
    assert sheet_of(text.encode(encoding), Format.CSV).rows == (
        (Cell("入力日"), Cell("事業所番号")),
        (Cell("2024/5/26"), Cell("000123")),
    )


@pytest.mark.parametrize("content", [b"\x81", b'a,"' + b"x" * 200_000 + b'"'])
def test_what_is_no_csv_is_a_fault(content: bytes) -> None:
    with pytest.raises(Fault) as fault:
        sheet_of(content, Format.CSV)
    assert fault.value.problem.rule is Rule.CSV_NONE


async def test_a_locked_form_is_read_by_a_worker() -> None:
    package = aes_zip({"form.xlsx": book_of([["a", dt.date(2024, 5, 26), "=1"]])})
    doorman = Doorman()
    try:
        async with doorman.judging(asked_of(package, as_sheets=True), pieces(package)) as judged:
            assert judged.problems == ()
            assert [cell.kind for cell in judged.sheets[0].rows[0]] == [
                CellKind.TEXT,
                CellKind.DATE,
                CellKind.FORMULA,
            ]
        bomb = shared(BOMB)
        async with doorman.judging(asked_of(bomb, name="form.xlsx", as_sheets=True), pieces(bomb)) as judged:
            assert [one.rule for one in judged.problems] == [Rule.XLSX_NONE]
        async with doorman.judging(asked_of(package), pieces(package)) as judged:
            assert judged.sheets == ()
    finally:
        await doorman.close()

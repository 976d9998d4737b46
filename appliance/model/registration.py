# SPDX-License-Identifier: Apache-2.0
"""電子連携管理者登録届: one office's registration, from row 2 of a sheet, judged (R220 to R224, A4, A12)."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from appliance.model.filing_names import LAST_OFFICE
from appliance.model.ids import MAIL, USER_ID, canonical, canonical_number
from appliance.model.names import MAX_NAME, MAX_OFFICE_NAME, NotAName, kana_of, name_of
from appliance.model.sheets import Cell, CellKind, Sheet, cell_name
from appliance.model.typed_days import day, day_of

FORM = "電子連携管理者登録届"
DATA_ROW = 2
MAX_SEATS = 3
_LONGEST = 300
_FILE_NAME = re.compile(rf"{FORM}\(([0-9]{{1,9}})\)\.(xlsx|csv)", re.IGNORECASE)
_SHORT_DAY = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})")
_NUMBER = re.compile(r"([0-9]{1,9})(?:\.0+)?")
# Days are counted from here by spreadsheets, whose first two months have a day too many.
_FIRST_DAY = dt.date(1899, 12, 30)
_LAST_SERIAL = 80_000
# A row further down with so much in it is a registration too, and no note.
_MUCH = 5


class Field(StrEnum):
    """The columns A to H (R221)."""

    ENTERED_ON = "entered_on"
    OFFICE_NUMBER = "office_number"
    NAME_KANJI = "name_kanji"
    NAME_KANA = "name_kana"
    MAIL = "mail"
    USER_ID = "user_id"
    OFFICE_NAME = "office_name"
    SEATS = "seats"


# What the heading of each column says, whatever else stands there.
_HEADINGS: Mapping[Field, re.Pattern[str]] = {
    Field.ENTERED_ON: re.compile("入力日|記入日"),
    Field.OFFICE_NUMBER: re.compile("事業所番号"),
    Field.NAME_KANJI: re.compile("氏名.*漢字"),
    Field.NAME_KANA: re.compile("氏名.*(?:カナ|かな)"),
    Field.MAIL: re.compile("メール"),
    Field.USER_ID: re.compile("ユーザー?id"),
    Field.OFFICE_NAME: re.compile("事業所名"),
    Field.SEATS: re.compile("台数"),
}


class FormRule(StrEnum):
    """What can be wrong with a form, and what is told of one that is right."""

    FILE_NAME = "file_name"  # not the name that R27 wants
    FILE_NAME_OTHER = "file_name.other"  # the number in it is not that of the form
    HEADINGS = "headings"  # row 1 does not name the columns
    HEADINGS_MOVED = "headings.moved"  # they stand in another order, and were read in that
    ROW_NONE = "row.none"  # nothing in row 2
    ROW_MORE = "row.more"  # a second registration
    EMPTY = "cell.empty"
    FORMULA = "cell.formula"
    ERROR = "cell.error"
    MERGED = "cell.merged"
    CONVERTED = "converted"  # written in the usual form
    DAY = "entered_on.form"
    OFFICE_NUMBER = "office_number.form"
    NAME_LENGTH = "name.length"
    NAME_SIGNS = "name.signs"  # signs that many programs do not know; kept as typed
    KANA_LENGTH = "name_kana.length"
    KANA_SIGNS = "name_kana.signs"
    KANA_BLANK = "name_kana.blank"
    MAIL = "mail.form"
    USER_ID = "user_id.form"
    USER_ID_WIDTH = "user_id.width"
    SEATS = "seats.form"
    SEATS_CONSULT = "seats.consult"  # more than three: the fund decides (A12, T8)
    # Only where offices choose their first passwords themselves (R311b): never asked of a file alone.
    FIRST_PASSWORD_EMPTY = "first_password.empty"  # noqa: S105 - the name of a rule
    FIRST_PASSWORD = "first_password.form"  # noqa: S105 - the name of a rule


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell. cell is such as `B2`, "" for the whole file; suggestion what it should be, or ""."""

    cell: str
    rule: FormRule
    given: str = ""
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Registration:
    """What an office registers; None stands for what could not be read."""

    office_number: int | None
    name_kanji: str | None
    name_kana: str | None
    mail: str | None
    user_id: str | None
    office_name: str | None
    seats: int | None
    entered_on: dt.date | None


@dataclass(frozen=True, slots=True)
class FormJudged:
    """rows has one registration, or none where row 2 could not be found. Notices are no faults."""

    rows: tuple[Registration, ...]
    problems: tuple[Finding, ...]
    notices: tuple[Finding, ...]


class _Unfit(Exception):
    """What stands in a cell cannot be."""

    def __init__(self, rule: FormRule, suggestion: str = "") -> None:
        super().__init__(rule)
        self.rule, self.suggestion = rule, suggestion


@dataclass(frozen=True, slots=True)
class _Read:
    """A value; usual is how it is usually written, where it was written otherwise."""

    value: object
    usual: str = ""
    rule: FormRule = FormRule.CONVERTED


@dataclass(slots=True)
class _Told:
    problems: list[Finding] = field(default_factory=list)
    notices: list[Finding] = field(default_factory=list)


def proper_file_name(office_number: int) -> str:
    """`電子連携管理者登録届(000123)`, without an ending (R27)."""
    return f"{FORM}({office_number:06d})"


def columns_of(sheet: Sheet) -> Mapping[Field, int]:
    """The column of each field, from 1 on; none where row 1 does not name them all."""
    return _columns(sheet, _Told())


def seats_of(cell: Cell) -> int | None:
    """How many PCs a cell asks for, however many; None where it says no number."""
    typed = canonical(cell.text[:_LONGEST])
    return _whole(Cell(typed.removesuffix("台").strip(), cell.kind))


def judge_registration(file_name: str, sheet: Sheet) -> FormJudged:
    """Judge a form by its file's name and its sheet. Row 2 alone is data; notes and an example are not (R223)."""
    told = _Told()
    columns = _columns(sheet, told)
    if not columns or not _has_data(sheet, told):
        return FormJudged((), tuple(told.problems), tuple(told.notices))
    values: dict[str, Any] = {name.value: _value(name, sheet, columns[name], told) for name in Field}
    number = values[Field.OFFICE_NUMBER]
    _judge_file_name(file_name, number, cell_name(DATA_ROW, columns[Field.OFFICE_NUMBER]), told)
    row = Registration(**values)
    return FormJudged((row,), tuple(told.problems), tuple(told.notices))


# --- where things stand -------------------------------------------------------------------------------------------


def _columns(sheet: Sheet, told: _Told) -> dict[Field, int]:
    """The column of each field; none where row 1 does not name them all."""
    found: dict[Field, int] = {}
    for column in range(1, 27):
        heading = unicodedata.normalize("NFKC", sheet.cell(1, column).text[:_LONGEST]).casefold()
        heading = "".join(heading.split())
        for name, pattern in _HEADINGS.items():
            if name not in found and pattern.search(heading):
                found[name] = column
                break
    if len(found) < len(Field):
        told.problems.append(Finding("A1", FormRule.HEADINGS))
        return {}
    if list(found) != list(Field) or set(found.values()) != set(range(1, len(Field) + 1)):
        told.notices.append(Finding("A1", FormRule.HEADINGS_MOVED))
    return found


def _has_data(sheet: Sheet, told: _Told) -> bool:
    """Whether row 2 has any; and nothing further down may be another registration."""
    below = next((row for row in range(DATA_ROW + 1, len(sheet.rows) + 1) if _is_second(sheet, row)), None)
    if not sheet.filled(DATA_ROW):
        told.problems.append(Finding("A2", FormRule.ROW_NONE, suggestion=f"A{below}" if below else ""))
        return False
    if below is not None:
        told.problems.append(Finding(f"A{below}", FormRule.ROW_MORE))
    return True


def _is_second(sheet: Sheet, row: int) -> bool:
    """Whether a row is one more registration. An example says so, or stands apart (R223)."""
    cells = sheet.rows[row - 1]
    if sheet.filled(row) < _MUCH or any("例" in cell.text for cell in cells):
        return False
    return all(sheet.filled(between) >= _MUCH for between in range(DATA_ROW + 1, row))


# --- what stands there --------------------------------------------------------------------------------------------


def _value(name: Field, sheet: Sheet, column: int, told: _Told) -> object:
    cell, where = sheet.cell(DATA_ROW, column), cell_name(DATA_ROW, column)
    given = cell.text[:_LONGEST]
    try:
        _need_plain(cell)
        read = _READERS[name](cell)
    except _Unfit as unfit:
        told.problems.append(Finding(where, unfit.rule, given, unfit.suggestion))
        return None
    if read.usual or read.rule is not FormRule.CONVERTED:
        told.notices.append(Finding(where, read.rule, given, read.usual))
    return read.value


def _need_plain(cell: Cell) -> None:
    """Raises _Unfit for a cell in which nothing stands that somebody has typed."""
    kinds = {CellKind.FORMULA: FormRule.FORMULA, CellKind.ERROR: FormRule.ERROR, CellKind.MERGED: FormRule.MERGED}
    if cell.kind in kinds:
        raise _Unfit(kinds[cell.kind])
    if not canonical(cell.text[:_LONGEST]):
        raise _Unfit(FormRule.EMPTY)


def _entered_on(cell: Cell) -> _Read:
    """`2024/5/26` (R30); a date of the workbook; a number of days; any other way to write a day."""
    typed = canonical(cell.text[:_LONGEST])
    if cell.kind is CellKind.NUMBER and (serial := _whole(cell)) is not None and serial <= _LAST_SERIAL:
        found = _FIRST_DAY + dt.timedelta(days=serial)
        return _Read(found, _as_typed(found))
    if parts := _SHORT_DAY.fullmatch(typed):
        found_day = day(*map(int, parts.groups()))
    else:
        found_day = day_of("".join(typed.split()).replace("/", "-"))
    if found_day is None:
        raise _Unfit(FormRule.DAY)
    is_usual = parts is not None and typed == cell.text.strip()
    return _Read(found_day, "" if is_usual else _as_typed(found_day))


def _as_typed(found: dt.date) -> str:
    return f"{found.year}/{found.month}/{found.day}"


def _whole(cell: Cell) -> int | None:
    """The whole number that stands there, or None."""
    found = _NUMBER.fullmatch(canonical(cell.text[:_LONGEST]))
    return int(found[1]) if found else None


def _office_number(cell: Cell) -> _Read:
    """1 to 999999, with zeros before it or without (A4)."""
    number = _whole(cell)
    if number is None or not 1 <= number <= LAST_OFFICE:
        raise _Unfit(FormRule.OFFICE_NUMBER)
    is_usual = cell.text.strip().isascii()
    return _Read(number, "" if is_usual else str(number))


def _name(most: int) -> Callable[[Cell], _Read]:
    """As typed: kanji are never written anew (practice §3.1)."""

    def read(cell: Cell) -> _Read:
        try:
            name = name_of(cell.text, most)
        except NotAName as wrong:
            raise _Unfit(FormRule.NAME_LENGTH) from wrong
        return _Read(name, rule=FormRule.CONVERTED if _is_common(name) else FormRule.NAME_SIGNS)

    return read


def _is_common(name: str) -> bool:
    """Whether it can be written in cp932, which core systems read."""
    try:
        return name.encode("cp932").decode("cp932") == name
    except UnicodeError:
        return False


def _kana(cell: Cell) -> _Read:
    """Full-width katakana, one blank (R26, T7)."""
    try:
        kana = kana_of(cell.text)
    except NotAName as wrong:
        rules = {"length": FormRule.KANA_LENGTH, "signs": FormRule.KANA_SIGNS, "blank": FormRule.KANA_BLANK}
        raise _Unfit(rules[wrong.reason]) from wrong
    return _Read(kana.text, kana.text if kana.converted else "")


def _mail(cell: Cell) -> _Read:
    mail = canonical(cell.text[:_LONGEST])
    if not MAIL.fullmatch(mail) or not mail.isascii():
        raise _Unfit(FormRule.MAIL)
    return _Read(mail, "" if mail == cell.text.strip() else mail)


def _user_id(cell: Cell) -> _Read:
    """Given out only in the form that is printed: full-width is refused, and half-width offered (R25, T6)."""
    login = canonical(cell.text[:_LONGEST])
    if not USER_ID.fullmatch(login):
        raise _Unfit(FormRule.USER_ID)
    if login != cell.text.strip():
        raise _Unfit(FormRule.USER_ID_WIDTH, login)
    return _Read(login)


def _seats(cell: Cell) -> _Read:
    """1 to 3; more are a matter for a talk with the fund, and never cut (A12, T8)."""
    seats = seats_of(cell)
    if not seats:
        raise _Unfit(FormRule.SEATS)
    if seats > MAX_SEATS:
        raise _Unfit(FormRule.SEATS_CONSULT)
    return _Read(seats, "" if cell.text.strip() in (str(seats), f"{seats}.0") else str(seats))


_READERS: Mapping[Field, Callable[[Cell], _Read]] = {
    Field.ENTERED_ON: _entered_on,
    Field.OFFICE_NUMBER: _office_number,
    Field.NAME_KANJI: _name(MAX_NAME),
    Field.NAME_KANA: _kana,
    Field.MAIL: _mail,
    Field.USER_ID: _user_id,
    Field.OFFICE_NAME: _name(MAX_OFFICE_NAME),
    Field.SEATS: _seats,
}


# --- the name of the file -----------------------------------------------------------------------------------------


def _judge_file_name(file_name: str, number: object, cell: str, told: _Told) -> None:
    """The number in the name and in the form are one (R27, R222, T9)."""
    if not isinstance(number, int):
        return
    found = _FILE_NAME.fullmatch("".join(canonical_number(file_name[:_LONGEST]).split()))
    ending = found[2].lower() if found else file_name.rpartition(".")[2].lower()[:8]
    proper = f"{proper_file_name(number)}.{ending}"
    if found and int(found[1]) != number:
        told.problems.append(Finding(cell, FormRule.FILE_NAME_OTHER, found[1], str(int(found[1]))))
    elif unicodedata.normalize("NFC", file_name) != proper:
        told.notices.append(Finding("", FormRule.FILE_NAME, file_name[:_LONGEST], proper))

# SPDX-License-Identifier: Apache-2.0
"""A registration on its way in: a form as it was typed, what the fund's staff corrected, and the judgement of both.

The judgement is made anew from what was typed each time, so that it can never be another than the form's.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from appliance.model.ids import canonical
from appliance.model.passwords import FIRST_ROKIN_RULE
from appliance.model.registration import (
    DATA_ROW,
    Field,
    Finding,
    FormJudged,
    FormRule,
    Registration,
    columns_of,
    judge_registration,
    proper_file_name,
    seats_of,
)
from appliance.model.sheets import NOTHING, Cell, Sheet, cell_name
from appliance.model.time import DAY, Instant
from appliance.model.words import PasswordProfile

# Within so many days an office has its letter (A26).
SERVICE_DAYS = 21
# What is corrected like a field, and is none of the form.
FILE_NAME = "file_name"
FIRST_PASSWORD = "first_password"  # noqa: S105 - the name of a field
CORRECTABLE = frozenset({*Field, FILE_NAME})
LONGEST = 300
_OF_WHOLE = frozenset({FormRule.HEADINGS_MOVED, FormRule.ROW_MORE})
_FIRST_PASSWORD_HEADING = re.compile("初期パスワード")
# Passwords of six signs were made longer by the provider until that day (R312).
_OLD_LENGTH, _OLD_END, _OLD_DAY = 6, "r@", "2024-05-02"
_PLAIN_HEADINGS = (
    "入力日",
    "事業所番号",
    "氏名(漢字)",
    "氏名(カナ)",
    "メール",
    "ユーザーID",
    "事業所名",
    "台数",
)


class IntakeState(StrEnum):
    """How far a registration is."""

    WAITING = "waiting"
    REGISTERED = "registered"
    REJECTED = "rejected"


class IntakeSource(StrEnum):
    """How it came: a file at the console, a folder of the administrator's, the form of the public site."""

    FILE = "file"
    FOLDER = "folder"
    WEB = "web"


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell, and where it stood in the file, such as `B2`."""

    cell: Cell = NOTHING
    at: str = ""


@dataclass(frozen=True, slots=True)
class TypedForm:
    """What an office typed, by the names of the fields. whole is what was told of the form as a whole.

    file_name is "" for a form that was no file. first_password is what the office chose itself (R311b).
    """

    file_name: str
    cells: Mapping[Field, Placed] = field(repr=False)
    whole: tuple[Finding, ...] = ()
    first_password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Correction:
    """What one of the fund's staff wrote in place of what was typed. name is one of CORRECTABLE."""

    name: str
    text: str = field(repr=False)
    by: str
    at: Instant


@dataclass(frozen=True, slots=True)
class Intake:
    """A registration that has come in. digest tells the same form from another one; office is what came of it."""

    id: str
    source: IntakeSource
    form: TypedForm
    digest: bytes
    received_at: Instant
    received_by: str
    state: IntakeState = IntakeState.WAITING
    corrections: tuple[Correction, ...] = ()
    ended_at: Instant = 0
    ended_by: str = ""
    reason: str = field(default="", repr=False)
    office: str = ""

    @property
    def due_at(self) -> Instant:
        """Until when the office should have its letter (A26)."""
        return self.received_at + SERVICE_DAYS * DAY

    @property
    def amended(self) -> TypedForm:
        """The form as it is after all corrections."""
        return amended(self.form, self.corrections)


def read_form(file_name: str, sheet: Sheet) -> tuple[TypedForm | None, FormJudged]:
    """The form that a sheet is, None where it is none; and what is to be told of it as the file stands."""
    judged = judge_registration(file_name, sheet)
    columns = columns_of(sheet)
    if not judged.rows or not columns:
        return None, judged
    cells = {
        name: Placed(_short(sheet.cell(DATA_ROW, column)), cell_name(DATA_ROW, column))
        for name, column in columns.items()
    }
    whole = tuple(one for one in (*judged.problems, *judged.notices) if one.rule in _OF_WHOLE)
    return TypedForm(file_name[:LONGEST], cells, whole, _first_password(sheet)), judged


def form_of(values: Mapping[Field, str], first_password: str = "") -> TypedForm:
    """A form that was no file; what stands nowhere is empty."""
    return TypedForm(
        "", {name: Placed(Cell(values.get(name, "")[:LONGEST])) for name in Field}, (), first_password[:LONGEST]
    )


def amended(form: TypedForm, corrections: Iterable[Correction]) -> TypedForm:
    """The form with what was corrected, the last one of each field."""
    texts = {one.name: one.text for one in corrections}
    cells = {
        name: replace(placed, cell=Cell(texts[name.value])) if name.value in texts else placed
        for name, placed in form.cells.items()
    }
    return replace(form, file_name=texts.get(FILE_NAME, form.file_name), cells=cells)


def judged_form(form: TypedForm, profile: PasswordProfile = PasswordProfile.ERENKEI) -> FormJudged:
    """What is to be told of a form, at the places of its file."""
    judged = judge_registration(form.file_name, _sheet(form))
    told = [_at_its_place(form, one) for one in judged.problems]
    noted = [_at_its_place(form, one) for one in judged.notices if _is_worth_telling(form, one)]
    told += [one for one in form.whole if one.rule is FormRule.ROW_MORE]
    noted += [one for one in form.whole if one.rule is not FormRule.ROW_MORE]
    if profile is PasswordProfile.ROKIN and (wrong := first_password_wrong(form)):
        told.append(Finding(FIRST_PASSWORD, wrong))
    return FormJudged(judged.rows, tuple(told), tuple(noted))


def only_seats(problems: Iterable[Finding]) -> bool:
    """Whether nothing is wrong but that more than three PCs are asked for, which the fund may allow (A12)."""
    return {one.rule for one in problems} == {FormRule.SEATS_CONSULT}


def asked_seats(form: TypedForm) -> int:
    """How many PCs the form asks for, 0 where it says no number."""
    return seats_of(form.cells[Field.SEATS].cell) or 0


def first_password_of(form: TypedForm) -> str:
    """The first password that the office has chosen, as it is taken in (R311, R312)."""
    chosen = canonical(form.first_password)
    if len(chosen) == _OLD_LENGTH and _entered_on(form) <= _OLD_DAY:
        return chosen + _OLD_END
    return chosen


def first_password_wrong(form: TypedForm) -> FormRule | None:
    """What is wrong with it (R311), None for nothing."""
    if not form.first_password.strip():
        return FormRule.FIRST_PASSWORD_EMPTY
    return FormRule.FIRST_PASSWORD if FIRST_ROKIN_RULE.broken_by(first_password_of(form)) else None


def field_of(form: TypedForm, finding: Finding) -> str:
    """The name of the field that a finding is about, "" for the whole form."""
    if not finding.cell:
        return FILE_NAME if finding.rule is FormRule.FILE_NAME else ""
    places = {placed.at or name.value: name.value for name, placed in form.cells.items()}
    return places.get(finding.cell, FIRST_PASSWORD if finding.cell == FIRST_PASSWORD else "")


def right_file_name(row: Registration, file_name: str) -> str:
    """What a file should be called that holds this registration (R27)."""
    if row.office_number is None:
        return file_name
    return f"{proper_file_name(row.office_number)}.{file_name.rpartition('.')[2].lower()}"


def _entered_on(form: TypedForm) -> str:
    rows = judge_registration("", _sheet(form)).rows
    return rows[0].entered_on.isoformat() if rows and rows[0].entered_on else "9999"


def _sheet(form: TypedForm) -> Sheet:
    """The form in its plain order."""
    cells = tuple(form.cells.get(name, Placed()).cell for name in Field)
    return Sheet((tuple(map(Cell, _PLAIN_HEADINGS)), cells))


def _short(cell: Cell) -> Cell:
    return Cell(cell.text[:LONGEST], cell.kind)


def _first_password(sheet: Sheet) -> str:
    """What stands below its heading, which only forms of ろうきん have (R311b)."""
    for column in range(1, 27):
        heading = unicodedata.normalize("NFKC", sheet.cell(1, column).text[:LONGEST])
        if _FIRST_PASSWORD_HEADING.search("".join(heading.split())):
            return sheet.cell(DATA_ROW, column).text[:LONGEST]
    return ""


def _is_worth_telling(form: TypedForm, notice: Finding) -> bool:
    """What was no file has no name that could be wrong."""
    return bool(form.file_name) or notice.rule is not FormRule.FILE_NAME


def _at_its_place(form: TypedForm, finding: Finding) -> Finding:
    """A finding of the form in its plain order, at the cell that it is about in the file."""
    order = {cell_name(DATA_ROW, number): name for number, name in enumerate(Field, 1)}
    name = order.get(finding.cell)
    return replace(finding, cell=form.cells[name].at or name.value) if name else finding

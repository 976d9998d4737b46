# SPDX-License-Identifier: Apache-2.0
"""A registration faced with what is kept: judged, compared with the office of its number, and put into rows."""

from collections.abc import Iterator
from dataclasses import dataclass

from appliance.link.messages import OfficeStanding, RegistrationDifference, RegistrationRow
from appliance.model.ids import canonical
from appliance.model.intake import Intake, TypedForm, asked_seats, judged_form
from appliance.model.registration import FormJudged, Registration
from appliance.model.things import Office
from appliance.model.words import PasswordProfile
from appliance.vault.records.tables import admin_of, offices
from appliance.vault.records.transaction import Snapshot


@dataclass(frozen=True, slots=True)
class Faced:
    """What is to be told of a registration. office is the one that has its number already, or None."""

    intake: Intake
    form: TypedForm
    judged: FormJudged
    office: Office | None
    differences: tuple[RegistrationDifference, ...]

    @property
    def row(self) -> Registration | None:
        """What was read, as far as it could be."""
        return self.judged.rows[0] if self.judged.rows else None

    @property
    def standing(self) -> OfficeStanding:
        """What there is of the office."""
        if self.office is None:
            return OfficeStanding.NEW
        return OfficeStanding.OTHER if self.differences else OfficeStanding.SAME


def faced(snapshot: Snapshot, intake: Intake, profile: PasswordProfile) -> Faced:
    """Judge it by what it says now, and look who has its number."""
    form = intake.amended
    judged = judged_form(form, profile)
    row = judged.rows[0] if judged.rows else None
    number = row.office_number if row else None
    office = offices.first(snapshot, "number", number) if number else None
    if office is None or row is None:
        return Faced(intake, form, judged, None, ())
    return Faced(intake, form, judged, office, tuple(_differences(snapshot, office, row, asked_seats(form))))


def _differences(
    snapshot: Snapshot, office: Office, row: Registration, seats: int
) -> Iterator[RegistrationDifference]:
    """In what a form differs from what is registered. What could not be read is not compared."""
    admin = admin_of(snapshot, office.id)
    pairs = {
        "office_name": (office.name, row.office_name),
        "seats": (str(office.seats), str(seats)),
        "user_id": (admin.login if admin else "", row.user_id),
        "name_kanji": (admin.name if admin else "", row.name_kanji),
        "name_kana": (admin.kana if admin else "", row.name_kana),
        "mail": (admin.mail if admin else "", row.mail),
    }
    for name, (registered, filed) in pairs.items():
        if filed is not None and canonical(registered) != canonical(filed):
            yield RegistrationDifference(name, registered, filed)


def row_of(one: Faced) -> RegistrationRow:
    """As lists show it."""
    intake, row = one.intake, one.row
    return RegistrationRow(
        id=intake.id,
        source=intake.source,
        file_name=one.form.file_name,
        office_number=(row.office_number if row else 0) or 0,
        office_name=(row.office_name if row else "") or "",
        received_at=intake.received_at,
        due_at=intake.due_at,
        state=intake.state,
        faults=len(one.judged.problems),
        notices=len(one.judged.notices),
        standing=one.standing,
        office=intake.office or (one.office.id if one.office else ""),
        ended_at=intake.ended_at,
    )

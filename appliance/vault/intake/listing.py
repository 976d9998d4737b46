# SPDX-License-Identifier: Apache-2.0
"""Registrations as the console shows them: a page of a list, and all of one."""

from collections.abc import Iterator

from appliance.link.messages import (
    ListRegistrations,
    ReadRegistration,
    RegistrationCell,
    RegistrationFinding,
    RegistrationPage,
    RegistrationRead,
)
from appliance.link.refusals import Refused, Why
from appliance.model.intake import (
    SERVICE_DAYS,
    Intake,
    IntakeState,
    Placed,
    asked_seats,
    field_of,
    first_password_of,
    right_file_name,
)
from appliance.model.registration import MAX_SEATS, Field, Finding, Registration
from appliance.model.time import DAY, Instant
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.filings.known import name_for
from appliance.vault.intake.facing import Faced, faced, row_of
from appliance.vault.reading import journal_reading
from appliance.vault.records.registration_tables import intakes
from appliance.vault.records.tables import offices
from appliance.vault.records.transaction import Snapshot

MAX_ROWS = 100
_WAITING = (IntakeState.WAITING.value,)


def count_waiting(snapshot: Snapshot, most: int) -> int:
    """How many wait to be confirmed, up to most."""
    return len(intakes.keys(snapshot, "state", _WAITING, limit=most))


def count_late(snapshot: Snapshot, now: Instant, most: int) -> int:
    """How many of them have waited longer than the fund promises (A26), up to most."""
    return len(intakes.keys(snapshot, "state", _WAITING, until=(*_WAITING, now - SERVICE_DAYS * DAY), limit=most))


def known_intake(snapshot: Snapshot, id: str) -> Intake:
    """A registration that has come in. Raises Refused NOT_FOUND."""
    found = intakes.get(snapshot, id)
    if found is None:
        raise Refused(Why.NOT_FOUND)
    return found


async def list_registrations(core: Core, caller: Caller, message: ListRegistrations) -> RegistrationPage:
    """One page, in the order of an index: its cost grows with the page."""
    await journal_reading(core, caller, f"{message.state}/{message.after}", "")
    limit = max(1, min(message.limit, MAX_ROWS))

    def page(snapshot: Snapshot) -> RegistrationPage:
        behind = intakes.get(snapshot, message.after) if message.after else None
        if behind is not None and behind.state is not message.state:
            behind = None
        found = intakes.scan(snapshot, "state", (message.state.value,), behind=behind, limit=limit + 1)
        rows = tuple(row_of(_faced(core, snapshot, one)) for one in found[:limit])
        return RegistrationPage(rows, rows[-1].id if len(found) > limit else "")

    return await core.read(page)


async def read_registration(core: Core, caller: Caller, message: ReadRegistration) -> RegistrationRead:
    """All of one. Raises Refused NOT_FOUND."""
    await core.read(lambda snapshot: known_intake(snapshot, message.registration))
    await journal_reading(core, caller, message.registration, "", thing=message.registration)
    return await core.read(lambda snapshot: _read(core, snapshot, caller, message.registration))


def _faced(core: Core, snapshot: Snapshot, intake: Intake) -> Faced:
    return faced(snapshot, intake, core.settings.door.password_profile)


def _read(core: Core, snapshot: Snapshot, caller: Caller, id: str) -> RegistrationRead:
    one = _faced(core, snapshot, known_intake(snapshot, id))
    intake, seats = one.intake, asked_seats(one.form)
    office = offices.get(snapshot, intake.office) if intake.office else None
    return RegistrationRead(
        row=row_of(one),
        cells=tuple(_cells(snapshot, caller, one)),
        problems=_told(one, one.judged.problems),
        notices=_told(one, one.judged.notices),
        differences=one.differences,
        seats_asked=seats if seats > MAX_SEATS else 0,
        first_password=len(first_password_of(one.form)),
        right_name=right_file_name(one.row, one.form.file_name) if one.row else "",
        by=name_for(snapshot, caller, intake.ended_by) if intake.ended_by else "",
        reason=intake.reason,
        contract_number=office.contract_number if office else "",
    )


def _told(one: Faced, findings: tuple[Finding, ...]) -> tuple[RegistrationFinding, ...]:
    return tuple(RegistrationFinding(field_of(one.form, finding), finding) for finding in findings)


def _cells(snapshot: Snapshot, caller: Caller, one: Faced) -> Iterator[RegistrationCell]:
    """Every field in the order of the form."""
    corrected = {each.name: each.by for each in one.intake.corrections}
    for name in Field:
        typed, now = one.intake.form.cells.get(name, Placed()), one.form.cells.get(name, Placed())
        by = name_for(snapshot, caller, corrected[name]) if name in corrected else ""
        yield RegistrationCell(name, typed.at, typed.cell.text, now.cell.text, _as_read(one.row, name), by)


def _as_read(row: Registration | None, name: Field) -> str:
    value = getattr(row, name.value) if row else None
    return "" if value is None else value.isoformat() if name is Field.ENTERED_ON else str(value)

# SPDX-License-Identifier: Apache-2.0
"""What becomes of a registration: corrected, confirmed into a contract, or rejected.

1. Confirming is one transaction each: the contract, its letter, its entries and the end of the registration. Who
   confirms a second time is told what the first has made of it, so that a stopped import goes on where it was.
2. One that fails does not keep the others from being done.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from appliance.link.messages import (
    ConfirmedRow,
    ConfirmRegistrations,
    CorrectRegistration,
    Nothing,
    RegistrationsConfirmed,
    RejectRegistration,
)
from appliance.link.refusals import Refused, Why
from appliance.model.intake import (
    CORRECTABLE,
    FILE_NAME,
    LONGEST,
    Correction,
    Intake,
    IntakeState,
    asked_seats,
    first_password_of,
    only_seats,
)
from appliance.model.journal import TYPED, Kind
from appliance.model.registration import Field
from appliance.model.things import Office
from appliance.model.words import PasswordProfile
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.intake.facing import Faced, faced
from appliance.vault.intake.listing import known_intake
from appliance.vault.issuing.contract import NewContract, PlannedContract, plan_contract, write_contract
from appliance.vault.letters import LetterKind, write
from appliance.vault.letters.rendering import name_of
from appliance.vault.outcomes import remember
from appliance.vault.people import fields
from appliance.vault.records.registration_tables import intakes
from appliance.vault.records.tables import offices
from appliance.vault.records.transaction import Moved, Snapshot, Transaction

MAX_AT_ONCE = 100
MAX_CORRECTIONS = 100


async def correct_registration(core: Core, caller: Caller, message: CorrectRegistration) -> Nothing:
    """Put other texts in the place of what was typed; who, which field and what stands in the journal."""
    for name, text in message.values.items():
        if name not in CORRECTABLE or len(text) > LONGEST:
            raise Refused(Why.INVALID, "registration.correction", {"field": name})

    def correct(txn: Transaction) -> None:
        intake = _waiting(txn, message.registration)
        changed = _changed(intake, message.values)
        if len(intake.corrections) + len(changed) > MAX_CORRECTIONS:
            raise Refused(Why.CONFLICT, "registration.corrections")
        made = tuple(Correction(name, text, caller.actor, caller.now) for name, text in changed.items())
        if made:
            intakes.put(txn, replace(intake, corrections=(*intake.corrections, *made)))
            told = "\n".join(f"{name}: {_text(intake, name)} → {text}" for name, text in changed.items())
            reason = ", ".join(sorted(changed))
            txn.journal(caller.entry(office="", thing=intake.id, reason=reason, personal={TYPED: told}))
        remember(txn, caller, Nothing())

    await core.commit(correct, seen=caller.seen)
    return Nothing()


def _changed(intake: Intake, values: Mapping[str, str]) -> dict[str, str]:
    """What is another text than the one that stands there now."""
    return {name: text.strip() for name, text in values.items() if text.strip() != _text(intake, name).strip()}


def _text(intake: Intake, name: str) -> str:
    form = intake.amended
    return form.file_name if name == FILE_NAME else form.cells[Field(name)].cell.text


def _waiting(snapshot: Snapshot, id: str) -> Intake:
    """Raises Refused NOT_FOUND, or CONFLICT for one that somebody has settled already."""
    intake = known_intake(snapshot, id)
    if intake.state is not IntakeState.WAITING:
        raise Refused(Why.CONFLICT, f"registration.{intake.state}")
    return intake


async def confirm_registrations(
    core: Core, caller: Caller, message: ConfirmRegistrations
) -> RegistrationsConfirmed:
    """Each for itself, together in few commits of the store. Raises Moved where one has to be done again."""
    if len(message.registrations) > MAX_AT_ONCE:
        raise Refused(Why.INVALID)
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(confirmed(core, caller, id, message.more_seats))
            for id in dict.fromkeys(message.registrations)
        ]
    rows = [task.result() for task in tasks]
    if None in rows:
        raise Moved
    return RegistrationsConfirmed(tuple(row for row in rows if row is not None))


async def confirmed(core: Core, caller: Caller, id: str, more_seats: str = "") -> ConfirmedRow | None:
    """What came of one; None if a fact moved meanwhile. Refusals are told and not raised: others go on."""
    try:
        intake, office = await _confirmed(core, caller, id, more_seats)
    except Moved:
        return None
    except Refused as refused:
        if refused.why in (Why.BUSY, Why.FULL, Why.BROKEN):
            raise
        return ConfirmedRow(id, text=refused.text or f"refused.{refused.why}", values=refused.values)
    return ConfirmedRow(intake, office.id, office.contract_number)


async def _confirmed(core: Core, caller: Caller, id: str, more_seats: str) -> tuple[str, Office]:
    """Raises Refused for what cannot be confirmed, Moved for what has changed since."""
    read: dict[bytes, bytes | None] = {}

    def facts(snapshot: Snapshot) -> Faced | Office:
        intake = known_intake(snapshot, id)
        if intake.state is IntakeState.REGISTERED and (office := offices.get(snapshot, intake.office)):
            return office
        found = faced(snapshot, _waiting(snapshot, id), core.settings.door.password_profile)
        read.update(snapshot.seen)
        return found

    found = await core.read(facts)
    if isinstance(found, Office):
        return id, found
    planned = plan_contract(core, caller, _contract_of(core, found, more_seats))
    return id, await core.commit(
        lambda txn: _write(core, txn, caller, found, planned), seen={**caller.seen, **read}
    )


def _contract_of(core: Core, one: Faced, more_seats: str) -> NewContract:
    """Raises Refused for a form with faults, and for an office that is registered."""
    row = one.row
    if one.office is not None:
        raise Refused(Why.CONFLICT, "office_number.taken", {"field": "office_number"})
    allowed = only_seats(one.judged.problems) and more_seats.strip()
    if row is None or (one.judged.problems and not allowed):
        raise Refused(Why.CONFLICT, "registration.faults")
    is_rokin = core.settings.door.password_profile is PasswordProfile.ROKIN
    return NewContract(
        number=row.office_number or 0,
        office_name=row.office_name or "",
        seats=row.seats or asked_seats(one.form),
        login=row.user_id or "",
        name=row.name_kanji or "",
        kana=row.name_kana or "",
        mail=row.mail or "",
        entered_on=row.entered_on,
        more_seats=more_seats if allowed else "",
        first_password=first_password_of(one.form) if is_rokin else "",
    )


def _write(core: Core, txn: Transaction, caller: Caller, one: Faced, planned: PlannedContract) -> Office:
    office = write_contract(core, txn, caller, planned)
    done = replace(
        one.intake,
        form=replace(one.intake.form, first_password=""),
        state=IntakeState.REGISTERED,
        ended_at=caller.now,
        ended_by=caller.actor,
        office=office.id,
    )
    intakes.put(txn, done)
    txn.journal(caller.entry(Kind.REGISTRATION_CONFIRMED, office=office.id, thing=one.intake.id))
    return office


async def reject_registration(core: Core, caller: Caller, message: RejectRegistration) -> Nothing:
    """Nothing comes of it; whoever sent it may be told why. Raises Unfit for no reason."""
    reason = fields.reason(message.reason)

    def reject(txn: Transaction) -> None:
        intake = _waiting(txn, message.registration)
        intakes.put(txn, _rejected(intake, caller, reason))
        if message.tell:
            _tell(core, txn, caller, intake, reason)
        remember(txn, caller, Nothing())
        txn.journal(caller.entry(office="", thing=intake.id, personal={TYPED: reason}))

    await core.commit(reject, seen=caller.seen)
    return Nothing()


def _rejected(intake: Intake, caller: Caller, reason: str) -> Intake:
    form = replace(intake.form, first_password="")
    return replace(
        intake,
        form=form,
        state=IntakeState.REJECTED,
        ended_at=caller.now,
        ended_by=caller.actor,
        reason=reason,
    )


def _tell(core: Core, txn: Transaction, caller: Caller, intake: Intake, reason: str) -> None:
    """A letter to the address on the form. Raises Refused where there is none to be read."""
    row = faced(txn, intake, core.settings.door.password_profile).row
    if row is None or not row.mail:
        raise Refused(Why.CONFLICT, "registration.no_mail")
    told = {"sender": row.name_kanji or "", "sender_office": name_of(row.office_name or ""), "reason": reason}
    write(txn, LetterKind.REGISTRATION_REJECTED, intake.id, intake.id, told, caller.now, to=row.mail)

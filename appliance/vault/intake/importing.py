# SPDX-License-Identifier: Apache-2.0
"""Forms out of a folder of the administrator's: taken in, and confirmed where that is wished."""

from appliance.link.messages import ImportRegistration, OfficeStanding, RegistrationImported, RegistrationTaken
from appliance.link.refusals import Refused, Why
from appliance.model.intake import IntakeSource, IntakeState
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.intake.facing import Faced, faced
from appliance.vault.intake.listing import known_intake
from appliance.vault.intake.settling import confirmed
from appliance.vault.intake.taking_in import keep_opened, opened_file
from appliance.vault.records.transaction import Snapshot


async def import_registration(core: Core, caller: Caller, message: ImportRegistration) -> RegistrationImported:
    """One file of many: whatever is wrong with it is told, and stops none of the others."""
    opened = await opened_file(core, caller, message.file_name, message.size, message.password)
    taken = await keep_opened(core, caller, opened, IntakeSource.FOLDER)
    if not taken.registration:
        return RegistrationImported(taken, taken.findings)
    found = await core.read(lambda snapshot: _faced(core, snapshot, taken.registration))
    if not message.confirm or not _is_clean(taken):
        return RegistrationImported(taken, found.judged.problems, found.intake.office)
    for _ in range(3):
        if row := await confirmed(core, caller, taken.registration):
            return RegistrationImported(taken, (), row.office, row.contract_number, row.text)
    raise Refused(Why.BUSY)


def _is_clean(taken: RegistrationTaken) -> bool:
    """Whether it can be confirmed, or was: then what came of it is told once more."""
    if taken.state is IntakeState.REGISTERED:
        return True
    is_waiting = taken.state is IntakeState.WAITING and not taken.faults
    return is_waiting and taken.standing is OfficeStanding.NEW


def _faced(core: Core, snapshot: Snapshot, id: str) -> Faced:
    return faced(snapshot, known_intake(snapshot, id), core.settings.door.password_profile)

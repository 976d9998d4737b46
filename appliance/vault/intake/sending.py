# SPDX-License-Identifier: Apache-2.0
"""The form of the public site: what strangers typed waits for the fund's staff (practice §2.1, A47).

The answer is the same whatever there is already: which offices are registered is nobody's business.
"""

from appliance.link.messages import Nothing, SendRegistration
from appliance.link.refusals import Refused, Why
from appliance.model.intake import LONGEST, IntakeSource, form_of, judged_form
from appliance.model.registration import Field
from appliance.model.time import date_in_japan
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.door.evened import evened
from appliance.vault.intake.taking_in import keep_form
from appliance.vault.records.transaction import Moved

# So many of strangers may wait; each is looked at by a person.
MOST_WAITING = 500


@evened
async def send_registration(core: Core, caller: Caller, message: SendRegistration) -> Nothing:
    """Keep it. Raises Refused where none are taken, too many came of this source, or something is wrong with it."""
    if not core.settings.registration.web_form:
        raise Refused(Why.NOT_FOUND, "registration.not_offered")
    if not core.sources.take(caller.call.asserted.source, caller.now):
        raise Refused(Why.CONFLICT, "registration.too_often")
    if any(len(text) > LONGEST for text in message.values.values()):
        raise Refused(Why.INVALID, "registration.correction")
    today = date_in_japan(caller.now)
    values = {**message.values, Field.ENTERED_ON: f"{today.year}/{today.month}/{today.day}"}
    form = form_of(values, message.first_password)
    if judged_form(form, core.settings.door.password_profile).problems:
        raise Refused(Why.INVALID, "registration.faults")
    try:
        await keep_form(core, caller, form, IntakeSource.WEB, most_waiting=MOST_WAITING)
    except Moved as error:
        raise Refused(Why.BUSY) from error
    return Nothing()

# SPDX-License-Identifier: Apache-2.0
"""Who does the messages about registrations of offices."""

from collections.abc import Mapping

from appliance.link.messages import registration as r
from appliance.vault.intake import importing, listing, sending, settling, taking_in
from appliance.vault.reception import Desk

INTAKE_DESKS: Mapping[type, Desk] = {
    r.TakeInRegistration: Desk(taking_in.take_in_registration),
    r.ImportRegistration: Desk(importing.import_registration),
    r.SendRegistration: Desk(sending.send_registration),
    r.ListRegistrations: Desk(listing.list_registrations),
    r.ReadRegistration: Desk(listing.read_registration),
    r.CorrectRegistration: Desk(settling.correct_registration),
    r.ConfirmRegistrations: Desk(settling.confirm_registrations),
    r.RejectRegistration: Desk(settling.reject_registration),
}

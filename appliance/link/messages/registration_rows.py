# SPDX-License-Identifier: Apache-2.0
"""The rows of the messages about registrations of offices: taken in, judged, confirmed or refused."""

from appliance.link.messages import registration as r
from appliance.link.messages.row import Carries, Message, Nothing
from appliance.model.journal import Kind
from appliance.model.words import Site

_CONSOLE, _ADMIN, _PUBLIC = (frozenset({site}) for site in (Site.CONSOLE, Site.ADMIN, Site.PUBLIC))
_CHANGE = "registration.change"


def _changing(shape: type, reply: type, kind: Kind, carries: Carries = Carries.NOTHING) -> Message:
    return Message(shape, reply, _CONSOLE, kind, action=_CHANGE, changes=True, carries=carries)


REGISTRATION_MESSAGES: tuple[Message, ...] = (
    _changing(r.TakeInRegistration, r.RegistrationTaken, Kind.REGISTRATION_TAKEN_IN, Carries.BYTES_UP),
    Message(
        r.ImportRegistration,
        r.RegistrationImported,
        _ADMIN,
        Kind.REGISTRATION_TAKEN_IN,
        visit=False,
        carries=Carries.BYTES_UP,
    ),
    Message(r.SendRegistration, Nothing, _PUBLIC, Kind.REGISTRATION_SENT, visit=False),
    Message(
        r.ListRegistrations,
        r.RegistrationPage,
        _CONSOLE,
        Kind.REGISTRATION_LIST_READ,
        action="registration.read",
    ),
    Message(r.ReadRegistration, r.RegistrationRead, _CONSOLE, Kind.REGISTRATION_READ, action="registration.read"),
    _changing(r.CorrectRegistration, Nothing, Kind.REGISTRATION_CORRECTED),
    _changing(r.ConfirmRegistrations, r.RegistrationsConfirmed, Kind.REGISTRATION_CONFIRMED),
    _changing(r.RejectRegistration, Nothing, Kind.REGISTRATION_REJECTED),
)

REGISTRATION_SAFE_AGAIN: frozenset[type] = frozenset({r.ListRegistrations, r.ReadRegistration})

# SPDX-License-Identifier: Apache-2.0
"""The routes about oneself, as portal and console have in common."""

from appliance.contracts.pages import Guard
from appliance.link import messages as m
from appliance.web.people import own, registration
from appliance.web.routes import Body, Route

VISITOR = Guard.VISITOR
FIELDS = Body.FIELDS

PEOPLE_ROUTES = (
    Route("GET", registration.REGISTER, registration.show_registration, VISITOR, (m.ReadOwn,), False),
    Route(
        "POST",
        "/register/self",
        registration.register_self,
        VISITOR,
        (m.ReadOwn, m.RegisterSelf),
        True,
        FIELDS,
    ),
    Route("GET", own.OWN, own.show_own, VISITOR, (m.ReadOwn, m.ListVisits), False),
    Route("GET", "/own/name", own.show_name, VISITOR, (m.ReadOwn,), False),
    Route("POST", "/own/name", own.change_name, VISITOR, (m.ReadOwn, m.ChangeOwn), True, FIELDS),
    Route("GET", "/own/password", own.show_password, VISITOR, (m.ReadOwn,), False),
    Route("POST", "/own/password", own.change_password, VISITOR, (m.ReadOwn, m.ChangePassword), True, FIELDS),
    Route("GET", own.OWN_MAIL, own.show_mail, VISITOR, (m.ReadOwn,), False),
    Route("POST", own.OWN_MAIL, own.change_mail, VISITOR, (m.ReadOwn, m.ChangeMail), True, FIELDS),
    Route("POST", "/own/mail/code", own.confirm_mail, VISITOR, (m.ReadOwn, m.ConfirmMail), True, FIELDS),
    Route("POST", "/own/visits/end", own.end_visit, VISITOR, (m.EndVisit,), True, FIELDS),
)

# SPDX-License-Identifier: Apache-2.0
"""The routes about oneself, as portal and console have in common."""

from appliance.link import messages as m
from appliance.web.people import own, registration
from appliance.web.routes import does, shows

PEOPLE_ROUTES = (
    shows(registration.REGISTER, registration.show_registration, m.ReadOwn),
    does("/register/self", registration.register_self, m.ReadOwn, m.RegisterSelf),
    shows(own.OWN, own.show_own, m.ReadOwn, m.ListVisits),
    shows("/own/name", own.show_name, m.ReadOwn),
    does("/own/name", own.change_name, m.ReadOwn, m.ChangeOwn),
    shows("/own/password", own.show_password, m.ReadOwn),
    does("/own/password", own.change_password, m.ReadOwn, m.ChangePassword),
    shows(own.OWN_MAIL, own.show_mail, m.ReadOwn),
    does(own.OWN_MAIL, own.change_mail, m.ReadOwn, m.ChangeMail),
    does("/own/mail/code", own.confirm_mail, m.ReadOwn, m.ConfirmMail),
    does("/own/visits/end", own.end_visit, m.EndVisit),
)

# SPDX-License-Identifier: Apache-2.0
"""Who may reach what at the portal, and which messages it sends."""

from appliance.contracts.pages import Guard
from appliance.link import messages as m
from appliance.web.favicon import show_mark
from appliance.web.history import show_history
from appliance.web.people import registration
from appliance.web.people.routes import PEOPLE_ROUTES
from appliance.web.portal import pages
from appliance.web.routes import Body, Route
from appliance.web.visiting import sign_out

ANYONE, VISITOR = Guard.ANYONE, Guard.VISITOR
DOWNLOAD = (m.DownloadNotice, m.DownloadFinished)

ROUTES = (
    Route("GET", "/sign-in", pages.show_sign_in, ANYONE, (m.AskHours,), False),
    Route("POST", "/sign-in", pages.give_name, ANYONE, (m.Arrive,), True, Body.FIELDS),
    Route("POST", "/sign-in/code", pages.give_code, ANYONE, (m.GiveCode,), True, Body.FIELDS),
    Route("POST", "/sign-in/password", pages.give_password, ANYONE, (m.GivePassword,), True, Body.FIELDS),
    Route("POST", "/sign-out", sign_out, VISITOR, (m.SignOut,), True, Body.FIELDS),
    Route("GET", "/", pages.show_menu, VISITOR, (m.OpenMenu,), False),
    Route("GET", "/notices", pages.show_notices, VISITOR, (m.ListNotices,), False),
    Route("GET", "/notices/{id}/file", pages.download, VISITOR, DOWNLOAD, False),
    Route("GET", "/history", show_history, VISITOR, (m.ReadHistory,), False),
    Route(
        "POST",
        "/register/office",
        registration.register_office,
        VISITOR,
        (m.ReadOwn, m.RegisterOffice),
        True,
        Body.FIELDS,
    ),
    *PEOPLE_ROUTES,
    Route("GET", "/favicon.ico", show_mark, ANYONE, (), False),
)

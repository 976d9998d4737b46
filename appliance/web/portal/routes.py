# SPDX-License-Identifier: Apache-2.0
"""Who may reach what at the portal, and which messages it sends."""

from appliance.contracts.pages import Guard
from appliance.link import messages as m
from appliance.web.favicon import show_mark
from appliance.web.history import show_history
from appliance.web.history_csv import export_history
from appliance.web.people import registration
from appliance.web.people.routes import PEOPLE_ROUTES
from appliance.web.portal import app, pages, users, zip_password
from appliance.web.routes import Body, Route
from appliance.web.visiting import sign_out

ANYONE, VISITOR = Guard.ANYONE, Guard.VISITOR
USERS = (m.ListUsers,)
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
    Route("GET", "/history.csv", export_history, VISITOR, (m.ReadHistory,), False),
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
    Route("GET", "/users", users.show_users, VISITOR, USERS, False),
    Route("GET", "/users/new", users.show_adding, VISITOR, USERS, False),
    Route("POST", "/users/new", users.add, VISITOR, (*USERS, m.ReadOwn, m.AddUser), True, Body.FIELDS),
    Route("GET", "/users/{account}", users.show_changing, VISITOR, USERS, False),
    Route("POST", "/users/{account}", users.change, VISITOR, (*USERS, m.ChangeUser), True, Body.FIELDS),
    Route("GET", "/users/{account}/remove", users.show_removing, VISITOR, USERS, False),
    Route("POST", "/users/{account}/remove", users.remove, VISITOR, (m.RemoveUser,), True, Body.FIELDS),
    Route("GET", "/users/{account}/password", users.show_resetting, VISITOR, USERS, False),
    Route(
        "POST",
        "/users/{account}/password",
        users.reset,
        VISITOR,
        (*USERS, m.ReadOwn, m.ResetPassword),
        True,
        Body.FIELDS,
    ),
    Route("GET", zip_password.PLACE, zip_password.show_asking, VISITOR, (m.ReadOwn,), False),
    Route(
        "POST",
        "/zip-password/code",
        zip_password.ask_code,
        VISITOR,
        (m.ReadOwn, m.AskZipPassword),
        True,
        Body.FIELDS,
    ),
    Route(
        "POST",
        zip_password.PLACE,
        zip_password.show_password,
        VISITOR,
        (m.ReadOwn, m.ShowZipPassword),
        True,
        Body.FIELDS,
    ),
    Route("GET", app.PLACE, app.show_app, VISITOR, (m.ReadOwn,), False),
    Route("POST", app.PLACE, app.begin, VISITOR, (m.ReadOwn, m.BeginApp), True, Body.FIELDS),
    Route("POST", "/own/app/code", app.confirm, VISITOR, (m.ReadOwn, m.ConfirmApp), True, Body.FIELDS),
    Route("POST", "/own/app/drop", app.drop, VISITOR, (m.ReadOwn, m.DropApp), True, Body.FIELDS),
    Route("GET", "/favicon.ico", show_mark, ANYONE, (), False),
)

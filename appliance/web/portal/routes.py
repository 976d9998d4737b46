# SPDX-License-Identifier: Apache-2.0
"""Who may reach what at the portal, and which messages it sends."""

from appliance.contracts.pages import Guard
from appliance.link import messages as m
from appliance.web import uploading
from appliance.web.favicon import show_mark
from appliance.web.help.booklets import BOOKLET_ROUTES
from appliance.web.help.pages import MANUAL_ROUTES
from appliance.web.history import show_history
from appliance.web.history_csv import export_history
from appliance.web.listening import PLACE, listen
from appliance.web.people import registration
from appliance.web.people.routes import PEOPLE_ROUTES
from appliance.web.portal import (
    app,
    checking,
    contract,
    delegations,
    filing,
    filings,
    folder,
    hand_over,
    month,
    notices,
    office_rules,
    pages,
    seats,
    sending,
    served,
    users,
    zip_change,
    zip_password,
)
from appliance.web.routes import Body, Route
from appliance.web.visiting import sign_out

ANYONE, VISITOR = Guard.ANYONE, Guard.VISITOR
USERS = (m.ListUsers,)
DOWNLOAD = (m.DownloadNotice, m.DownloadFinished)
TOGETHER = (m.ListNotices, m.DownloadNotices, m.DownloadFinished)
FORM = (m.ReadOwn,)
ISSUED = (m.ReadOwnIssued,)
SENDING = (*FORM, m.BeginUpload, m.PutPart, m.SubmitFiling)
FILING = (m.ReadFiling,)

# Filings (SC14, SC15), and how the office wants them approved.
FILINGS = (
    Route("GET", "/filings", filings.show_filings, VISITOR, (m.ListFilings,), False),
    Route("GET", "/filings.csv", filings.export_filings, VISITOR, (m.ListFilings,), False),
    Route("GET", "/filings/new", sending.show_form, VISITOR, (*FORM, *FILING), False),
    Route("POST", "/filings/new", sending.send, VISITOR, SENDING, True, Body.FIELDS_THEN_FILE),
    Route("POST", "/filings/check", checking.check, VISITOR, FORM, True, Body.JSON),
    Route("POST", "/uploads", uploading.begin, VISITOR, (m.BeginUpload,), True, Body.JSON),
    Route("PUT", "/uploads/{id}/{number}", uploading.put_part, VISITOR, (m.PutPart,), True, Body.BYTES),
    Route("POST", "/uploads/{id}/submit", sending.submit, VISITOR, (m.SubmitFiling,), True, Body.JSON),
    Route("GET", "/filings/{id}", filing.show_filing, VISITOR, FILING, False),
    Route(
        "GET", "/filings/{id}/file", filing.open_document, VISITOR, (m.DownloadFiling, m.DownloadFinished), False
    ),
    Route("POST", "/filings/{id}/approve", filing.approve, VISITOR, (*FILING, m.ApproveFiling), True, Body.FIELDS),
    Route("POST", "/filings/{id}/deliver", filing.deliver, VISITOR, (*FILING, m.DeliverFiling), True, Body.FIELDS),
    Route("POST", "/filings/{id}/ask", filing.ask, VISITOR, (*FILING, m.AskApproval), True, Body.FIELDS),
    Route("GET", "/filings/{id}/cancel", filing.show_cancelling, VISITOR, FILING, False),
    Route("POST", "/filings/{id}/cancel", filing.cancel, VISITOR, (*FILING, m.CancelFiling), True, Body.FIELDS),
    Route("GET", office_rules.PLACE, office_rules.show_rules, VISITOR, (m.ReadOfficeRules,), False),
    Route(
        "POST",
        office_rules.PLACE,
        office_rules.change_rules,
        VISITOR,
        (m.ReadOfficeRules, m.ChangeOfficeRules),
        True,
        Body.FIELDS,
    ),
)

# The PCs of the office.
SEATS = (
    Route("GET", seats.PLACE, seats.show_seats, VISITOR, (m.ListOwnSeats,), False),
    Route("GET", seats.ONE, seats.show_seat, VISITOR, (m.ListOwnSeats,), False),
    Route("POST", seats.CODE_PLACE, seats.ask_code, VISITOR, (m.ListOwnSeats, m.AskSeatCode), True, Body.FIELDS),
    Route("POST", seats.ONE, seats.give_up, VISITOR, (m.ListOwnSeats, m.GiveUpSeat), True, Body.FIELDS),
)

# Several offices in one hand (SC13), and who works for this one.
FOR_ONE = (m.ListDelegations,)
SERVED = (
    Route("GET", served.PLACE, served.show_served, VISITOR, (m.ListServed,), False),
    Route("POST", "/served/switch", served.switch, VISITOR, (m.SwitchOffice,), True, Body.FIELDS),
    Route("GET", "/served/folder", folder.show_folder, VISITOR, (m.ListClients,), False),
    Route("POST", "/served/check", folder.check, VISITOR, (m.ListClients,), True, Body.JSON),
    Route("POST", "/served/folder/switch", folder.switch, VISITOR, (m.SwitchOffice,), True, Body.JSON),
    Route("GET", delegations.PLACE, delegations.show_delegations, VISITOR, FOR_ONE, False),
    Route("GET", "/delegations/{delegation}/end", delegations.show_ending, VISITOR, FOR_ONE, False),
    Route(
        "POST",
        "/delegations/{delegation}/end",
        delegations.end,
        VISITOR,
        (*FOR_ONE, m.EndDelegation),
        True,
        Body.FIELDS,
    ),
    Route("GET", "/delegations/{delegation}/permissions", delegations.show_narrowing, VISITOR, FOR_ONE, False),
    Route(
        "POST",
        "/delegations/{delegation}/permissions",
        delegations.narrow,
        VISITOR,
        (*FOR_ONE, m.NarrowDelegation),
        True,
        Body.FIELDS,
    ),
)

ROUTES = (
    Route("GET", "/sign-in", pages.show_sign_in, ANYONE, (m.AskHours,), False),
    Route("POST", "/sign-in", pages.give_name, ANYONE, (m.Arrive,), True, Body.FIELDS),
    Route("POST", "/sign-in/code", pages.give_code, ANYONE, (m.GiveCode,), True, Body.FIELDS),
    Route("POST", "/sign-in/password", pages.give_password, ANYONE, (m.GivePassword,), True, Body.FIELDS),
    Route("POST", "/sign-out", sign_out, VISITOR, (m.SignOut,), True, Body.FIELDS),
    Route("GET", "/", pages.show_menu, VISITOR, (m.OpenMenu, m.Look), False),
    Route("GET", month.PLACE, month.show_month, VISITOR, (m.ReadMonth,), False),
    Route("GET", PLACE, listen, VISITOR, (m.Follow,), False),
    Route("GET", "/notices", notices.show_notices, VISITOR, (m.ListNotices,), False),
    Route("GET", "/notices.csv", notices.export_notices, VISITOR, (m.ListNotices,), False),
    Route("GET", "/notices/{id}/file", notices.download, VISITOR, DOWNLOAD, False),
    Route("GET", "/notices/{id}/zip", notices.download_packed, VISITOR, DOWNLOAD, False),
    Route("POST", "/notices/together", notices.download_together, VISITOR, TOGETHER, True, Body.FIELDS),
    *FILINGS,
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
    *SERVED,
    *SEATS,
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
    Route("GET", zip_change.PLACE, zip_change.show_changing, VISITOR, ISSUED, False),
    Route(
        "POST",
        "/zip-password/change/code",
        zip_change.ask_code,
        VISITOR,
        (*ISSUED, m.AskZipPassword),
        True,
        Body.FIELDS,
    ),
    Route("POST", zip_change.PLACE, zip_change.change, VISITOR, (*ISSUED, m.ChangeZipPassword), True, Body.FIELDS),
    Route("GET", contract.PLACE, contract.show_contract, VISITOR, ISSUED, False),
    Route("POST", "/contract/reissue", contract.ask_reissue, VISITOR, (*ISSUED, m.AskReissue), True, Body.FIELDS),
    Route("GET", hand_over.PLACE, hand_over.show_hand_over, VISITOR, ISSUED, False),
    Route(
        "POST",
        hand_over.PLACE,
        hand_over.name_successor,
        VISITOR,
        (*ISSUED, m.NameSuccessor),
        True,
        Body.FIELDS,
    ),
    Route("POST", "/hand-over/code", hand_over.confirm, VISITOR, (*ISSUED, m.ConfirmSuccessor), True, Body.FIELDS),
    Route("POST", "/hand-over/drop", hand_over.drop, VISITOR, (*ISSUED, m.DropSuccessor), True, Body.FIELDS),
    Route("POST", "/hand-over/now", hand_over.hand_over, VISITOR, (*ISSUED, m.HandOver), True, Body.FIELDS),
    Route("GET", app.PLACE, app.show_app, VISITOR, (m.ReadOwn,), False),
    Route("POST", app.PLACE, app.begin, VISITOR, (m.ReadOwn, m.BeginApp), True, Body.FIELDS),
    Route("POST", "/own/app/code", app.confirm, VISITOR, (m.ReadOwn, m.ConfirmApp), True, Body.FIELDS),
    Route("POST", "/own/app/drop", app.drop, VISITOR, (m.ReadOwn, m.DropApp), True, Body.FIELDS),
    *MANUAL_ROUTES,
    *BOOKLET_ROUTES,
    Route("GET", "/favicon.ico", show_mark, ANYONE, (), False),
)

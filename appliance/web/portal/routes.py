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
from appliance.web.routes import Body, Route, does, shows
from appliance.web.visiting import sign_out

ANYONE = Guard.ANYONE
USERS = (m.ListUsers,)
DOWNLOAD = (m.DownloadNotice, m.DownloadFinished)
TOGETHER = (m.ListNotices, m.DownloadNotices, m.DownloadFinished)
FORM = (m.ReadOwn,)
ISSUED = (m.ReadOwnIssued,)
SENDING = (*FORM, m.BeginUpload, m.PutPart, m.SubmitFiling)
FILING = (m.ReadFiling,)

# Filings (SC14, SC15), and how the office wants them approved.
FILINGS = (
    shows("/filings", filings.show_filings, m.ListFilings),
    shows("/filings.csv", filings.export_filings, m.ListFilings),
    shows("/filings/new", sending.show_form, *FORM, *FILING),
    does("/filings/new", sending.send, *SENDING, body=Body.FIELDS_THEN_FILE),
    does("/filings/check", checking.check, *FORM, body=Body.JSON),
    does("/uploads", uploading.begin, m.BeginUpload, body=Body.JSON),
    Route("PUT", "/uploads/{id}/{number}", uploading.put_part, Guard.VISITOR, (m.PutPart,), True, Body.BYTES),
    does("/uploads/{id}/submit", sending.submit, m.SubmitFiling, body=Body.JSON),
    shows("/filings/{id}", filing.show_filing, *FILING),
    shows("/filings/{id}/file", filing.open_document, m.DownloadFiling, m.DownloadFinished),
    does("/filings/{id}/approve", filing.approve, *FILING, m.ApproveFiling),
    does("/filings/{id}/deliver", filing.deliver, *FILING, m.DeliverFiling),
    does("/filings/{id}/ask", filing.ask, *FILING, m.AskApproval),
    shows("/filings/{id}/cancel", filing.show_cancelling, *FILING),
    does("/filings/{id}/cancel", filing.cancel, *FILING, m.CancelFiling),
    shows(office_rules.PLACE, office_rules.show_rules, m.ReadOfficeRules),
    does(office_rules.PLACE, office_rules.change_rules, m.ReadOfficeRules, m.ChangeOfficeRules),
)

# The PCs of the office.
SEATS = (
    shows(seats.PLACE, seats.show_seats, m.ListOwnSeats),
    shows(seats.ONE, seats.show_seat, m.ListOwnSeats),
    does(seats.CODE_PLACE, seats.ask_code, m.ListOwnSeats, m.AskSeatCode),
    does(seats.ONE, seats.give_up, m.ListOwnSeats, m.GiveUpSeat),
)

# Several offices in one hand (SC13), and who works for this one.
FOR_ONE = (m.ListDelegations,)
SERVED = (
    shows(served.PLACE, served.show_served, m.ListServed),
    does("/served/switch", served.switch, m.SwitchOffice),
    shows("/served/folder", folder.show_folder, m.ListClients),
    does("/served/check", folder.check, m.ListClients, body=Body.JSON),
    does("/served/folder/switch", folder.switch, m.SwitchOffice, body=Body.JSON),
    shows(delegations.PLACE, delegations.show_delegations, *FOR_ONE),
    shows("/delegations/{delegation}/end", delegations.show_ending, *FOR_ONE),
    does("/delegations/{delegation}/end", delegations.end, *FOR_ONE, m.EndDelegation),
    shows("/delegations/{delegation}/permissions", delegations.show_narrowing, *FOR_ONE),
    does("/delegations/{delegation}/permissions", delegations.narrow, *FOR_ONE, m.NarrowDelegation),
)

ROUTES = (
    Route("GET", "/sign-in", pages.show_sign_in, ANYONE, (m.AskHours,), False),
    Route("POST", "/sign-in", pages.give_name, ANYONE, (m.Arrive,), True, Body.FIELDS),
    Route("POST", "/sign-in/code", pages.give_code, ANYONE, (m.GiveCode,), True, Body.FIELDS),
    Route("POST", "/sign-in/password", pages.give_password, ANYONE, (m.GivePassword,), True, Body.FIELDS),
    does("/sign-out", sign_out, m.SignOut),
    shows("/", pages.show_menu, m.OpenMenu, m.Look),
    shows(month.PLACE, month.show_month, m.ReadMonth),
    shows(PLACE, listen, m.Follow),
    shows("/notices", notices.show_notices, m.ListNotices),
    shows("/notices.csv", notices.export_notices, m.ListNotices),
    shows("/notices/{id}/file", notices.download, *DOWNLOAD),
    shows("/notices/{id}/zip", notices.download_packed, *DOWNLOAD),
    does("/notices/together", notices.download_together, *TOGETHER),
    *FILINGS,
    shows("/history", show_history, m.ReadHistory),
    shows("/history.csv", export_history, m.ReadHistory),
    does("/register/office", registration.register_office, m.ReadOwn, m.RegisterOffice),
    *PEOPLE_ROUTES,
    *SERVED,
    *SEATS,
    shows("/users", users.show_users, *USERS),
    shows("/users/new", users.show_adding, *USERS),
    does("/users/new", users.add, *USERS, m.ReadOwn, m.AddUser),
    shows("/users/{account}", users.show_changing, *USERS),
    does("/users/{account}", users.change, *USERS, m.ChangeUser),
    shows("/users/{account}/remove", users.show_removing, *USERS),
    does("/users/{account}/remove", users.remove, m.RemoveUser),
    shows("/users/{account}/password", users.show_resetting, *USERS),
    does("/users/{account}/password", users.reset, *USERS, m.ReadOwn, m.ResetPassword),
    shows(zip_password.PLACE, zip_password.show_asking, m.ReadOwn),
    does("/zip-password/code", zip_password.ask_code, m.ReadOwn, m.AskZipPassword),
    does(zip_password.PLACE, zip_password.show_password, m.ReadOwn, m.ShowZipPassword),
    shows(zip_change.PLACE, zip_change.show_changing, *ISSUED),
    does("/zip-password/change/code", zip_change.ask_code, *ISSUED, m.AskZipPassword),
    does(zip_change.PLACE, zip_change.change, *ISSUED, m.ChangeZipPassword),
    shows(contract.PLACE, contract.show_contract, *ISSUED),
    does("/contract/reissue", contract.ask_reissue, *ISSUED, m.AskReissue),
    shows(hand_over.PLACE, hand_over.show_hand_over, *ISSUED),
    does(hand_over.PLACE, hand_over.name_successor, *ISSUED, m.NameSuccessor),
    does("/hand-over/code", hand_over.confirm, *ISSUED, m.ConfirmSuccessor),
    does("/hand-over/drop", hand_over.drop, *ISSUED, m.DropSuccessor),
    does("/hand-over/now", hand_over.hand_over, *ISSUED, m.HandOver),
    shows(app.PLACE, app.show_app, m.ReadOwn),
    does(app.PLACE, app.begin, m.ReadOwn, m.BeginApp),
    does("/own/app/code", app.confirm, m.ReadOwn, m.ConfirmApp),
    does("/own/app/drop", app.drop, m.ReadOwn, m.DropApp),
    *MANUAL_ROUTES,
    *BOOKLET_ROUTES,
    Route("GET", "/favicon.ico", show_mark, ANYONE, (), False),
)

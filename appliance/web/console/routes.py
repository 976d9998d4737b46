# SPDX-License-Identifier: Apache-2.0
"""Who may reach what at the console, and which messages it sends."""

from appliance.contracts.pages import Guard
from appliance.link import messages as m
from appliance.web.console import (
    activations,
    banners,
    callers,
    dashboard,
    delegations,
    deliver,
    documents,
    filing,
    filings,
    health,
    intake,
    intake_one,
    issued,
    letters,
    locks,
    notices,
    office_card,
    pages,
    proposals,
    seats,
    staff,
    suspension,
    take_out,
    uploads,
)
from appliance.web.favicon import show_mark
from appliance.web.help.booklets import CONSOLE_BOOKLET_ROUTES
from appliance.web.help.pages import MANUAL_ROUTES
from appliance.web.history import show_history
from appliance.web.history_csv import export_history
from appliance.web.listening import PLACE, listen
from appliance.web.people.routes import PEOPLE_ROUTES
from appliance.web.routes import Body, Route
from appliance.web.uploading import put_part
from appliance.web.visiting import sign_out

ANYONE, VISITOR = Guard.ANYONE, Guard.VISITOR
DONE = m.DownloadFinished
INITIALISE = "/offices/{office}/users/{account}/initialise"
CARD = (m.ReadOffice,)
STAFF = (m.ListStaff,)
PROPOSALS = (m.ListProposals, m.ListStaff)
DELIVERING = (m.ListOffices, m.BeginUpload, m.PutPart, m.DeliverNotice, m.DeliverCopies)
NOTICES = (m.ListOffices, m.ListNotices)
CANCELLING = (*NOTICES, m.ReadNotice)
INBOX = (m.OpenMenu, m.ListOffices, m.ListFilings)
INTAKE = (m.ListRegistrations,)
TAKING_IN = (*INTAKE, m.TakeInRegistration)
CONFIRMING = (*INTAKE, m.ConfirmRegistrations)
PREVIEW = (m.ReadRegistration,)
ISSUED = (m.ReadIssued,)
LETTERS = (m.ListLetters,)
FILING = (m.ReadFiling, m.ListNotices, m.ReadNotice)
ACTIVATION = (m.ReadActivation,)

# PCs of offices: requests for activation, and seats.
DEVICES = (
    Route("GET", activations.PLACE, activations.show_activations, VISITOR, (m.ListActivations,), False),
    Route("GET", activations.ONE, activations.show_activation, VISITOR, ACTIVATION, False),
    Route(
        "POST",
        activations.APPROVE,
        activations.approve,
        VISITOR,
        (*ACTIVATION, m.ApproveActivation),
        True,
        Body.FIELDS,
    ),
    Route("GET", activations.REFUSE, activations.show_refusing, VISITOR, ACTIVATION, False),
    Route(
        "POST",
        activations.REFUSE,
        activations.refuse,
        VISITOR,
        (*ACTIVATION, m.RefuseActivation),
        True,
        Body.FIELDS,
    ),
    Route("GET", seats.PLACE, seats.show_seats, VISITOR, (m.FindSeats,), False),
    Route("GET", seats.OF_OFFICE, seats.show_office_seats, VISITOR, (m.ListSeats,), False),
    Route("GET", seats.REVOKE, seats.show_revoking, VISITOR, (m.ListSeats,), False),
    Route("POST", seats.REVOKE, seats.revoke, VISITOR, (m.ListSeats, m.RevokeSeat), True, Body.FIELDS),
    Route("POST", seats.OPEN, seats.open_again, VISITOR, (m.ListSeats, m.OpenSeat), True, Body.FIELDS),
)

CALL = (m.ReadCaller,)

# An office that calls (R247).
CALL_ROUTES = (
    Route("GET", callers.PLACE, callers.show_search, VISITOR, (m.ListOffices, m.ListCauses), False),
    Route("GET", callers.CARD, callers.show_card, VISITOR, CALL, False),
    Route(
        "POST",
        "/calls/{office}/test-mail",
        callers.send_test_mail,
        VISITOR,
        (*CALL, m.SendTestMail),
        True,
        Body.FIELDS,
    ),
    Route("POST", "/calls/{office}/again", callers.send_again, VISITOR, (*CALL, m.SendAgain), True, Body.FIELDS),
    Route(
        "POST",
        "/calls/{office}/diagnosis",
        callers.judge_file,
        VISITOR,
        (*CALL, m.JudgeDiagnosis),
        True,
        Body.FIELDS_THEN_FILE,
    ),
)

# 複数事業所管理届 (R229).
ENTERING = (m.ReadOffice, m.ListOffices, m.FindOffices)
GROUPED = (
    Route(
        "GET", delegations.PLACE, delegations.show_delegations, VISITOR, (m.ListDelegations, m.ListOffices), False
    ),
    Route("GET", delegations.NEW, delegations.show_entering, VISITOR, ENTERING, False),
    Route("POST", delegations.NEW, delegations.look_at, VISITOR, ENTERING, True, Body.FIELDS),
    Route("POST", delegations.SURE, delegations.add, VISITOR, (*ENTERING, m.AddDelegations), True, Body.FIELDS),
    Route("GET", "/delegations/{delegation}/end", delegations.show_ending, VISITOR, (m.ListDelegations,), False),
    Route(
        "POST",
        "/delegations/{delegation}/end",
        delegations.end,
        VISITOR,
        (m.ListDelegations, m.EndDelegation),
        True,
        Body.FIELDS,
    ),
)

ROUTES = (
    Route("GET", "/sign-in", pages.show_sign_in, ANYONE, (), False),
    Route("POST", "/sign-in", pages.give_name, ANYONE, (m.ArriveStaff,), True, Body.FIELDS),
    Route("POST", "/sign-in/code", pages.give_code, ANYONE, (m.GiveCode,), True, Body.FIELDS),
    Route("POST", "/sign-out", sign_out, VISITOR, (m.SignOut,), True, Body.FIELDS),
    Route("GET", "/", dashboard.show_menu, VISITOR, (m.ReadDashboard, m.OpenMenu, m.Look), False),
    Route("GET", PLACE, listen, VISITOR, (m.Follow,), False),
    Route("GET", "/offices", pages.show_offices, VISITOR, (m.ListOffices,), False),
    Route("GET", "/offices.csv", pages.export_offices, VISITOR, (m.ListOffices,), False),
    Route("GET", "/offices/{office}", office_card.show_office, VISITOR, CARD, False),
    Route("GET", "/offices/{office}/admin", office_card.show_changing, VISITOR, CARD, False),
    Route(
        "POST",
        "/offices/{office}/admin",
        office_card.change_admin,
        VISITOR,
        (*CARD, m.ChangeAdmin),
        True,
        Body.FIELDS,
    ),
    Route("GET", suspension.SUSPEND_PLACE, suspension.show_suspending, VISITOR, CARD, False),
    Route(
        "POST",
        suspension.SUSPEND_PLACE,
        suspension.suspend,
        VISITOR,
        (*CARD, m.SuspendOffice),
        True,
        Body.FIELDS,
    ),
    Route("GET", suspension.RESUME_PLACE, suspension.show_resuming, VISITOR, CARD, False),
    Route(
        "POST",
        suspension.RESUME_PLACE,
        suspension.resume,
        VISITOR,
        (*CARD, m.ResumeOffice),
        True,
        Body.FIELDS,
    ),
    Route("GET", issued.PLACE, issued.show_issued, VISITOR, ISSUED, False),
    Route("GET", "/offices/{office}/reissue", issued.show_reissuing, VISITOR, ISSUED, False),
    Route(
        "POST",
        "/offices/{office}/reissue",
        issued.reissue,
        VISITOR,
        (*ISSUED, m.ReissueLetter),
        True,
        Body.FIELDS,
    ),
    Route("GET", "/offices/{office}/seats", issued.show_seats, VISITOR, ISSUED, False),
    Route(
        "POST",
        "/offices/{office}/seats",
        issued.change_seats,
        VISITOR,
        (*ISSUED, m.ChangeSeats),
        True,
        Body.FIELDS,
    ),
    Route("GET", "/offices/{office}/zip-password", issued.show_zip, VISITOR, ISSUED, False),
    Route(
        "POST",
        "/offices/{office}/zip-password",
        issued.allow_zip,
        VISITOR,
        (*ISSUED, m.AllowZipChange),
        True,
        Body.FIELDS,
    ),
    Route("GET", letters.PLACE, letters.show_letters, VISITOR, LETTERS, False),
    Route("POST", "/letters/print", letters.print_letters, VISITOR, (*LETTERS, m.PrintLetters), True, Body.FIELDS),
    Route("POST", "/letters/confirm", letters.confirm, VISITOR, (*LETTERS, m.ConfirmLetters), True, Body.FIELDS),
    Route("GET", INITIALISE, office_card.show_initialising, VISITOR, CARD, False),
    Route("POST", INITIALISE, office_card.initialise, VISITOR, (*CARD, m.Initialise), True, Body.FIELDS),
    Route("GET", "/filings", filings.show_filings, VISITOR, INBOX, False),
    Route("GET", "/filings.csv", filings.export_filings, VISITOR, INBOX, False),
    Route(
        "POST", "/filings/receive", filings.receive_marked, VISITOR, (*INBOX, m.ReceiveFiling), True, Body.FIELDS
    ),
    Route("GET", "/filings/take-out", take_out.show_form, VISITOR, (m.OpenMenu,), False),
    Route("GET", "/filings/take-out/zip", take_out.take_out, VISITOR, (m.OpenMenu, m.TakeOut, DONE), False),
    Route("GET", "/filings/{id}", filing.show_filing, VISITOR, FILING, False),
    Route("GET", "/filings/{id}/document", filing.open_document, VISITOR, (m.DownloadFiling, DONE), False),
    Route("POST", "/filings/{id}/receive", filing.receive, VISITOR, (*FILING, m.ReceiveFiling), True, Body.FIELDS),
    Route("POST", "/filings/{id}/accept", filing.accept, VISITOR, (*FILING, m.AcceptFiling), True, Body.FIELDS),
    Route("GET", "/filings/{id}/return", filing.show_returning, VISITOR, FILING, False),
    Route("POST", "/filings/{id}/return", filing.give_back, VISITOR, (*FILING, m.ReturnFiling), True, Body.FIELDS),
    Route("GET", "/filings/{id}/done", filing.show_completing, VISITOR, FILING, False),
    Route("POST", "/filings/{id}/done", filing.complete, VISITOR, (*FILING, m.CompleteFiling), True, Body.FIELDS),
    Route("GET", "/documents", documents.show_documents, VISITOR, (m.OpenMenu,), False),
    Route("GET", "/notices", notices.show_notices, VISITOR, NOTICES, False),
    Route("GET", "/notices.csv", notices.export_notices, VISITOR, NOTICES, False),
    Route("GET", "/notices/{id}/cancel", notices.show_cancelling, VISITOR, CANCELLING, False),
    Route(
        "POST", "/notices/{id}/cancel", notices.cancel, VISITOR, (*CANCELLING, m.CancelNotice), True, Body.FIELDS
    ),
    Route("POST", "/notices/{id}/copies", uploads.copies, VISITOR, (m.DeliverCopies,), True, Body.JSON),
    Route(
        "POST",
        "/notices/{id}/rest",
        deliver.deliver_rest,
        VISITOR,
        (m.ListOffices, m.DeliverCopies),
        True,
        Body.FIELDS,
    ),
    Route("GET", "/notices/new", deliver.show_form, VISITOR, (m.ListOffices,), False),
    Route("POST", "/notices/new", deliver.deliver, VISITOR, DELIVERING, True, Body.FIELDS_THEN_FILE),
    Route("POST", "/uploads", uploads.begin, VISITOR, (m.ListOffices, m.BeginUpload), True, Body.JSON),
    Route("PUT", "/uploads/{id}/{number}", put_part, VISITOR, (m.PutPart,), True, Body.BYTES),
    Route(
        "POST",
        "/uploads/{id}/deliver",
        uploads.deliver,
        VISITOR,
        (m.ListOffices, m.DeliverNotice),
        True,
        Body.JSON,
    ),
    Route("GET", intake.PLACE, intake.show_registrations, VISITOR, INTAKE, False),
    Route("POST", intake.PLACE, intake.take_in, VISITOR, TAKING_IN, True, Body.FIELDS_THEN_FILE),
    Route("POST", "/registrations/files", intake.take_in_one, VISITOR, TAKING_IN, True, Body.FIELDS_THEN_FILE),
    Route("GET", "/registrations/confirm", intake.show_confirming, VISITOR, INTAKE, False),
    Route("POST", "/registrations/confirm", intake.confirm_all, VISITOR, CONFIRMING, True, Body.FIELDS),
    Route("GET", intake_one.ONE, intake_one.show_registration, VISITOR, PREVIEW, False),
    Route(
        "POST",
        "/registrations/{id}/correct",
        intake_one.correct,
        VISITOR,
        (*PREVIEW, m.CorrectRegistration),
        True,
        Body.FIELDS,
    ),
    Route(
        "POST",
        "/registrations/{id}/confirm",
        intake_one.confirm,
        VISITOR,
        (*PREVIEW, m.ConfirmRegistrations),
        True,
        Body.FIELDS,
    ),
    Route("GET", "/registrations/{id}/reject", intake_one.show_rejecting, VISITOR, PREVIEW, False),
    Route(
        "POST",
        "/registrations/{id}/reject",
        intake_one.reject,
        VISITOR,
        (*PREVIEW, m.RejectRegistration),
        True,
        Body.FIELDS,
    ),
    *GROUPED,
    Route("GET", banners.PLACE, banners.show_banners, VISITOR, (m.ListBanners,), False),
    Route("POST", banners.PLACE, banners.put, VISITOR, (m.ListBanners, m.PutBanner), True, Body.FIELDS),
    Route("GET", banners.DOWN, banners.show_taking, VISITOR, (m.ListBanners,), False),
    Route("POST", banners.DOWN, banners.take_down, VISITOR, (m.ListBanners, m.TakeBannerDown), True, Body.FIELDS),
    Route("GET", health.PLACE, health.show_health, VISITOR, (m.ReadDiagnosis,), False),
    Route("GET", "/locks", locks.show_locks, VISITOR, (m.ListLocks,), False),
    Route("GET", "/locks/{account}/unlock", locks.show_unlocking, VISITOR, (m.ListLocks,), False),
    Route("GET", "/offices/{office}/unlock-download", locks.show_opening, VISITOR, (m.ListLocks,), False),
    Route(
        "POST",
        "/offices/{office}/unlock-download",
        locks.open_counter,
        VISITOR,
        (m.ListLocks, m.UnlockCounter),
        True,
        Body.FIELDS,
    ),
    Route("POST", "/locks/{account}/unlock", locks.unlock, VISITOR, (m.ListLocks, m.Unlock), True, Body.FIELDS),
    Route("GET", "/staff", staff.show_staff, VISITOR, STAFF, False),
    Route("GET", "/staff/new", staff.show_adding, VISITOR, STAFF, False),
    Route("POST", "/staff/new", staff.add, VISITOR, (*STAFF, m.AddStaff), True, Body.FIELDS),
    Route("GET", "/staff/{account}", staff.show_changing, VISITOR, STAFF, False),
    Route("POST", "/staff/{account}", staff.change, VISITOR, (*STAFF, m.ChangeStaff), True, Body.FIELDS),
    Route("GET", "/staff/{account}/reset", staff.show_resetting, VISITOR, STAFF, False),
    Route("POST", "/staff/{account}/reset", staff.reset, VISITOR, (*STAFF, m.ResetStaff), True, Body.FIELDS),
    Route("GET", "/staff/{account}/remove", staff.show_removing, VISITOR, STAFF, False),
    Route("POST", "/staff/{account}/remove", staff.remove, VISITOR, (*STAFF, m.RemoveStaff), True, Body.FIELDS),
    Route("GET", "/proposals", proposals.show_proposals, VISITOR, PROPOSALS, False),
    Route("POST", "/proposals/{proposal}", proposals.decide, VISITOR, (*PROPOSALS, m.Decide), True, Body.FIELDS),
    *DEVICES,
    *PEOPLE_ROUTES,
    Route("GET", "/history", show_history, VISITOR, (m.ReadHistory,), False),
    Route("GET", "/history.csv", export_history, VISITOR, (m.ReadHistory,), False),
    *CALL_ROUTES,
    *MANUAL_ROUTES,
    *CONSOLE_BOOKLET_ROUTES,
    Route("GET", "/favicon.ico", show_mark, ANYONE, (), False),
)

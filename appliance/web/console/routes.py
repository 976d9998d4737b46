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
    tunnel_day,
    tunnel_ending,
    tunnels,
    uploads,
)
from appliance.web.favicon import show_mark
from appliance.web.help.booklets import CONSOLE_BOOKLET_ROUTES
from appliance.web.help.pages import MANUAL_ROUTES
from appliance.web.history import show_history
from appliance.web.history_csv import export_history
from appliance.web.listening import PLACE, listen
from appliance.web.people.routes import PEOPLE_ROUTES
from appliance.web.routes import Body, Route, does, shows
from appliance.web.uploading import put_part
from appliance.web.visiting import sign_out

ANYONE = Guard.ANYONE
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
    shows(activations.PLACE, activations.show_activations, m.ListActivations),
    shows(activations.ONE, activations.show_activation, *ACTIVATION),
    does(activations.APPROVE, activations.approve, *ACTIVATION, m.ApproveActivation),
    shows(activations.REFUSE, activations.show_refusing, *ACTIVATION),
    does(activations.REFUSE, activations.refuse, *ACTIVATION, m.RefuseActivation),
    shows(seats.PLACE, seats.show_seats, m.FindSeats),
    shows(seats.OF_OFFICE, seats.show_office_seats, m.ListSeats),
    shows(seats.REVOKE, seats.show_revoking, m.ListSeats),
    does(seats.REVOKE, seats.revoke, m.ListSeats, m.RevokeSeat),
    does(seats.OPEN, seats.open_again, m.ListSeats, m.OpenSeat),
)

WEIGHED = (m.WeighEnding,)
ENDING = (m.WeighEnding, m.EndTunnel, m.EndTunnels)

# VPN sessions (R90, R91).
TUNNELS = (
    shows(tunnels.PLACE, tunnels.show_tunnels, m.ListTunnels),
    shows(tunnels.PAST, tunnels.show_past, m.ListPastTunnels),
    shows(tunnels.BLOCKED, tunnels.show_blocked, m.ListSeatBlocks),
    shows(tunnel_day.DAY, tunnel_day.show_day, m.ReadTunnelDay),
    shows(tunnel_ending.END_ALL, tunnel_ending.show_ending, *WEIGHED),
    does(tunnel_ending.END_ALL, tunnel_ending.end, *ENDING),
    shows(tunnel_ending.END, tunnel_ending.show_ending, *WEIGHED),
    does(tunnel_ending.END, tunnel_ending.end, *ENDING),
    shows(tunnel_ending.BLOCK, tunnel_ending.show_blocking, m.ListSeats),
    does(tunnel_ending.BLOCK, tunnel_ending.block, m.ListSeats, m.BlockSeat),
    shows(tunnel_ending.UNBLOCK, tunnel_ending.show_unblocking, m.ListSeats),
    does(tunnel_ending.UNBLOCK, tunnel_ending.unblock, m.ListSeats, m.UnblockSeat),
)

CALL = (m.ReadCaller,)

# An office that calls (R247).
CALL_ROUTES = (
    shows(callers.PLACE, callers.show_search, m.ListOffices, m.ListCauses),
    shows(callers.CARD, callers.show_card, *CALL),
    does("/calls/{office}/test-mail", callers.send_test_mail, *CALL, m.SendTestMail),
    does("/calls/{office}/again", callers.send_again, *CALL, m.SendAgain),
    does("/calls/{office}/diagnosis", callers.judge_file, *CALL, m.JudgeDiagnosis, body=Body.FIELDS_THEN_FILE),
)

# 複数事業所管理届 (R229).
ENTERING = (m.ReadOffice, m.ListOffices, m.FindOffices)
GROUPED = (
    shows(delegations.PLACE, delegations.show_delegations, m.ListDelegations, m.ListOffices),
    shows(delegations.NEW, delegations.show_entering, *ENTERING),
    does(delegations.NEW, delegations.look_at, *ENTERING),
    does(delegations.SURE, delegations.add, *ENTERING, m.AddDelegations),
    shows("/delegations/{delegation}/end", delegations.show_ending, m.ListDelegations),
    does("/delegations/{delegation}/end", delegations.end, m.ListDelegations, m.EndDelegation),
)

ROUTES = (
    Route("GET", "/sign-in", pages.show_sign_in, ANYONE, (), False),
    Route("POST", "/sign-in", pages.give_name, ANYONE, (m.ArriveStaff,), True, Body.FIELDS),
    Route("POST", "/sign-in/code", pages.give_code, ANYONE, (m.GiveCode,), True, Body.FIELDS),
    does("/sign-out", sign_out, m.SignOut),
    shows("/", dashboard.show_menu, m.ReadDashboard, m.OpenMenu, m.Look),
    shows(PLACE, listen, m.Follow),
    shows("/offices", pages.show_offices, m.ListOffices),
    shows("/offices.csv", pages.export_offices, m.ListOffices),
    shows("/offices/{office}", office_card.show_office, *CARD),
    shows("/offices/{office}/admin", office_card.show_changing, *CARD),
    does("/offices/{office}/admin", office_card.change_admin, *CARD, m.ChangeAdmin),
    shows(suspension.SUSPEND_PLACE, suspension.show_suspending, *CARD),
    does(suspension.SUSPEND_PLACE, suspension.suspend, *CARD, m.SuspendOffice),
    shows(suspension.RESUME_PLACE, suspension.show_resuming, *CARD),
    does(suspension.RESUME_PLACE, suspension.resume, *CARD, m.ResumeOffice),
    shows(issued.PLACE, issued.show_issued, *ISSUED),
    shows("/offices/{office}/reissue", issued.show_reissuing, *ISSUED),
    does("/offices/{office}/reissue", issued.reissue, *ISSUED, m.ReissueLetter),
    shows("/offices/{office}/seats", issued.show_seats, *ISSUED),
    does("/offices/{office}/seats", issued.change_seats, *ISSUED, m.ChangeSeats),
    shows("/offices/{office}/zip-password", issued.show_zip, *ISSUED),
    does("/offices/{office}/zip-password", issued.allow_zip, *ISSUED, m.AllowZipChange),
    shows(letters.PLACE, letters.show_letters, *LETTERS),
    does("/letters/print", letters.print_letters, *LETTERS, m.PrintLetters),
    does("/letters/confirm", letters.confirm, *LETTERS, m.ConfirmLetters),
    shows(INITIALISE, office_card.show_initialising, *CARD),
    does(INITIALISE, office_card.initialise, *CARD, m.Initialise),
    shows("/filings", filings.show_filings, *INBOX),
    shows("/filings.csv", filings.export_filings, *INBOX),
    does("/filings/receive", filings.receive_marked, *INBOX, m.ReceiveFiling),
    shows("/filings/take-out", take_out.show_form, m.OpenMenu),
    shows("/filings/take-out/zip", take_out.take_out, m.OpenMenu, m.TakeOut, DONE),
    shows("/filings/{id}", filing.show_filing, *FILING),
    shows("/filings/{id}/document", filing.open_document, m.DownloadFiling, DONE),
    does("/filings/{id}/receive", filing.receive, *FILING, m.ReceiveFiling),
    does("/filings/{id}/accept", filing.accept, *FILING, m.AcceptFiling),
    shows("/filings/{id}/return", filing.show_returning, *FILING),
    does("/filings/{id}/return", filing.give_back, *FILING, m.ReturnFiling),
    shows("/filings/{id}/done", filing.show_completing, *FILING),
    does("/filings/{id}/done", filing.complete, *FILING, m.CompleteFiling),
    shows("/documents", documents.show_documents, m.OpenMenu),
    shows("/notices", notices.show_notices, *NOTICES),
    shows("/notices.csv", notices.export_notices, *NOTICES),
    shows("/notices/{id}/cancel", notices.show_cancelling, *CANCELLING),
    does("/notices/{id}/cancel", notices.cancel, *CANCELLING, m.CancelNotice),
    does("/notices/{id}/copies", uploads.copies, m.DeliverCopies, body=Body.JSON),
    does("/notices/{id}/rest", deliver.deliver_rest, m.ListOffices, m.DeliverCopies),
    shows("/notices/new", deliver.show_form, m.ListOffices),
    does("/notices/new", deliver.deliver, *DELIVERING, body=Body.FIELDS_THEN_FILE),
    does("/uploads", uploads.begin, m.ListOffices, m.BeginUpload, body=Body.JSON),
    Route("PUT", "/uploads/{id}/{number}", put_part, Guard.VISITOR, (m.PutPart,), True, Body.BYTES),
    does("/uploads/{id}/deliver", uploads.deliver, m.ListOffices, m.DeliverNotice, body=Body.JSON),
    shows(intake.PLACE, intake.show_registrations, *INTAKE),
    does(intake.PLACE, intake.take_in, *TAKING_IN, body=Body.FIELDS_THEN_FILE),
    does("/registrations/files", intake.take_in_one, *TAKING_IN, body=Body.FIELDS_THEN_FILE),
    shows("/registrations/confirm", intake.show_confirming, *INTAKE),
    does("/registrations/confirm", intake.confirm_all, *CONFIRMING),
    shows(intake_one.ONE, intake_one.show_registration, *PREVIEW),
    does("/registrations/{id}/correct", intake_one.correct, *PREVIEW, m.CorrectRegistration),
    does("/registrations/{id}/confirm", intake_one.confirm, *PREVIEW, m.ConfirmRegistrations),
    shows("/registrations/{id}/reject", intake_one.show_rejecting, *PREVIEW),
    does("/registrations/{id}/reject", intake_one.reject, *PREVIEW, m.RejectRegistration),
    *GROUPED,
    shows(banners.PLACE, banners.show_banners, m.ListBanners),
    does(banners.PLACE, banners.put, m.ListBanners, m.PutBanner),
    shows(banners.DOWN, banners.show_taking, m.ListBanners),
    does(banners.DOWN, banners.take_down, m.ListBanners, m.TakeBannerDown),
    shows(health.PLACE, health.show_health, m.ReadDiagnosis),
    shows("/locks", locks.show_locks, m.ListLocks),
    shows("/locks/{account}/unlock", locks.show_unlocking, m.ListLocks),
    shows("/offices/{office}/unlock-download", locks.show_opening, m.ListLocks),
    does("/offices/{office}/unlock-download", locks.open_counter, m.ListLocks, m.UnlockCounter),
    does("/locks/{account}/unlock", locks.unlock, m.ListLocks, m.Unlock),
    shows("/staff", staff.show_staff, *STAFF),
    shows("/staff/new", staff.show_adding, *STAFF),
    does("/staff/new", staff.add, *STAFF, m.AddStaff),
    shows("/staff/{account}", staff.show_changing, *STAFF),
    does("/staff/{account}", staff.change, *STAFF, m.ChangeStaff),
    shows("/staff/{account}/reset", staff.show_resetting, *STAFF),
    does("/staff/{account}/reset", staff.reset, *STAFF, m.ResetStaff),
    shows("/staff/{account}/remove", staff.show_removing, *STAFF),
    does("/staff/{account}/remove", staff.remove, *STAFF, m.RemoveStaff),
    shows("/proposals", proposals.show_proposals, *PROPOSALS),
    does("/proposals/{proposal}", proposals.decide, *PROPOSALS, m.Decide),
    *DEVICES,
    *TUNNELS,
    *PEOPLE_ROUTES,
    shows("/history", show_history, m.ReadHistory),
    shows("/history.csv", export_history, m.ReadHistory),
    *CALL_ROUTES,
    *MANUAL_ROUTES,
    *CONSOLE_BOOKLET_ROUTES,
    Route("GET", "/favicon.ico", show_mark, ANYONE, (), False),
)

# SPDX-License-Identifier: Apache-2.0
"""The rows of the messages about people: the part of the table that table.py takes in."""

from appliance.link.messages import locks as k
from appliance.link.messages import own as o
from appliance.link.messages import people as p
from appliance.link.messages import staff as s
from appliance.link.messages.row import Message, Nothing
from appliance.model.journal import Kind
from appliance.model.words import Site

_BOTH = frozenset({Site.PORTAL, Site.CONSOLE})
_PORTAL, _CONSOLE, _ADMIN = (frozenset({site}) for site in (Site.PORTAL, Site.CONSOLE, Site.ADMIN))


def _registering(shape: type, reply: type, sites: frozenset[Site], kind: Kind, action: str) -> Message:
    """What an account does before it is registered (R105)."""
    return Message(shape, reply, sites, kind, action=action, changes=True, unready=True)


def _changing(shape: type, reply: type, sites: frozenset[Site], kind: Kind, action: str) -> Message:
    return Message(shape, reply, sites, kind, action=action, changes=True)


def _two_person(shape: type, kind: Kind, action: str) -> Message:
    return Message(shape, s.TwoPersonReply, _CONSOLE, kind, action=action, changes=True, two_person=True)


def _admin(shape: type, reply: type, kind: Kind) -> Message:
    return Message(shape, reply, _ADMIN, kind, visit=False)


PEOPLE_MESSAGES: tuple[Message, ...] = (
    _admin(p.AddContract, p.ContractAdded, Kind.CONTRACT_ADDED),
    Message(o.ReadOwn, o.Own, _BOTH, Kind.ACCOUNT_READ, action="own.read", unready=True),
    _registering(o.RegisterOffice, Nothing, _PORTAL, Kind.OFFICE_REGISTERED, "office.register"),
    _registering(o.RegisterSelf, o.Registered, _BOTH, Kind.ACCOUNT_REGISTERED, "own.register"),
    _changing(o.ChangeOwn, o.Noted, _BOTH, Kind.ACCOUNT_CHANGED, "own.change"),
    _changing(o.ChangePassword, Nothing, _BOTH, Kind.PASSWORD_CHANGED, "own.change"),
    _changing(o.ChangeMail, o.Noted, _BOTH, Kind.MAIL_CHANGE_ASKED, "own.change"),
    _changing(o.ConfirmMail, Nothing, _BOTH, Kind.MAIL_CHANGED, "own.change"),
    _changing(o.AskZipPassword, Nothing, _PORTAL, Kind.ZIP_PASSWORD_ASKED, "zip_password.show"),
    _changing(o.ShowZipPassword, o.ZipPasswordShown, _PORTAL, Kind.ZIP_PASSWORD_SHOWN, "zip_password.show"),
    _changing(o.BeginApp, o.AppShown, _PORTAL, Kind.FACTOR_ENROLLED, "own.change"),
    _changing(o.ConfirmApp, Nothing, _PORTAL, Kind.FACTOR_ENROLLED, "own.change"),
    _changing(o.DropApp, Nothing, _PORTAL, Kind.FACTOR_DROPPED, "own.change"),
    Message(p.ListUsers, p.UserPage, _PORTAL, Kind.ACCOUNT_LIST_READ, action="user.list"),
    _changing(p.AddUser, p.UserAdded, _PORTAL, Kind.ACCOUNT_ADDED, "user.change"),
    _changing(p.ChangeUser, o.Noted, _PORTAL, Kind.ACCOUNT_CHANGED, "user.change"),
    _changing(p.RemoveUser, Nothing, _PORTAL, Kind.ACCOUNT_REMOVED, "user.change"),
    _changing(p.ResetPassword, p.FirstPassword, _PORTAL, Kind.PASSWORD_RESET, "user.change"),
    Message(p.ReadOffice, p.OfficeCard, _CONSOLE, Kind.ACCOUNT_LIST_READ, action="office.read"),
    _changing(p.ChangeAdmin, p.FirstPassword, _CONSOLE, Kind.ACCOUNT_INITIALISED, "account.change_admin"),
    _changing(p.SuspendOffice, Nothing, _CONSOLE, Kind.OFFICE_SUSPENDED, "office.suspend"),
    _changing(p.ResumeOffice, Nothing, _CONSOLE, Kind.OFFICE_RESUMED, "office.suspend"),
    Message(k.ListLocks, k.LockPage, _CONSOLE, Kind.LOCK_LIST_READ, action="lock.list"),
    _changing(k.Unlock, Nothing, _CONSOLE, Kind.ACCOUNT_UNLOCKED, "lock.release"),
    _changing(k.Initialise, p.FirstPassword, _CONSOLE, Kind.ACCOUNT_INITIALISED, "account.initialise"),
    _admin(k.AskLocks, k.LockPage, Kind.LOCK_LIST_READ),
    _admin(k.ReleaseLock, k.LockReleased, Kind.ACCOUNT_UNLOCKED),
    Message(o.ListVisits, o.VisitPage, _BOTH, Kind.VISIT_LIST_READ, action="own.read"),
    _changing(o.EndVisit, Nothing, _BOTH, Kind.VISIT_ENDED, "own.change"),
    Message(s.ListStaff, s.StaffPage, _CONSOLE, Kind.ACCOUNT_LIST_READ, action="staff.list"),
    _two_person(s.AddStaff, Kind.ACCOUNT_ADDED, "staff.change"),
    _two_person(s.ChangeStaff, Kind.ACCOUNT_CHANGED, "staff.change"),
    _two_person(s.RemoveStaff, Kind.ACCOUNT_REMOVED, "staff.change"),
    _two_person(s.ResetStaff, Kind.PASSWORD_RESET, "staff.change"),
    Message(s.ListProposals, s.ProposalPage, _CONSOLE, Kind.PROPOSAL_LIST_READ, action="proposal.list"),
    _changing(s.Decide, s.TwoPersonReply, _CONSOLE, Kind.PROPOSAL_DECIDED, "proposal.decide"),
    _admin(s.AskStaff, s.StaffPage, Kind.ACCOUNT_LIST_READ),
    _admin(s.AdmitStaff, s.StaffAdmitted, Kind.ACCOUNT_ADDED),
    _admin(s.RecoverStaff, p.FirstPassword, Kind.PASSWORD_RESET),
)

PEOPLE_SAFE_AGAIN: frozenset[type] = frozenset(
    {o.ReadOwn, p.ListUsers, o.ListVisits, p.ReadOffice, k.ListLocks, s.ListStaff, s.ListProposals}
)

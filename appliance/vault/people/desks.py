# SPDX-License-Identifier: Apache-2.0
"""Who does the messages about people: the part of the table of desks that desks.py takes in."""

from collections.abc import Mapping

from appliance.link.messages import locks as k
from appliance.link.messages import own as o
from appliance.link.messages import people as p
from appliance.link.messages import staff as s
from appliance.vault.office_list import named_office
from appliance.vault.people import (
    admin_change,
    contracts,
    locks,
    mail_change,
    office_card,
    own_app,
    own_data,
    registration,
    staff,
    suspending,
    two_person,
    users,
    visit_list,
    zip_password,
)
from appliance.vault.reception import Desk

PEOPLE_DESKS: Mapping[type, Desk] = {
    p.AddContract: Desk(contracts.add_contract),
    o.RegisterOffice: Desk(registration.register_office),
    o.RegisterSelf: Desk(registration.register_self),
    o.ReadOwn: Desk(own_data.read_own),
    o.ChangeOwn: Desk(own_data.change_own),
    o.ChangePassword: Desk(own_data.change_password),
    o.ChangeMail: Desk(mail_change.change_mail),
    o.ConfirmMail: Desk(mail_change.confirm_mail),
    o.AskZipPassword: Desk(zip_password.ask_zip_password),
    o.ShowZipPassword: Desk(zip_password.show_zip_password),
    o.BeginApp: Desk(own_app.begin_app),
    o.ConfirmApp: Desk(own_app.confirm_app),
    o.DropApp: Desk(own_app.drop_app),
    p.ListUsers: Desk(users.list_users),
    p.AddUser: Desk(users.add_user),
    p.ChangeUser: Desk(users.change_user, users.office_of_user),
    p.RemoveUser: Desk(users.remove_user, users.office_of_user),
    p.ResetPassword: Desk(users.reset_password, users.office_of_user),
    p.ReadOffice: Desk(office_card.read_office, named_office),
    p.ChangeAdmin: Desk(admin_change.change_admin, admin_change.office_of_admin),
    p.SuspendOffice: Desk(suspending.suspend_office, named_office),
    p.ResumeOffice: Desk(suspending.resume_office, named_office),
    k.ListLocks: Desk(locks.list_locks),
    k.Unlock: Desk(locks.unlock, locks.office_of_locked),
    k.Initialise: Desk(locks.initialise, locks.office_of_locked),
    k.AskLocks: Desk(locks.list_locks),
    k.ReleaseLock: Desk(locks.release_lock),
    o.ListVisits: Desk(visit_list.list_visits),
    o.EndVisit: Desk(visit_list.end_own_visit),
    s.ListStaff: Desk(staff.list_staff),
    s.AddStaff: Desk(two_person.propose),
    s.ChangeStaff: Desk(two_person.propose, staff.office_of_staff),
    s.RemoveStaff: Desk(two_person.propose, staff.office_of_staff),
    s.ResetStaff: Desk(two_person.propose, staff.office_of_staff),
    s.ListProposals: Desk(two_person.list_proposals),
    s.Decide: Desk(two_person.decide),
    s.AskStaff: Desk(staff.list_staff),
    s.AdmitStaff: Desk(staff.admit_staff),
    s.RecoverStaff: Desk(staff.recover_staff),
}

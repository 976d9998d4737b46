# SPDX-License-Identifier: Apache-2.0
"""Which handler does which message: a table beside link/messages."""

from collections.abc import Mapping

from appliance.link import messages as m
from appliance.vault import acting, administration, banners, history, office_list
from appliance.vault.calling.desks import CALLING_DESKS
from appliance.vault.dashboard import read_dashboard
from appliance.vault.devices.desks import DEVICES_DESKS
from appliance.vault.documents import notices, uploads
from appliance.vault.documents.desks import OUTGOING_DESKS
from appliance.vault.door import codes, coming_in, visits
from appliance.vault.edge import report_refusal
from appliance.vault.fetching.desks import FETCHING_DESKS
from appliance.vault.filings.desks import FILING_DESKS
from appliance.vault.grouping.desks import GROUPING_DESKS
from appliance.vault.health.probing import diagnose
from appliance.vault.hours import ask_hours
from appliance.vault.intake.desks import INTAKE_DESKS
from appliance.vault.issuing.desks import ISSUING_DESKS
from appliance.vault.kits.at_host import KIT_DESKS
from appliance.vault.kits.clients import KIT_CLIENT_DESKS
from appliance.vault.menu import open_menu
from appliance.vault.month import read_month
from appliance.vault.people.desks import PEOPLE_DESKS
from appliance.vault.reception import Desk
from appliance.vault.tunnels.desks import TUNNEL_DESKS
from appliance.vault.watching.telling import follow, watch

DESKS: Mapping[type, Desk] = {
    m.AskHours: Desk(ask_hours),
    m.RequestCode: Desk(codes.request_code),
    m.Arrive: Desk(coming_in.arrive),
    m.ArriveStaff: Desk(coming_in.arrive_staff),
    m.GiveCode: Desk(coming_in.give_code),
    m.GivePassword: Desk(coming_in.give_password),
    m.SignOut: Desk(visits.sign_out),
    m.ReportRefusal: Desk(report_refusal),
    m.AskBanners: Desk(banners.ask_banners),
    m.ListBanners: Desk(banners.list_banners),
    m.PutBanner: Desk(banners.put_banner),
    m.TakeBannerDown: Desk(banners.take_down),
    m.ReadMonth: Desk(read_month),
    m.OpenMenu: Desk(open_menu, for_plugins=True),
    m.ReadDashboard: Desk(read_dashboard),
    m.Follow: Desk(follow),
    m.Watch: Desk(watch),
    m.ListNotices: Desk(notices.list_notices, notices.office_of_list, for_plugins=True),
    m.ReadNotice: Desk(notices.read_notice, notices.office_of_notice, for_plugins=True),
    m.ListOffices: Desk(office_list.list_offices, for_plugins=True),
    m.ReadHistory: Desk(history.read_history, history.office_of_history, for_plugins=True),
    m.BeginUpload: Desk(uploads.begin_upload, uploads.office_of_new),
    m.PutPart: Desk(uploads.put_part, uploads.office_of_part),
    m.Act: Desk(acting.act, acting.office_of_act, for_plugins=True),
    m.Look: Desk(acting.look, acting.office_of_act, for_plugins=True),
    m.CutLink: Desk(administration.cut_link),
    m.MoveClock: Desk(administration.move_clock),
    m.BlockPlugin: Desk(administration.block_plugin),
    m.ApprovePlugin: Desk(administration.approve_plugin),
    m.ExportJournal: Desk(administration.export_journal),
    m.VerifyJournal: Desk(administration.verify_journal),
    m.AskStatus: Desk(administration.ask_status),
    m.Diagnose: Desk(diagnose),
    m.ReadDiagnosis: Desk(diagnose),
    **PEOPLE_DESKS,
    **OUTGOING_DESKS,
    **FILING_DESKS,
    **INTAKE_DESKS,
    **ISSUING_DESKS,
    **KIT_CLIENT_DESKS,
    **KIT_DESKS,
    **FETCHING_DESKS,
    **DEVICES_DESKS,
    **GROUPING_DESKS,
    **CALLING_DESKS,
    **TUNNEL_DESKS,
}

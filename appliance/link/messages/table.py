# SPDX-License-Identifier: Apache-2.0
"""The tables: each message with its sites, its guard and its entry in the journal."""

from appliance.link.messages.administration import (
    ApprovePlugin,
    AskStatus,
    BlockPlugin,
    ClockMoved,
    CutLink,
    ExportJournal,
    JournalVerdict,
    LinkCut,
    MoveClock,
    Status,
    VerifyJournal,
)
from appliance.link.messages.banners import (
    AskBanners,
    BannerPage,
    BannerPut,
    ListBanners,
    PutBanner,
    TakeBannerDown,
)
from appliance.link.messages.calling_rows import CALLING_MESSAGES, CALLING_SAFE_AGAIN
from appliance.link.messages.dashboard import Dashboard, ReadDashboard
from appliance.link.messages.device_rows import DEVICE_MESSAGES, DEVICE_SAFE_AGAIN
from appliance.link.messages.diagnosis import Diagnose, Diagnosis, ReadDiagnosis
from appliance.link.messages.door import (
    Arrive,
    Arrived,
    ArriveStaff,
    GiveCode,
    GivePassword,
    ReportRefusal,
    RequestCode,
    SignedOut,
    SignOut,
)
from appliance.link.messages.fetching_rows import FETCHING_MESSAGES, FETCHING_SAFE_AGAIN
from appliance.link.messages.filing_rows import FILING_MESSAGES, FILING_SAFE_AGAIN, OUTGOING_MESSAGES
from appliance.link.messages.gate import (
    AdmitSeats,
    BarSeats,
    EndSessions,
    GateDone,
    OpenSessions,
    TellSeats,
    WatchSessions,
)
from appliance.link.messages.grouping_rows import GROUPING_MESSAGES, GROUPING_SAFE_AGAIN
from appliance.link.messages.hours import AskHours, HoursNow
from appliance.link.messages.issuing_rows import ISSUING_MESSAGES, ISSUING_SAFE_AGAIN
from appliance.link.messages.kit_client_rows import KIT_CLIENT_MESSAGES, KIT_CLIENT_SAFE_AGAIN
from appliance.link.messages.kit_rows import KIT_MESSAGES, KIT_SAFE_AGAIN
from appliance.link.messages.live import Follow, Following, Watch
from appliance.link.messages.month import Month, ReadMonth
from appliance.link.messages.notices import (
    BeginUpload,
    DeliverNotice,
    Download,
    DownloadFinished,
    DownloadNotice,
    NoticeDelivered,
    PartKept,
    PutPart,
    UploadBegun,
)
from appliance.link.messages.pages import (
    HistoryPage,
    ListNotices,
    ListOffices,
    Menu,
    NoticePage,
    NoticeRow,
    OfficePage,
    OpenMenu,
    ReadHistory,
    ReadNotice,
)
from appliance.link.messages.people_rows import PEOPLE_MESSAGES, PEOPLE_SAFE_AGAIN
from appliance.link.messages.plugins import Act, Acted, Look
from appliance.link.messages.registration_rows import REGISTRATION_MESSAGES, REGISTRATION_SAFE_AGAIN
from appliance.link.messages.row import Carries, GateMessage, Message, Nothing
from appliance.link.messages.tunnel_rows import TUNNEL_MESSAGES, TUNNEL_SAFE_AGAIN
from appliance.model.journal import Kind
from appliance.model.words import Permission, Site

PUBLIC, PORTAL, CONSOLE, ADMIN = Site.PUBLIC, Site.PORTAL, Site.CONSOLE, Site.ADMIN
EVERY_WEB_SITE = frozenset({PUBLIC, PORTAL, CONSOLE})
BOTH = frozenset({PORTAL, CONSOLE})


def _admin(shape: type, reply: type, journal: Kind, carries: Carries = Carries.NOTHING) -> Message:
    """A row for an administrator at the vault's own host."""
    return Message(shape, reply, frozenset({ADMIN}), journal, visit=False, carries=carries)


MESSAGES: tuple[Message, ...] = (
    Message(AskHours, HoursNow, frozenset({PORTAL}), Kind.REQUEST_REFUSED, visit=False),
    Message(RequestCode, Nothing, frozenset({PUBLIC}), Kind.CODE_REQUESTED, visit=False),
    Message(Arrive, Arrived, frozenset({PORTAL}), Kind.SIGN_IN, visit=False, action="sign_in"),
    Message(ArriveStaff, Arrived, frozenset({CONSOLE}), Kind.SIGN_IN, visit=False, action="sign_in"),
    Message(GiveCode, Arrived, BOTH, Kind.SIGN_IN, visit=False, action="sign_in"),
    Message(GivePassword, Arrived, frozenset({PORTAL}), Kind.SIGN_IN, visit=False, action="sign_in"),
    Message(SignOut, SignedOut, BOTH, Kind.SIGN_OUT, changes=True, unready=True),
    Message(ReportRefusal, Nothing, EVERY_WEB_SITE, Kind.REQUEST_REFUSED, visit=False),
    Message(AskBanners, Nothing, frozenset({PUBLIC, PORTAL}), Kind.REQUEST_REFUSED, visit=False),
    Message(ListBanners, BannerPage, frozenset({CONSOLE}), Kind.BANNER_LIST_READ, action="banner.list"),
    Message(PutBanner, BannerPut, frozenset({CONSOLE}), Kind.BANNER_PUT, action="banner.change", changes=True),
    Message(
        TakeBannerDown, Nothing, frozenset({CONSOLE}), Kind.BANNER_TAKEN_DOWN, action="banner.change", changes=True
    ),
    Message(ReadMonth, Month, frozenset({PORTAL}), Kind.MONTH_READ, action="month.read"),
    Message(OpenMenu, Menu, BOTH, Kind.MENU_READ, action="menu.read"),
    Message(ReadDashboard, Dashboard, frozenset({CONSOLE}), Kind.MENU_READ, action="dashboard.read"),
    Message(Follow, Following, EVERY_WEB_SITE, Kind.MENU_READ, action="menu.read"),
    Message(Watch, Nothing, EVERY_WEB_SITE, Kind.REQUEST_REFUSED, visit=False, carries=Carries.BYTES_DOWN),
    Message(ListNotices, NoticePage, BOTH, Kind.NOTICE_LIST_READ, action="notice.list"),
    Message(ReadNotice, NoticeRow, frozenset({CONSOLE}), Kind.NOTICE_LIST_READ, action="notice.list"),
    Message(ListOffices, OfficePage, frozenset({CONSOLE}), Kind.OFFICE_LIST_READ, action="office.list"),
    Message(ReadHistory, HistoryPage, BOTH, Kind.HISTORY_READ, action="history.read"),
    Message(
        BeginUpload,
        UploadBegun,
        BOTH,
        Kind.UPLOAD_BEGUN,
        action="document.upload",
        needs=Permission.UPLOAD,
        changes=True,
    ),
    Message(
        PutPart,
        PartKept,
        BOTH,
        Kind.UPLOAD_PART,
        action="document.upload",
        needs=Permission.UPLOAD,
        changes=True,
        carries=Carries.BYTES_UP,
    ),
    Message(
        DeliverNotice,
        NoticeDelivered,
        frozenset({CONSOLE}),
        Kind.NOTICE_DELIVERED,
        action="notice.deliver",
        changes=True,
    ),
    Message(
        DownloadNotice,
        Download,
        frozenset({PORTAL}),
        Kind.NOTICE_DOWNLOAD_STARTED,
        action="notice.download",
        needs=Permission.DOWNLOAD,
        carries=Carries.BYTES_DOWN,
    ),
    Message(DownloadFinished, Nothing, BOTH, Kind.NOTICE_RECEIVED, action="download.report"),
    Message(Act, Acted, BOTH, Kind.ACTION_DONE, action="act", changes=True),
    Message(Look, Acted, BOTH, Kind.ACTION_READ, action="look"),
    _admin(CutLink, LinkCut, Kind.LINK_CUT),
    _admin(MoveClock, ClockMoved, Kind.CLOCK_MOVED),
    _admin(BlockPlugin, Nothing, Kind.PLUGIN_BLOCKED),
    _admin(ApprovePlugin, Nothing, Kind.PLUGIN_APPROVED),
    _admin(ExportJournal, Nothing, Kind.JOURNAL_EXPORTED, Carries.BYTES_DOWN),
    _admin(VerifyJournal, JournalVerdict, Kind.JOURNAL_VERIFIED),
    _admin(AskStatus, Status, Kind.STATUS_READ),
    _admin(Diagnose, Diagnosis, Kind.STATUS_READ),
    Message(ReadDiagnosis, Diagnosis, frozenset({CONSOLE}), Kind.STATUS_READ, action="status.read"),
    *PEOPLE_MESSAGES,
    *FILING_MESSAGES,
    *OUTGOING_MESSAGES,
    *CALLING_MESSAGES,
    *DEVICE_MESSAGES,
    *FETCHING_MESSAGES,
    *GROUPING_MESSAGES,
    *ISSUING_MESSAGES,
    *KIT_CLIENT_MESSAGES,
    *KIT_MESSAGES,
    *REGISTRATION_MESSAGES,
    *TUNNEL_MESSAGES,
)
BY_NAME = {message.name: message for message in MESSAGES}
BY_SHAPE = {message.shape: message for message in MESSAGES}

GATE_MESSAGES: tuple[GateMessage, ...] = (
    GateMessage(WatchSessions, Nothing, carries=Carries.BYTES_DOWN),
    GateMessage(TellSeats, Nothing),
    GateMessage(AdmitSeats, GateDone),
    GateMessage(BarSeats, GateDone),
    GateMessage(OpenSessions, GateDone),
    GateMessage(EndSessions, GateDone),
)

# All that the vault tells the gate may be told again.
GATE_SAFE_AGAIN: frozenset[type] = frozenset({TellSeats, AdmitSeats, BarSeats, OpenSessions, EndSessions})
# Asking these a second time does no harm, so a sender may, when a kept connection turns out to be dead.
SAFE_AGAIN: frozenset[type] = frozenset(
    {AskHours, Look, AskBanners, ListBanners, ReadMonth}
    | {OpenMenu, ReadDashboard, Follow, ListNotices, ReadNotice, ListOffices, ReadHistory, VerifyJournal, AskStatus}
    | {Diagnose, ReadDiagnosis}
    | PEOPLE_SAFE_AGAIN
    | FILING_SAFE_AGAIN
    | CALLING_SAFE_AGAIN
    | DEVICE_SAFE_AGAIN
    | FETCHING_SAFE_AGAIN
    | GROUPING_SAFE_AGAIN
    | ISSUING_SAFE_AGAIN
    | KIT_CLIENT_SAFE_AGAIN
    | KIT_SAFE_AGAIN
    | REGISTRATION_SAFE_AGAIN
    | TUNNEL_SAFE_AGAIN
    | GATE_SAFE_AGAIN
)

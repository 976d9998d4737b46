# SPDX-License-Identifier: Apache-2.0
"""The complete list of what may cross a tier boundary: a table of messages, each with its sites.

A message that is not in the table does not exist; a message from a site that its row does not name is refused and
journaled. Fields may be added with a default; they are never renamed or removed within one version (design §2).
"""

from dataclasses import dataclass, field
from enum import StrEnum

from appliance.model.journal import Kind
from appliance.model.time import Instant
from appliance.model.words import NoticeState, Permission, Role, Site, Tier

VERSION = 1
PART_SIZE = 8 * 1024 * 1024


class Carries(StrEnum):
    """Whether a stream of bytes goes with the message, or comes with its reply."""

    NOTHING = "nothing"
    BYTES_UP = "bytes up"
    BYTES_DOWN = "bytes down"


# --- signing in and out -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SignIn:
    """An office user wants in (SC6, SC8). All three as typed."""

    contract_number: str
    user_id: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignInStaff:
    """One of the fund's staff wants in. Both as typed."""

    login: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The token of the new visit; it is never stored, only its hash."""

    token: str = field(repr=False)
    ends_at: Instant


@dataclass(frozen=True, slots=True)
class SignOut:
    """The visit ends now."""


@dataclass(frozen=True, slots=True)
class ReportRefusal:
    """The web tier turned a request away before it became a message. reason is a fixed word of limits.py."""

    reason: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """The reply that says only: it is done."""


# --- pages --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenMenu:
    """The first page after sign-in."""


@dataclass(frozen=True, slots=True)
class Menu:
    """What waits: the number of unread notices; more_than says that it is only as far as was counted."""

    unread: int
    more_than: bool


@dataclass(frozen=True, slots=True)
class ListNotices:
    """A page of notices, newest first. At the portal the office is the visitor's own, whatever is asked."""

    office: str = ""
    after: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One line of a list of notices."""

    id: str
    office_number: int
    office_name: str
    type: str
    period: str
    file_name: str
    size: int
    state: NoticeState
    delivered_at: Instant
    received_at: Instant


@dataclass(frozen=True, slots=True)
class NoticePage:
    """Some lines, and the cursor of the next page, "" at the end."""

    rows: tuple[NoticeRow, ...]
    after: str


@dataclass(frozen=True, slots=True)
class ListOffices:
    """A page of offices in the order of their numbers."""

    after: int = 0
    limit: int = 1000


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """One office as the fund's staff see it."""

    id: str
    number: int
    contract_number: str
    name: str


@dataclass(frozen=True, slots=True)
class OfficePage:
    """Some offices; after is the last number, or 0 at the end."""

    rows: tuple[OfficeRow, ...]
    after: int


@dataclass(frozen=True, slots=True)
class ReadHistory:
    """A page of the journal, newest first: the visitor's own office's at the portal, everything at the console."""

    before: int = 0
    limit: int = 50
    office: str = ""


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One entry of the journal. names are for people and may be destroyed ("") while the entry stays."""

    seq: int
    at: Instant
    kind: Kind
    result: str
    site: str
    actor_name: str
    office_name: str
    thing: str
    reason: str
    count: int
    personal: dict[str, str]


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some entries; before is the cursor of the next page, 0 at the end."""

    rows: tuple[HistoryRow, ...]
    before: int


# --- notices ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BeginUpload:
    """A document for an office is about to come. size in bytes. command makes a repeat harmless."""

    office: str
    file_name: str
    size: int
    command: str


@dataclass(frozen=True, slots=True)
class UploadBegun:
    """Send the parts, numbered from 0, each part_size bytes but the last."""

    upload: str
    part_size: int


@dataclass(frozen=True, slots=True)
class PutPart:
    """One part; its bytes go with the message. A repeat of a kept part with the same bytes changes nothing."""

    upload: str
    number: int


@dataclass(frozen=True, slots=True)
class PartKept:
    """The part is sealed and durable. sha256 is of the document up to the end of this part."""

    size: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class DeliverNotice:
    """The upload is complete: deliver it. sha256 is of the whole document, 32 bytes; period is "YYYY-MM"."""

    upload: str
    type: str
    period: str
    sha256: bytes
    command: str


@dataclass(frozen=True, slots=True)
class NoticeDelivered:
    """The office can see the notice."""

    notice: str


@dataclass(frozen=True, slots=True)
class DownloadNotice:
    """The bytes of a notice, please; they come with the reply."""

    notice: str


@dataclass(frozen=True, slots=True)
class Download:
    """What follows: size bytes of a document. Report with DownloadFinished when the last byte has gone out."""

    download: str
    file_name: str
    size: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class DownloadFinished:
    """How a download ended: sent is the number of bytes handed to the visitor's connection."""

    download: str
    sent: int


# --- plugins ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Act:
    """An action that a plugin added. name is `<plugin>.<verb>`."""

    name: str
    fields: dict[str, str]
    command: str = ""


@dataclass(frozen=True, slots=True)
class Acted:
    """What the action said."""

    fields: dict[str, str]


# --- administration -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AddOffice:
    """A new office; all as typed. The same office again changes nothing."""

    number: int
    contract_number: str
    name: str


@dataclass(frozen=True, slots=True)
class OfficeAdded:
    """Its id."""

    office: str


@dataclass(frozen=True, slots=True)
class AddAccount:
    """A new account of the office with this contract number, or of the fund if it is ""."""

    contract_number: str
    login: str
    name: str
    mail: str
    role: Role


@dataclass(frozen=True, slots=True)
class AccountAdded:
    """Its id and its first password, shown this once."""

    account: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CutLink:
    """End all visits of a site at once: its process may be in other hands."""

    of_site: Site


@dataclass(frozen=True, slots=True)
class LinkCut:
    """How many visits ended."""

    visits: int


@dataclass(frozen=True, slots=True)
class MoveClock:
    """Move the demo clock forward. Refused unless [demo] is enabled."""

    seconds: int


@dataclass(frozen=True, slots=True)
class ClockMoved:
    """The instant that it is now."""

    now: Instant


@dataclass(frozen=True, slots=True)
class BlockPlugin:
    """Journal that an administrator blocks (or unblocks) a plugin from the next start on."""

    name: str
    blocked: bool


@dataclass(frozen=True, slots=True)
class ExportJournal:
    """The whole journal as a bundle; it comes with the reply."""


@dataclass(frozen=True, slots=True)
class VerifyJournal:
    """Check the whole journal, and against a signed checkpoint from elsewhere if one is given."""

    against: str = ""


@dataclass(frozen=True, slots=True)
class JournalVerdict:
    """The result: entries counted, the root in base64, and the first bad entry if there is one."""

    entries: int
    root: str
    ok: bool
    first_bad: int | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AskStatus:
    """How the vault is."""


@dataclass(frozen=True, slots=True)
class Status:
    """Figures for `renkei status` and for tests."""

    version: str
    now: Instant
    journal_size: int
    records_ratio: float
    blobs_ratio: float
    gate_connected: bool
    sessions: int


# --- the gate -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WatchSessions:
    """The vault asks the gate to report, until the stream is closed: a stream of framed GateReports."""


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A VPN session that an engine shows now. seconds since it appeared."""

    engine: str
    session: str
    seat: str
    seconds: int


@dataclass(frozen=True, slots=True)
class GateReport:
    """All live sessions of all engines, as the gate sees them at this moment."""

    engines: tuple[str, ...]
    live: tuple[LiveSession, ...]


# --- the table ----------------------------------------------------------------------------------------------------

PUBLIC, PORTAL, CONSOLE, ADMIN = Site.PUBLIC, Site.PORTAL, Site.CONSOLE, Site.ADMIN
EVERY_WEB_SITE = frozenset({PUBLIC, PORTAL, CONSOLE})
BOTH = frozenset({PORTAL, CONSOLE})


@dataclass(frozen=True, slots=True)
class Message:
    """One row.

    visit: a visit token is needed. action: the policies are asked about this name; "" where signing in or being
    the administrator is the whole question. changes: it needs the form token when it comes from a web site.
    journal: the kind of entry that it leaves when done. needs: the permission of an office user (requirements 1.X).
    """

    shape: type
    reply: type
    sites: frozenset[Site]
    journal: Kind
    visit: bool = True
    action: str = ""
    needs: Permission | None = None
    changes: bool = False
    carries: Carries = Carries.NOTHING

    @property
    def name(self) -> str:
        """Its name on the wire."""
        return self.shape.__name__


def _admin(shape: type, reply: type, journal: Kind, carries: Carries = Carries.NOTHING) -> Message:
    """A row for an administrator at the vault's own host."""
    return Message(shape, reply, frozenset({ADMIN}), journal, visit=False, carries=carries)


MESSAGES: tuple[Message, ...] = (
    Message(SignIn, SignedIn, frozenset({PORTAL}), Kind.SIGN_IN, visit=False, action="sign_in"),
    Message(SignInStaff, SignedIn, frozenset({CONSOLE}), Kind.SIGN_IN, visit=False, action="sign_in"),
    Message(SignOut, Nothing, BOTH, Kind.SIGN_OUT, changes=True),
    Message(ReportRefusal, Nothing, EVERY_WEB_SITE, Kind.REQUEST_REFUSED, visit=False),
    Message(OpenMenu, Menu, BOTH, Kind.MENU_READ, action="menu.read"),
    Message(ListNotices, NoticePage, BOTH, Kind.NOTICE_LIST_READ, action="notice.list"),
    Message(ListOffices, OfficePage, frozenset({CONSOLE}), Kind.OFFICE_LIST_READ, action="office.list"),
    Message(ReadHistory, HistoryPage, BOTH, Kind.HISTORY_READ, action="history.read"),
    Message(
        BeginUpload, UploadBegun, frozenset({CONSOLE}), Kind.UPLOAD_BEGUN, action="notice.upload", changes=True
    ),
    Message(
        PutPart,
        PartKept,
        frozenset({CONSOLE}),
        Kind.UPLOAD_PART,
        action="notice.upload",
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
    Message(
        DownloadFinished,
        Nothing,
        frozenset({PORTAL}),
        Kind.NOTICE_RECEIVED,
        action="notice.download",
        needs=Permission.DOWNLOAD,
    ),
    Message(Act, Acted, BOTH, Kind.ACTION_DONE, action="act", changes=True),
    _admin(AddOffice, OfficeAdded, Kind.OFFICE_ADDED),
    _admin(AddAccount, AccountAdded, Kind.ACCOUNT_ADDED),
    _admin(CutLink, LinkCut, Kind.LINK_CUT),
    _admin(MoveClock, ClockMoved, Kind.CLOCK_MOVED),
    _admin(BlockPlugin, Nothing, Kind.PLUGIN_BLOCKED),
    _admin(ExportJournal, Nothing, Kind.JOURNAL_EXPORTED, Carries.BYTES_DOWN),
    _admin(VerifyJournal, JournalVerdict, Kind.JOURNAL_VERIFIED),
    _admin(AskStatus, Status, Kind.STATUS_READ),
)
BY_NAME = {message.name: message for message in MESSAGES}
BY_SHAPE = {message.shape: message for message in MESSAGES}


@dataclass(frozen=True, slots=True)
class GateMessage:
    """One row of the gate's own table. The vault dials the gate (design §2); nobody else may."""

    shape: type
    reply: type
    sites: frozenset[Tier] = frozenset({Tier.VAULT})
    carries: Carries = Carries.NOTHING

    @property
    def name(self) -> str:
        """Its name on the wire."""
        return self.shape.__name__


GATE_MESSAGES: tuple[GateMessage, ...] = (GateMessage(WatchSessions, Nothing, carries=Carries.BYTES_DOWN),)

# Asking these a second time does no harm, so a sender may, when a kept connection turns out to be dead.
SAFE_AGAIN: frozenset[type] = frozenset({OpenMenu, ListNotices, ListOffices, ReadHistory, VerifyJournal, AskStatus})

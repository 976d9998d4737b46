# SPDX-License-Identifier: Apache-2.0
"""Messages about an office that calls: its card, the next step to say, mails once more, and 診断ファイル."""

from dataclasses import dataclass, field
from enum import StrEnum

from appliance.link.messages.hours import HoursNow
from appliance.link.messages.own import OwnOffice
from appliance.link.messages.people import SuspensionKnown
from appliance.model.devices import SeatState
from appliance.model.diagnosis_file import Diagnosed
from appliance.model.time import Instant
from appliance.model.tunnels import Cause
from appliance.model.words import AccountState, LockState, MailOutcome, Role

MOST_DIAGNOSIS = 16 * 1024


class Paper(StrEnum):
    """Where the letter of an office is (R187). NONE: nothing is known of one; FORGOTTEN: not printed in time."""

    NONE = "none"
    WAITING = "waiting"
    PRINTED = "printed"
    ON_PAPER = "on_paper"
    FORGOTTEN = "forgotten"


class Situation(StrEnum):
    """What an office that calls may be in, the most urgent first; each has its words in texts/calling.toml.

    SEAT_* are of one seat, USER_*, MAIL_* and FIRST_* of one person. TUNNEL_* say why a PC's last connection ended,
    or was refused. Nothing else than these is said.
    """

    OFFICE_SUSPENDED = "office_suspended"
    SEAT_BLOCKED = "seat_blocked"
    SEAT_PAUSED = "seat_paused"
    USER_BLOCKED = "user_blocked"
    USER_LOCKED = "user_locked"
    KEY_BLOCKED = "key_blocked"
    KEY_LOCKED = "key_locked"
    PAPER_FORGOTTEN = "paper_forgotten"
    PAPER_ASKED = "paper_asked"
    PAPER_WAITING = "paper_waiting"
    PAPER_PRINTED = "paper_printed"
    KEY_NONE = "key_none"
    ADMIN_NONE = "admin_none"
    SEAT_FAILED = "seat_failed"
    SEAT_LATE = "seat_late"
    SEAT_OVERRIDDEN = "seat_overridden"
    TUNNEL_SEAT = "tunnel_seat"
    TUNNEL_CERTIFICATE = "tunnel_certificate"
    MAIL_RETURNED = "mail_returned"
    MAIL_FAILED = "mail_failed"
    MAIL_LATER = "mail_later"
    HOURS_CLOSED = "hours_closed"
    TUNNEL_CLOSED = "tunnel_closed"
    TUNNEL_DESK = "tunnel_desk"
    TUNNEL_REPLACED = "tunnel_replaced"
    TUNNEL_LIMIT = "tunnel_limit"
    TUNNEL_GONE = "tunnel_gone"
    SEAT_REQUESTED = "seat_requested"
    SEAT_REFUSED = "seat_refused"
    SEAT_DOWNLOADED = "seat_downloaded"
    SEAT_READY = "seat_ready"
    SEAT_REVOKED = "seat_revoked"
    SEAT_NONE = "seat_none"
    FIRST_ADMIN = "first_admin"
    FIRST_USER = "first_user"
    PAPER_ARRIVED = "paper_arrived"
    SEAT_CONNECTED = "seat_connected"
    WELL = "well"


@dataclass(frozen=True, slots=True)
class ReadCaller:
    """An office that calls."""

    office: str


@dataclass(frozen=True, slots=True)
class LastTunnel:
    """The last VPN session of a PC that is over: when it ended and why. was_open: it had been let through."""

    at: Instant
    cause: Cause
    was_open: bool


@dataclass(frozen=True, slots=True)
class CallerSeat:
    """One of its PCs. has_bond: a PC may connect as this seat now. told is what the desk last told the office.

    connected_until and blocked are as those of a SeatRow. paused_until is until when its PC stays out because it
    has connected again and again.
    """

    number: int
    state: SeatState
    since: Instant
    promised_on: str = ""
    downloaded_at: Instant = 0
    activated_at: Instant = 0
    has_bond: bool = False
    told: str = ""
    connected_until: Instant = 0
    blocked: str = ""
    paused_until: Instant = 0
    last: LastTunnel | None = None


@dataclass(frozen=True, slots=True)
class CallerMail:
    """The last letter to somebody: what became of it, and what the mail server said. again: it can be sent anew."""

    kind: str
    at: Instant
    outcome: MailOutcome
    said: str = field(default="", repr=False)
    again: bool = False


@dataclass(frozen=True, slots=True)
class CallerUser:
    """One of its people; of the address only what people need to tell it from another. visits go on just now."""

    account: str
    login: str
    name: str
    role: Role
    state: AccountState
    lock: LockState
    locked_until: Instant
    last_sign_in_at: Instant
    mail: str = field(repr=False)
    is_mail_confirmed: bool
    visits: int = 0
    last: CallerMail | None = None


@dataclass(frozen=True, slots=True)
class CallerPaper:
    """Its letter: where it is and since when; ends_at is when a sealed one is forgotten. asked: for a reissue."""

    state: Paper
    at: Instant = 0
    ends_at: Instant = 0
    asked: bool = False


@dataclass(frozen=True, slots=True)
class CallerDelegation:
    """Another office works for this one (serves), or this one for the other, until an instant."""

    office: str
    name: str
    until: Instant
    serves: bool


@dataclass(frozen=True, slots=True)
class NextStep:
    """A situation, and whose: a seat's number or somebody's account. The rest fills its words.

    until is when it passes by itself or what it waits for; said are the words of somebody else.
    """

    situation: Situation
    seat: int = 0
    account: str = ""
    name: str = ""
    until: Instant = 0
    day: str = ""
    said: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class CallerCard:
    """Everything that the desk needs to know to answer, and nothing of any document.

    key is the lock of the download key, None where the office has none. steps are all situations, the most urgent
    first: there is always one.
    """

    office: OwnOffice
    paper: CallerPaper
    key: LockState | None
    key_until: Instant
    seats: tuple[CallerSeat, ...]
    users: tuple[CallerUser, ...]
    hours: HoursNow
    delegations: tuple[CallerDelegation, ...] = ()
    steps: tuple[NextStep, ...] = ()
    suspended: SuspensionKnown | None = None


@dataclass(frozen=True, slots=True)
class ListCauses:
    """Why offices have called, this month and before; nothing about any of them."""


@dataclass(frozen=True, slots=True)
class CauseRow:
    """How many cards began with this situation."""

    situation: Situation
    count: int


@dataclass(frozen=True, slots=True)
class CauseMonth:
    """A month, "YYYY-MM", the most frequent first."""

    month: str
    rows: tuple[CauseRow, ...]


@dataclass(frozen=True, slots=True)
class CausePage:
    """The newest month first."""

    months: tuple[CauseMonth, ...]


@dataclass(frozen=True, slots=True)
class SendTestMail:
    """A mail to the address that is registered for somebody, which says only that it came."""

    account: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class SendAgain:
    """The last letter of a kind to somebody, once more: only kinds that hold no secret and are still true."""

    account: str
    kind: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class JudgeDiagnosis:
    """A 診断ファイル that came from an office, as its bytes; nothing of it is kept."""

    office: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class DiagnosisJudged:
    """Its lights, and what could not be read."""

    diagnosed: Diagnosed

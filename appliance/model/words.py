# SPDX-License-Identifier: Apache-2.0
"""The closed vocabularies of the product."""

from enum import StrEnum


class Tier(StrEnum):
    """A process role of design §2."""

    WEB = "web"
    VAULT = "vault"
    GATE = "gate"


class Site(StrEnum):
    """Where a message came in. The listener decides it, never the sender."""

    PUBLIC = "public"
    PORTAL = "portal"
    CONSOLE = "console"
    ADMIN = "admin"


WEB_SITES = (Site.PUBLIC, Site.PORTAL, Site.CONSOLE)


class Weight(StrEnum):
    """How loudly something is told that the fund tells everybody."""

    NORMAL = "normal"
    IMPORTANT = "important"


class Permission(StrEnum):
    """The seven permissions of an office user (R120)."""

    UPLOAD = "upload"
    CANCEL = "cancel"
    APPROVE = "approve"
    DELIVER = "deliver"
    REQUEST_RECEIVE = "request_receive"
    DOWNLOAD = "download"
    MAIL_NOTICE = "mail_notice"


class Role(StrEnum):
    """What an account is: the three presets of an office (R121, R122) and the five roles of a fund (A46)."""

    OFFICE_ADMIN = "office_admin"
    OFFICE_STAFF = "office_staff"
    SHAROSHI = "sharoshi"
    FUND_CLERK = "fund_clerk"
    FUND_RELEASER = "fund_releaser"
    FUND_DESK = "fund_desk"
    FUND_SYSTEM = "fund_system"
    FUND_AUDITOR = "fund_auditor"

    @property
    def of_fund(self) -> bool:
        """Whether the account belongs to the fund; all others belong to an office."""
        return self.value.startswith("fund_")


class AccountState(StrEnum):
    """The states of an account (requirements 1.U). FIRST (初回ログイン待ち) may only register itself.

    REMOVED is nobody any more: its row is kept so that the history still knows the name.
    """

    FIRST = "first"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REMOVED = "removed"


class LockState(StrEnum):
    """What too many wrong passwords make of an account (R340, R341); only the fund ends BLOCKED (閉塞)."""

    OPEN = "open"
    LOCKED = "locked"
    BLOCKED = "blocked"


class Step(StrEnum):
    """What somebody who signs in has to show next (R100); IN: nothing more, the visit has begun.

    ENROL: a right code of the second factor that was shown just now.
    """

    CODE = "code"
    PASSWORD = "password"  # noqa: S105 - the name of a step
    ENROL = "enrol"
    IN = "in"


ALL_PERMISSIONS = frozenset(Permission)
PRESETS: dict[Role, frozenset[Permission]] = {
    Role.OFFICE_ADMIN: ALL_PERMISSIONS,
    Role.OFFICE_STAFF: ALL_PERMISSIONS,
    Role.SHAROSHI: ALL_PERMISSIONS - {Permission.APPROVE, Permission.DELIVER},
}


class PasswordProfile(StrEnum):
    """Whose rules for passwords hold (A8, R314): those of 企業年金電子連携サービス or of ろうきん."""

    ERENKEI = "erenkei"
    ROKIN = "rokin"


class Note(StrEnum):
    """What people should know about something that was done as they wished, or nearly so."""

    KANA_CONVERTED = "kana_converted"
    MAIL_SHARED = "mail_shared"
    SHAROSHI_DECIDES = "sharoshi_decides"


class NoticeState(StrEnum):
    """The states of a notice (帳票) that this release knows (requirements 1.U); the fund ends one unopened."""

    DELIVERED = "delivered"
    RECEIVED = "received"
    CANCELLED = "cancelled"


class FilingState(StrEnum):
    """The states of a filing (届書, requirements 1.U).

    HELD waits for a scanner that is away; REFUSED did not pass it. UPLOADED waits for approval (承認待ち), APPROVED
    for delivery (配信待ち), DELIVERED for the fund (基金未受信), which then accepts, returns (差戻し) or completes.
    """

    HELD = "held"
    REFUSED = "refused"
    UPLOADED = "uploaded"
    APPROVED = "approved"
    DELIVERED = "delivered"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    DONE = "done"
    CANCELLED = "cancelled"


# To an office, whoever of the fund did something is called so.
THE_FUND = "基金"
# In the journal, whoever did something at the public counter with the letter of an office.
COUNTER = "counter"
# What the fund can see: nothing before its delivery (1.U).
SEEN_BY_FUND = (
    FilingState.DELIVERED,
    FilingState.RECEIVED,
    FilingState.ACCEPTED,
    FilingState.RETURNED,
    FilingState.DONE,
)
# Whose turn it is: the fund still has to work on these, and the office on those.
OPEN_AT_FUND = (FilingState.DELIVERED, FilingState.RECEIVED, FilingState.ACCEPTED)
NOT_YET_SENT = (FilingState.HELD, FilingState.UPLOADED, FilingState.APPROVED)
OPEN_AT_OFFICE = (*NOT_YET_SENT, FilingState.RETURNED)


class ScanState(StrEnum):
    """What the scanners said of a document (A48). UNSCANNED (未検査): there is none. WAITING: none answers now."""

    UNSCANNED = "unscanned"
    WAITING = "waiting"
    CLEAN = "clean"
    INFECTED = "infected"
    NOT_SCANNABLE = "not_scannable"


class Format(StrEnum):
    """What a document is made of; the ending of its file name."""

    PDF = "pdf"
    CSV = "csv"
    XLSX = "xlsx"


class MailOutcome(StrEnum):
    """What became of a letter: returned is one that was sent and came back."""

    WAITING = "waiting"
    SENT = "sent"
    LATER = "later"
    FAILED = "failed"
    RETURNED = "returned"

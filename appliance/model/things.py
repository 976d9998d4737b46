# SPDX-License-Identifier: Apache-2.0
"""What the vault keeps: offices, accounts, visits, uploads and notices."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from appliance.model.time import Instant
from appliance.model.words import (
    AccountState,
    FilingState,
    LockState,
    MailOutcome,
    NoticeState,
    Permission,
    Role,
    ScanState,
    Site,
)


@dataclass(frozen=True, slots=True)
class Suspension:
    """The fund lets an office not use the service from an instant on (事業所の利用停止), until it says otherwise.

    by is the account of whoever said so; reason is for the fund alone.
    """

    since: Instant
    by: str
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Office:
    """An employer office (事業所). number is 1 to 999999 (A4); contract_number as R22 and A1.

    seats is how many people, and as many PCs, it may have (R29, R118, A12). registered_at is 0 until its admin has
    registered it (SC9); short_name, which may be "", is what it calls itself. four_eyes: who uploaded a filing does
    not approve it; deliver_on_approve: approving delivers (A13). suspended: nobody of it comes in, and no PC of it
    connects; what it has stays.
    """

    id: str
    number: int
    contract_number: str
    name: str
    created_at: Instant
    short_name: str = ""
    seats: int = 3
    registered_at: Instant = 0
    four_eyes: bool = False
    deliver_on_approve: bool = False
    suspended: Suspension | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may sign in: of an office (office is its id), or of the fund (office is "").

    mail_confirmed_at is 0 until a code that was sent there came back; mail_changed_at is when mail last became
    another (R103).
    """

    id: str
    office: str
    login: str
    name: str
    mail: str
    role: Role
    permissions: frozenset[Permission]
    created_at: Instant
    kana: str = ""
    state: AccountState = AccountState.FIRST
    mail_confirmed_at: Instant = 0
    mail_changed_at: Instant = 0


@dataclass(frozen=True, slots=True)
class Lock:
    """The budget of tries of one name (R340, R341, A24): workflow/door.py is its machine.

    failures are in a row and since the last lock; locks are since the last right password.
    """

    failures: int = 0
    locks: int = 0
    locked_until: Instant = 0
    blocked_at: Instant = 0

    @property
    def state(self) -> LockState:
        """LOCKED also when its time is over, until somebody tries again."""
        if self.blocked_at:
            return LockState.BLOCKED
        return LockState.LOCKED if self.locked_until else LockState.OPEN


@dataclass(frozen=True, slots=True)
class Secret:
    """What proves an account, and its budget of tries: kept apart, because every try writes it.

    first: a machine made it, so the verifier is a keyed hash; else argon2id (design §10).
    """

    account: str
    verifier: str
    first: bool = False
    made_at: Instant = 0
    last_sign_in_at: Instant = 0
    lock: Lock = Lock()


@dataclass(frozen=True, slots=True)
class FactorState:
    """What the core keeps of one second factor of an account, for one purpose: a factor itself keeps nothing.

    state is the plugin's, b"" before there is one. tries are wrong answers in a row; after five a mailed code is
    void, and any other factor rests until spent_until. asked_at and code_ends_at are of the code sent last.
    proven_at is 0 until the first right answer.
    """

    account: str
    factor: str
    purpose: str
    state: bytes = field(default=b"", repr=False)
    tries: int = 0
    spent_until: Instant = 0
    enrolled_at: Instant = 0
    proven_at: Instant = 0
    asked_at: Instant = 0
    code_ends_at: Instant = 0


@dataclass(frozen=True, slots=True)
class Visit:
    """One signed-in stay at one site. Only the hash of its token is kept; it is the key.

    office is the one that it is about: that of the account, or another one, which delegation opens, "" else.
    serves: there may be others to choose from.

    At the public site it is the ticket of an office: account is "", and rests_on is a digest of the download key
    that opened it, which it does not outlive.

    tunnel is the VPN session in which it was begun, and with which it ends; "" where the portal needs none.
    """

    token_hash: bytes
    account: str
    office: str
    site: Site
    started_at: Instant
    ends_at: Instant
    rests_on: bytes = b""
    delegation: str = ""
    serves: bool = False
    tunnel: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One sealed, durable piece of a document: a blob of its own. size is of the open bytes.

    sha256 is of the whole document up to the end of this part, so that it needs no second hash of each byte.
    """

    blob: str
    size: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Upload:
    """A document on its way in. wrapped_key is its data key, wrapped for office and purge month."""

    id: str
    account: str
    office: str
    file_name: str
    size: int
    purge_month: str
    wrapped_key: bytes
    parts: tuple[Part, ...]
    begun_at: Instant

    @property
    def sealed_as(self) -> str:
        """The id under which its bytes are sealed."""
        return self.id


@dataclass(frozen=True, slots=True)
class Notice:
    """A document of the fund for an office (帳票). period is the month it is about, "YYYY-MM".

    content is the id under which its bytes were sealed: another than its own for a copy of what another office got,
    "" for its own. engine names the scanners that looked at it, with the age of their signatures. opened_at is when
    somebody at the office first began to download it.
    """

    id: str
    office: str
    type: str
    period: str
    file_name: str
    size: int
    sha256: bytes
    parts: tuple[Part, ...]
    wrapped_key: bytes
    purge_month: str
    state: NoticeState
    delivered_at: Instant
    delivered_by: str
    received_at: Instant = 0
    received_by: str = ""
    downloads: int = 0
    content: str = ""
    scan: ScanState = ScanState.UNSCANNED
    engine: str = ""
    cancelled_at: Instant = 0
    cancelled_by: str = ""
    reason: str = ""
    opened_at: Instant = 0

    @property
    def sealed_as(self) -> str:
        """The id under which its bytes were sealed."""
        return self.content or self.id


@dataclass(frozen=True, slots=True)
class Filing:
    """A document of an office for the fund (届書). Its bytes never change; of one cancelled they are gone.

    filed_on (届出年月日) and event_on (事由発生年月日, A50; "" where the type has none) are dates "YYYY-MM-DD", and
    so is due_on, the deadline that follows. package is the SHA-256 of the ZIP that it came in, b"" if it came bare.
    approved_sha256 is what was approved. reason is why it was returned or refused; decision the notice that answers
    it; follows and followed_by lead from one that was returned to the one that stands for it now, and back.
    """

    id: str
    office: str
    type: str
    filed_on: str
    file_name: str
    size: int
    sha256: bytes
    parts: tuple[Part, ...]
    wrapped_key: bytes
    purge_month: str
    state: FilingState
    uploaded_at: Instant
    uploaded_by: str
    event_on: str = ""
    due_on: str = ""
    note: str = ""
    package: bytes = b""
    scan: ScanState = ScanState.UNSCANNED
    engine: str = ""
    approved_at: Instant = 0
    approved_by: str = ""
    approved_sha256: bytes = b""
    delivered_at: Instant = 0
    delivered_by: str = ""
    received_at: Instant = 0
    received_by: str = ""
    settled_at: Instant = 0
    settled_by: str = ""
    reason: str = ""
    decision: str = ""
    follows: str = ""
    followed_by: str = ""

    @property
    def sealed_as(self) -> str:
        """The id under which its bytes were sealed."""
        return self.id


@dataclass(frozen=True, slots=True)
class Letter:
    """A row of the outbox: somebody is to be told something, once, and not after an instant.

    fields are what only this letter says, perhaps a code: they go with the row once it is sent. to is an address
    other than the account's present one, or "", office an office other than the account's, or "". Urgent letters,
    for which somebody waits, have a way of their own. next_at is when it is tried (again), after tries tries.
    """

    channel: str
    kind: str
    account: str
    about: str
    written_at: Instant
    not_after: Instant
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    to: str = field(default="", repr=False)
    urgent: bool = False
    next_at: Instant = 0
    tries: int = 0
    office: str = ""


@dataclass(frozen=True, slots=True)
class MailState:
    """The last letter of a kind to an account, for the desk: what became of it, and what the mail server said.

    letter is the id by which a bounce names it.
    """

    account: str
    kind: str
    letter: str
    at: Instant
    outcome: MailOutcome
    said: str = ""

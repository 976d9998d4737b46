# SPDX-License-Identifier: Apache-2.0
"""All tables of the vault, with their keys and indexes."""

from dataclasses import dataclass, field
from enum import StrEnum

from appliance.model.ids import canonical, canonical_number
from appliance.model.things import (
    Account,
    FactorState,
    Filing,
    Letter,
    MailState,
    Notice,
    Office,
    Secret,
    Upload,
    Visit,
)
from appliance.model.time import Instant
from appliance.model.words import (
    OPEN_AT_OFFICE,
    AccountState,
    FilingState,
    LockState,
    NoticeState,
    Role,
    Site,
    Weight,
)
from appliance.vault.records.row_keys import newest_first
from appliance.vault.records.table import Blind, Table
from appliance.vault.records.tallies import of_filing, of_notice
from appliance.vault.records.transaction import Snapshot


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a visit's command said the first time; a repeat gets the same (design §5)."""

    token_hash: bytes
    command: str
    at: Instant
    message: str
    reply: bytes = field(repr=False)


class Goods(StrEnum):
    """What a download is of. TAKEN_OUT are filings of a period, which are journaled at the beginning alone."""

    NOTICES = "notices"
    FILINGS = "filings"
    TAKEN_OUT = "taken_out"


@dataclass(frozen=True, slots=True)
class Download:
    """Documents on their way out to a visit. packed: as a ZIP; else the bytes of one of them, from start on.

    size is of what goes out, 0 where nobody knows it beforehand. A vault that stopped amid downloads before there
    were kinds of goods left rows without things.
    """

    id: str
    token_hash: bytes
    size: int
    begun_at: Instant
    goods: Goods = Goods.NOTICES
    things: tuple[str, ...] = ()
    packed: bool = False
    start: int = 0


@dataclass(frozen=True, slots=True)
class Cut:
    """When a site was last cut off: what was begun through it until then is worth nothing."""

    site: Site
    at: Instant


@dataclass(frozen=True, slots=True)
class Verified:
    """When the journal was last verified, and whether nothing was wrong with it."""

    at: Instant
    ok: bool


@dataclass(frozen=True, slots=True)
class CodeRequests:
    """When an account asked for codes, oldest first: no more of them than the limits look at (A31).

    times are those at which anybody can ask for it; of_visits are its own, within visits.
    """

    account: str
    times: tuple[Instant, ...] = ()
    of_visits: tuple[Instant, ...] = ()


@dataclass(frozen=True, slots=True)
class ZipPassword:
    """With which an office and the fund encrypt ZIPs (圧縮パスワード, R49): needed in plain, so sealed.

    change_until: the fund lets its admin choose another one until then (A33).
    """

    office: str
    password: str = field(repr=False)
    registered_at: Instant
    registered_by: str
    change_until: Instant = 0


@dataclass(frozen=True, slots=True)
class MailChange:
    """The address that somebody wants, until a code that was sent there comes back (T24)."""

    account: str
    mail: str = field(repr=False)
    asked_at: Instant


@dataclass(frozen=True, slots=True)
class Proposal:
    """An act that needs two people, of whom one has spoken. message is what the first one sent, packed.

    target is the account that it is about, as it was then; None for one that is to be added.
    """

    id: str
    name: str
    message: bytes = field(repr=False)
    proposer: str
    reason: str
    at: Instant
    ends_at: Instant
    target: Account | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class DaySent:
    """How much an office has begun to send on one Japanese day, "YYYY-MM-DD"."""

    office: str
    day: str
    uploads: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True)
class KeptBanner:
    """A text that the fund shows at some sites, from one instant until before another (お知らせ)."""

    id: str
    text: str
    english: str
    weight: Weight
    since: Instant
    until: Instant
    sites: frozenset[Site]
    by: str


offices = Table(
    "office",
    Office,
    lambda o: (o.id,),
    {
        "number": lambda o, blind: [(o.number,)],
        "contract": lambda o, blind: [(blind("contract", canonical_number(o.contract_number)),)],
    },
)


def is_suspended(snapshot: Snapshot, office: str) -> bool:
    """Whether an office may not use the service just now; "" is the fund, which always may."""
    found = offices.get(snapshot, office) if office else None
    return found is not None and found.suspended is not None


def _is_somebody(account: Account) -> bool:
    """Whoever was removed is in no list, and the login is free again."""
    return account.state is not AccountState.REMOVED


accounts = Table(
    "account",
    Account,
    lambda a: (a.id,),
    {
        "login": lambda a, blind: [(blind(f"login/{a.office}", canonical(a.login)),)] if _is_somebody(a) else [],
        "office": lambda a, blind: [(a.office,)] if _is_somebody(a) else [],
    },
)

secrets = Table(
    "secret",
    Secret,
    lambda s: (s.account,),
    {
        "lock": lambda s, blind: [] if s.lock.state is LockState.OPEN else [(s.lock.state.value,)],
        # A lock stays in its row when its time is over.
        "locked": lambda s, blind: [(s.lock.locked_until,)] if s.lock.state is LockState.LOCKED else [],
    },
)

factors = Table(
    "factor",
    FactorState,
    lambda f: (f.account, f.factor, f.purpose),
    {"account": lambda f, blind: [(f.account,)]},
)

zip_passwords = Table("zip_password", ZipPassword, lambda z: (z.office,))

mail_changes = Table("mail_change", MailChange, lambda c: (c.account,))

proposals = Table("proposal", Proposal, lambda p: (p.id,), {"end": lambda p, blind: [(p.ends_at,)]})

banners = Table("banner", KeptBanner, lambda b: (b.id,), {"end": lambda b, blind: [(b.until,)]})

cuts = Table("cut", Cut, lambda c: (c.site.value,))

JOURNAL = "journal"
verifications = Table("verified", Verified, lambda v: (JOURNAL,))

code_requests = Table("code_request", CodeRequests, lambda r: (r.account,))

visits = Table(
    "visit",
    Visit,
    lambda v: (v.token_hash,),
    {
        "site": lambda v, blind: [(v.site.value,)],
        "account": lambda v, blind: [(v.account,)],
        "end": lambda v, blind: [(v.ends_at,)],
        "tunnel": lambda v, blind: [(v.tunnel,)] if v.tunnel else [],
    },
)

outcomes = Table("outcome", Outcome, lambda o: (o.token_hash, o.command), {"at": lambda o, blind: [(o.at,)]})

uploads = Table(
    "upload",
    Upload,
    lambda u: (u.id,),
    {
        "begun": lambda u, blind: [(u.begun_at,)],
        "blob": lambda u, blind: [(part.blob,) for part in u.parts],
    },
)


def same_notice(blind: Blind, type: str, period: str, sha256: bytes) -> bytes:
    """What two notices to one office have in common that are the same document, sent twice."""
    return blind("notice", f"{type}/{period}/{sha256.hex()}")


def _same(notice: Notice, blind: Blind) -> list[tuple[str | bytes, ...]]:
    if notice.state is NoticeState.CANCELLED:
        return []
    return [(notice.office, same_notice(blind, notice.type, notice.period, notice.sha256))]


notices = Table(
    "notice",
    Notice,
    lambda n: (n.id,),
    {
        "office": lambda n, blind: [(n.office, newest_first(n.delivered_at))],
        "all": lambda n, blind: [(newest_first(n.delivered_at),)],
        "unread": lambda n, blind: [(n.office, n.delivered_at)] if n.state is NoticeState.DELIVERED else [],
        "unread_all": lambda n, blind: [(n.delivered_at,)] if n.state is NoticeState.DELIVERED else [],
        "same": _same,
        "blob": lambda n, blind: [(part.blob,) for part in n.parts],
    },
    of_notice,
)

days_sent = Table("day_sent", DaySent, lambda d: (d.office, d.day), {"day": lambda d, blind: [(d.day,)]})

# Orders behind every date.
NO_DUE = "9999-12-31"


def _when_delivered(filing: Filing, *parts: str | int) -> list[tuple[str | int, ...]]:
    """The parts of an index that leads to what the fund can see, and to nothing else."""
    return [parts] if filing.delivered_at else []


def _is_due(filing: Filing) -> bool:
    """Whether the office still has to send it, by a day."""
    return bool(filing.due_on) and filing.state in OPEN_AT_OFFICE


filings = Table(
    "filing",
    Filing,
    lambda f: (f.id,),
    {
        "office_state": lambda f, blind: [(f.office, f.state.value, newest_first(f.uploaded_at))],
        "fund": lambda f, blind: _when_delivered(f, f.state.value, newest_first(f.delivered_at)),
        "fund_office": lambda f, blind: _when_delivered(f, f.office, f.state.value, newest_first(f.delivered_at)),
        "due": lambda f, blind: _when_delivered(f, f.state.value, f.due_on or NO_DUE, f.delivered_at),
        "delivered": lambda f, blind: _when_delivered(f, f.delivered_at),
        "office_due": lambda f, blind: [(f.office, f.due_on, f.uploaded_at)] if _is_due(f) else [],
        "held": lambda f, blind: [(f.uploaded_at,)] if f.state is FilingState.HELD else [],
        "blob": lambda f, blind: [(part.blob,) for part in f.parts],
    },
    of_filing,
)

downloads = Table("download", Download, lambda d: (d.id,), {"visit": lambda d, blind: [(d.token_hash, d.begun_at)]})

outbox = Table(
    "outbox",
    Letter,
    lambda letter: (letter.kind, letter.about, letter.account),
    {
        "due": lambda letter, blind: [(int(letter.urgent), letter.next_at)],
        "written": lambda letter, blind: [(letter.written_at,)],
        "late": lambda letter, blind: [(letter.not_after,)],
    },
)

mail_states = Table(
    "mail_state",
    MailState,
    lambda m: (m.account, m.kind),
    {
        "account": lambda m, blind: [(m.account, newest_first(m.at))],
        "letter": lambda m, blind: [(m.letter,)],
    },
)


def somebody(snapshot: Snapshot, id: str) -> Account | None:
    """An account by its id, unless it was removed."""
    account = accounts.get(snapshot, id)
    return account if account is not None and _is_somebody(account) else None


def admin_of(snapshot: Snapshot, office: str) -> Account | None:
    """The admin (管理者) of an office, of whom there is one (R118); None where it has none just now."""
    people = accounts.scan(snapshot, "office", (office,))
    return next((one for one in people if one.role is Role.OFFICE_ADMIN), None)


def cut_at(snapshot: Snapshot, site: Site) -> Instant:
    """When a site was last cut off, -1 if it never was."""
    found = cuts.get(snapshot, site.value)
    return found.at if found else -1

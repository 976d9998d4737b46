# SPDX-License-Identifier: Apache-2.0
"""Messages about an office's contract and its people: registration, own data, users, visits."""

from dataclasses import dataclass, field

from appliance.model.passwords import ERENKEI_RULE, PasswordRule
from appliance.model.time import Instant
from appliance.model.words import AccountState, LockState, MailOutcome, Note, Permission, Role, Site


@dataclass(frozen=True, slots=True)
class AddContract:
    """A new office with its contract and its first user, who is its admin; all as typed.

    seats is how many people the office may have, 1 to 3 (A12).
    """

    number: int
    contract_number: str
    office_name: str
    seats: int
    login: str
    name: str
    kana: str
    mail: str


@dataclass(frozen=True, slots=True)
class ContractAdded:
    """The first password of the first user is shown this once."""

    office: str
    account: str
    password: str = field(repr=False)
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Noted:
    """It is done. notes are what people should know about it."""

    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class FirstPassword:
    """The new first password, shown this once."""

    password: str = field(repr=False)


# --- registration -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RegisterOffice:
    """The admin registers the office at the first sign-in (SC9). The ZIP password cannot be changed later (R49)."""

    short_name: str
    zip_password: str = field(repr=False)
    command: str = ""


@dataclass(frozen=True, slots=True)
class RegisterSelf:
    """Somebody registers at the first sign-in (SC10): the first password dies. The fund's staff needs no kana."""

    name: str
    kana: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Registered:
    """More is allowed now, so the visit goes on under another token."""

    token: str = field(repr=False)
    ends_at: Instant
    notes: tuple[Note, ...] = ()


# --- own data -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReadOwn:
    """What is kept about the visitor, and about the visitor's office."""


@dataclass(frozen=True, slots=True)
class OwnOffice:
    """An office as its people see it (SC11). is_registered: its admin has done so (SC9)."""

    number: int
    contract_number: str
    name: str
    short_name: str
    seats: int
    is_registered: bool


@dataclass(frozen=True, slots=True)
class Own:
    """The visitor. wanted_mail is the address that waits for its code, or "" (T24). office is None for the fund.

    may_have_app: the fund offers codes from an app. has_app: they are what proves the visitor. rule is what a new
    password has to keep.
    """

    account: str
    login: str
    name: str
    kana: str
    mail: str
    is_mail_confirmed: bool
    wanted_mail: str
    role: Role
    permissions: frozenset[Permission]
    state: AccountState
    last_sign_in_at: Instant
    office: OwnOffice | None = None
    may_have_app: bool = False
    has_app: bool = False
    rule: PasswordRule = ERENKEI_RULE


@dataclass(frozen=True, slots=True)
class ChangeOwn:
    """Another name. kana may be "" for the fund's staff."""

    name: str
    kana: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """A new password for the present one; all other visits end."""

    present: str = field(repr=False)
    fresh: str = field(repr=False)
    command: str = ""


@dataclass(frozen=True, slots=True)
class ChangeMail:
    """Another mail address: a code goes there, and only that code puts it in force (T24). Again sends it again."""

    mail: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmMail:
    """The code from the new address, as typed."""

    code: str = field(repr=False)
    command: str = ""


@dataclass(frozen=True, slots=True)
class AskZipPassword:
    """The admin wants to see the ZIP password: a new code goes to the admin's address (A41)."""

    command: str = ""


@dataclass(frozen=True, slots=True)
class ShowZipPassword:
    """Show it, for the admin's own password and the code (A41)."""

    password: str = field(repr=False)
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ZipPasswordShown:
    """There it is."""

    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class BeginApp:
    """An office user wants codes from an app instead of by mail. password is the present one."""

    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AppShown:
    """What the app has to be given, this once: `qr` (SVG), `uri`, `secret`."""

    shown: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class ConfirmApp:
    """The code that the app shows, as typed."""

    code: str = field(repr=False)
    command: str = ""


@dataclass(frozen=True, slots=True)
class DropApp:
    """Codes by mail again. password is the present."""

    password: str = field(repr=False)
    command: str = ""


# --- users of an office -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ListUsers:
    """The users of the visitor's office; only for its admin (R125)."""


@dataclass(frozen=True, slots=True)
class UserRow:
    """One of them. lock is that of the password."""

    account: str
    login: str
    name: str
    kana: str
    mail: str
    is_mail_confirmed: bool
    role: Role
    permissions: frozenset[Permission]
    state: AccountState
    lock: LockState
    last_sign_in_at: Instant


@dataclass(frozen=True, slots=True)
class UserPage:
    """All of them, and how many there may be."""

    rows: tuple[UserRow, ...]
    seats: int


@dataclass(frozen=True, slots=True)
class AddUser:
    """A new user of the office, with the permissions that are ticked; all others as typed."""

    login: str
    name: str
    kana: str
    mail: str
    role: Role
    permissions: frozenset[Permission]
    command: str = ""


@dataclass(frozen=True, slots=True)
class UserAdded:
    """The first password is shown this once."""

    account: str
    password: str = field(repr=False)
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeUser:
    """Everything about a user but the login and the password. A confirmed address is changed by its owner alone."""

    account: str
    name: str
    kana: str
    mail: str
    role: Role
    permissions: frozenset[Permission]
    command: str = ""


@dataclass(frozen=True, slots=True)
class RemoveUser:
    """The user is none any more, and the seat is free."""

    account: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class ResetPassword:
    """A new first password for a user, for example because it was forgotten (A49)."""

    account: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class ReadOffice:
    """An office and its people, for the fund: whoever calls is found here, with what stops them."""

    office: str


@dataclass(frozen=True, slots=True)
class MailRow:
    """The last letter of a kind to an account: what became of it, and what the mail server said (L8)."""

    account: str
    kind: str
    at: Instant
    outcome: MailOutcome
    said: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OfficeCard:
    """What the fund needs to know to answer the telephone. mails are of each user, the newest first."""

    office: OwnOffice
    rows: tuple[UserRow, ...]
    mails: tuple[MailRow, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeAdmin:
    """The fund enters what an office has filed about its admin (管理者情報変更届, R228): who it is from now on.

    The admin gets a new first password, and registers anew. reason is for the journal.
    """

    account: str
    name: str
    kana: str
    mail: str
    reason: str
    command: str = ""


# --- visits -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ListVisits:
    """The visitor's own visits that go on, this one included."""


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One of them. visit is good for EndVisit and nothing else."""

    visit: str
    site: Site
    started_at: Instant
    ends_at: Instant
    is_this: bool


@dataclass(frozen=True, slots=True)
class VisitPage:
    """All of them."""

    rows: tuple[VisitRow, ...]


@dataclass(frozen=True, slots=True)
class EndVisit:
    """One of the visitor's own visits ends now."""

    visit: str
    command: str = ""

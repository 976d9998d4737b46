# SPDX-License-Identifier: Apache-2.0
"""Messages about the visitor: registration, own data, own visits."""

from dataclasses import dataclass, field

from appliance.model.passwords import ERENKEI_RULE, PasswordRule
from appliance.model.time import Instant
from appliance.model.words import AccountState, Note, Permission, Role, Site


@dataclass(frozen=True, slots=True)
class Noted:
    """It is done. notes are what people should know about it."""

    notes: tuple[Note, ...] = ()


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

# SPDX-License-Identifier: Apache-2.0
"""Messages about an office's contract and its people, as its admin and the fund see them."""

from dataclasses import dataclass, field

from appliance.link.messages.own import OwnOffice
from appliance.model.devices import SeatState
from appliance.model.time import Instant
from appliance.model.words import AccountState, LockState, MailOutcome, Note, Permission, Role


@dataclass(frozen=True, slots=True)
class AddContract:
    """A new office with its contract and its first user, who is its admin; all as typed.

    seats is how many people and PCs the office may have, 1 to 3 (A12). contract_number is "" for the next one (A1).
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
    """The first password of the first user is shown this once; it stands in the letter, with the download key."""

    office: str
    account: str
    password: str = field(repr=False)
    notes: tuple[Note, ...] = ()
    contract_number: str = ""


@dataclass(frozen=True, slots=True)
class FirstPassword:
    """The new first password, shown this once."""

    password: str = field(repr=False)


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
    """All of them, and how many there may be.

    missing_seat is the seat whose PC must become active before another user can be added (R113), 0 where nothing is
    missing; missing_state is how far it is.
    """

    rows: tuple[UserRow, ...]
    seats: int
    missing_seat: int = 0
    missing_state: SeatState | None = None


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
class SuspensionKnown:
    """Since when an office may not use the service, whose word that is, by name, and why: for the fund alone."""

    since: Instant
    by: str
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PcNow:
    """A PC of an office that is connected now, until when, or that the fund keeps out, and the reason it tells."""

    seat: int
    connected_until: Instant = 0
    blocked: str = ""


@dataclass(frozen=True, slots=True)
class OfficeCard:
    """What the fund needs to know to answer the telephone. mails are of each user, the newest first.

    pcs are those of which there is something to say now, by the number of their seat.
    """

    office: OwnOffice
    rows: tuple[UserRow, ...]
    mails: tuple[MailRow, ...] = ()
    suspended: SuspensionKnown | None = None
    pcs: tuple[PcNow, ...] = ()


@dataclass(frozen=True, slots=True)
class SuspendOffice:
    """An office uses the service no more, from now on: its visits end, its PCs do not connect, its data stays."""

    office: str
    reason: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class ResumeOffice:
    """A suspended office uses the service again."""

    office: str
    reason: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class ChangeAdmin:
    """The fund enters what an office has filed about its admin (管理者情報変更届, R228): who it is from now on.

    The admin gets a new first password, and registers anew. reason is for the journal. by_letter: the password goes
    by letter, and the reply has none. new_pc: the first seat gets another PC, and the present one connects no more.
    """

    account: str
    name: str
    kana: str
    mail: str
    reason: str
    command: str = ""
    by_letter: bool = False
    new_pc: bool = False

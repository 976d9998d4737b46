# SPDX-License-Identifier: Apache-2.0
"""Messages about the fund's staff (A46), and about acts that need two people.

The first person's message becomes a proposal; with `emergency` it is done at once, and whoever watches is told.
"""

from dataclasses import dataclass, field

from appliance.model.time import Instant
from appliance.model.words import AccountState, LockState, Role


@dataclass(frozen=True, slots=True)
class ListStaff:
    """The fund's staff."""


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One of them. has_factor: the second factor is enrolled."""

    account: str
    login: str
    name: str
    mail: str
    role: Role
    state: AccountState
    lock: LockState
    has_factor: bool
    last_sign_in_at: Instant


@dataclass(frozen=True, slots=True)
class StaffPage:
    """All of them."""

    rows: tuple[StaffRow, ...]


@dataclass(frozen=True, slots=True)
class AddStaff:
    """A new member of the fund's staff. Needs two people."""

    login: str
    name: str
    mail: str
    role: Role
    reason: str
    emergency: bool = False
    command: str = ""


@dataclass(frozen=True, slots=True)
class ChangeStaff:
    """Another name, mail address or role. Needs two people."""

    account: str
    name: str
    mail: str
    role: Role
    reason: str
    emergency: bool = False
    command: str = ""


@dataclass(frozen=True, slots=True)
class RemoveStaff:
    """Whoever it is does not work here any more. Needs two people."""

    account: str
    reason: str
    emergency: bool = False
    command: str = ""


@dataclass(frozen=True, slots=True)
class ResetStaff:
    """A new first password, and a new second factor at the next sign-in. Needs two people."""

    account: str
    reason: str
    emergency: bool = False
    command: str = ""


@dataclass(frozen=True, slots=True)
class TwoPersonReply:
    """proposal is the id of what waits for another person now; "" when the act is done.

    account is whom it was about. password is a first password where the act made one, shown this once.
    """

    proposal: str = ""
    account: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ListProposals:
    """What waits for another person."""


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """One of them. act is the name of the message; fields are what it says, without reason. may_decide: by you."""

    proposal: str
    act: str
    fields: dict[str, str]
    reason: str
    proposer_name: str
    at: Instant
    ends_at: Instant
    may_decide: bool


@dataclass(frozen=True, slots=True)
class ProposalPage:
    """All of them, the oldest first."""

    rows: tuple[ProposalRow, ...]


@dataclass(frozen=True, slots=True)
class Decide:
    """Another person with the same right says yes, and it is done; or no. Whoever proposed it may take it back."""

    proposal: str
    approve: bool
    command: str = ""


@dataclass(frozen=True, slots=True)
class AskStaff:
    """The fund's staff, for an administrator at the vault's own host."""


@dataclass(frozen=True, slots=True)
class AdmitStaff:
    """A new member of the fund's staff, by an administrator at the vault's own host: the first, or after a loss."""

    login: str
    name: str
    mail: str
    role: Role


@dataclass(frozen=True, slots=True)
class StaffAdmitted:
    """The first password is shown this once."""

    account: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RecoverStaff:
    """A new first password and a new second factor, by an administrator at the vault's own host."""

    login: str
    reason: str

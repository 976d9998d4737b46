# SPDX-License-Identifier: Apache-2.0
"""Messages about several offices in one person's hands."""

from dataclasses import dataclass, field

from appliance.link.messages.pages import OfficeRow
from appliance.model.delegations import DelegationState
from appliance.model.time import Instant
from appliance.model.words import Permission, Role


@dataclass(frozen=True, slots=True)
class ListServed:
    """The offices for which the visitor may work, the own one first (SC13), with what waits at each.

    by_deadline: the nearest deadline first, else by number. after is the cursor of the page before, 0 for none.
    """

    by_deadline: bool = False
    after: int = 0
    limit: int = 25


@dataclass(frozen=True, slots=True)
class ServedRow:
    """One of them. until is the end of the delegation, 0 for the own office. Counts are cut at MOST_COUNTED."""

    office: str
    number: int
    name: str
    is_own: bool
    is_chosen: bool
    until: Instant
    permissions: frozenset[Permission]
    unread: int
    to_approve: int
    to_deliver: int
    returned: int
    due_on: str = ""
    due_type: str = ""
    due_filing: str = ""
    has_admin: bool = True


@dataclass(frozen=True, slots=True)
class ServedPage:
    """A page of them. after is where the next one begins, 0 for the last; count is how many there are in all."""

    rows: tuple[ServedRow, ...]
    after: int
    count: int


@dataclass(frozen=True, slots=True)
class ListClients:
    """Number and name of every office for which the visitor may work now, with nothing about it: for the folder."""


@dataclass(frozen=True, slots=True)
class ClientRow:
    """One of them. sends: the visitor may send filings for it."""

    office: str
    number: int
    name: str
    sends: bool


@dataclass(frozen=True, slots=True)
class Clients:
    """All of them, the own office first."""

    rows: tuple[ClientRow, ...]


@dataclass(frozen=True, slots=True)
class SwitchOffice:
    """From now on the visit is about this office, the own one or one that is served (R240).

    It goes on under another token; what was made under the one before is worth nothing any more.
    """

    to: str


@dataclass(frozen=True, slots=True)
class Switched:
    """The new token, of which only the hash is kept, and the form token that belongs to it."""

    token: str = field(repr=False)
    form: str = field(repr=False)
    number: int
    name: str


@dataclass(frozen=True, slots=True)
class FindOffices:
    """Which offices these numbers mean, 100 of them at most: what is typed from paper is looked at by its names."""

    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OfficesFound:
    """Those that there are, in the order in which they were asked for."""

    rows: tuple[OfficeRow, ...]


@dataclass(frozen=True, slots=True)
class AddDelegations:
    """The fund enters a 複数事業所管理届 (R229): a person works for these offices, too, each from day to day.

    since and until are days "YYYY-MM-DD" as typed, both included. reason is the paper.
    """

    account: str
    offices: tuple[str, ...]
    role: Role
    permissions: frozenset[Permission]
    since: str
    until: str
    reason: str = field(repr=False)
    command: str = ""


@dataclass(frozen=True, slots=True)
class DelegationsAdded:
    """How many there are more, each with an id of its own."""

    delegations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListDelegations:
    """The delegations of an office, given and taken, the newest first; for the fund, without an office, of all.

    after is the id of the last one of the page before; only is that of the one that is wanted, "" for all.
    """

    office: str = ""
    after: str = ""
    limit: int = 50
    only: str = ""


@dataclass(frozen=True, slots=True)
class DelegationRow:
    """One of them, with names. is_given: the office asked for is the one that is served."""

    id: str
    account: str
    person: str
    managing: str
    managing_number: int
    managing_name: str
    office: str
    office_number: int
    office_name: str
    role: Role
    permissions: frozenset[Permission]
    since: Instant
    until: Instant
    state: DelegationState
    reason: str = field(repr=False)
    is_given: bool = True
    is_person_gone: bool = False
    ended_at: Instant = 0


@dataclass(frozen=True, slots=True)
class DelegationPage:
    """A page of them; after is the cursor of the rest, "" for none."""

    rows: tuple[DelegationRow, ...]
    after: str = ""


@dataclass(frozen=True, slots=True)
class EndDelegation:
    """It ends now (委任を終了): by the admin of either office, or by the fund."""

    delegation: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class NarrowDelegation:
    """The admin of the office that is worked for takes permissions away; nobody but the fund gives any."""

    delegation: str
    permissions: frozenset[Permission]
    command: str = ""


@dataclass(frozen=True, slots=True)
class AskApproval:
    """Those who may approve a filing are asked by mail to do so; once an hour for each filing (practice 4.5)."""

    filing: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class ApprovalAskedFor:
    """How many people were told."""

    people: int

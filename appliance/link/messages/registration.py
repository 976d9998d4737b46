# SPDX-License-Identifier: Apache-2.0
"""Messages about registrations of offices (電子連携管理者登録届): taken in, corrected, confirmed or refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from appliance.model.intake import IntakeSource, IntakeState
from appliance.model.problems import Problem
from appliance.model.registration import Field
from appliance.model.registration import Finding as _Finding
from appliance.model.time import Instant


class OfficeStanding(StrEnum):
    """What there is already of the office that a form names."""

    NEW = "new"
    SAME = "same"  # registered, with the same data
    OTHER = "other"  # registered, with other data


@dataclass(frozen=True, slots=True)
class TakeInRegistration:
    """A form that the fund was sent; its bytes come with it. password opens the ZIP and is not kept."""

    file_name: str
    size: int
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class RegistrationTaken:
    """The registration that waits now, or did before (then is_new is not so).

    problems of the file, and findings of a file that is no form, say why there is none. faults is how many things
    stand in the way of confirming it.
    """

    registration: str = ""
    state: IntakeState = IntakeState.WAITING
    is_new: bool = False
    faults: int = 0
    standing: OfficeStanding = OfficeStanding.NEW
    problems: tuple[Problem, ...] = ()
    findings: tuple[_Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportRegistration:
    """The same for the administrator; confirm: what has no fault is confirmed at once."""

    file_name: str
    size: int
    password: str = field(default="", repr=False)
    confirm: bool = False


@dataclass(frozen=True, slots=True)
class RegistrationImported:
    """office is what came of it, "" where nothing did; refused is why a form without faults was not confirmed."""

    taken: RegistrationTaken
    findings: tuple[_Finding, ...] = ()
    office: str = ""
    contract_number: str = ""
    refused: str = ""


@dataclass(frozen=True, slots=True)
class SendRegistration:
    """What somebody has typed into the form of the public site, where the fund offers it (practice §2.1)."""

    values: Mapping[Field, str] = field(repr=False)
    first_password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ListRegistrations:
    """One page: those that wait from the oldest on, others from the newest; after is the last one seen."""

    state: IntakeState = IntakeState.WAITING
    after: str = ""
    limit: int = 100


@dataclass(frozen=True, slots=True)
class RegistrationRow:
    """One of them. faults and notices count findings; office is what came of it, or what is there already."""

    id: str
    source: IntakeSource
    file_name: str
    office_number: int
    office_name: str
    received_at: Instant
    due_at: Instant
    state: IntakeState
    faults: int
    notices: int
    standing: OfficeStanding = OfficeStanding.NEW
    office: str = ""
    ended_at: Instant = 0

    @property
    def can_be_confirmed(self) -> bool:
        """Whether nothing stands in the way."""
        return self.state is IntakeState.WAITING and not self.faults and self.standing is OfficeStanding.NEW


@dataclass(frozen=True, slots=True)
class RegistrationPage:
    """next is where the next page begins, "" at the end."""

    rows: tuple[RegistrationRow, ...]
    next: str = ""


@dataclass(frozen=True, slots=True)
class ReadRegistration:
    """All of one."""

    registration: str


@dataclass(frozen=True, slots=True)
class RegistrationCell:
    """One field: where it stands in the file, what was typed, what stands there after corrections, what was read.

    read is "" where it could not be read. by is who corrected it.
    """

    name: str
    at: str
    typed: str = field(repr=False)
    text: str = field(repr=False)
    read: str = field(repr=False)
    by: str = ""


@dataclass(frozen=True, slots=True)
class RegistrationDifference:
    """A field in which a form differs from what is registered."""

    name: str
    registered: str = field(repr=False)
    filed: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RegistrationFinding:
    """A finding and the field that it is about, "" for the whole form."""

    name: str
    finding: _Finding


@dataclass(frozen=True, slots=True)
class RegistrationRead:
    """seats_asked is above 3 where the fund has to say why it allows that. first_password is how long it is.

    right_name is what the file should be called.
    """

    row: RegistrationRow
    cells: tuple[RegistrationCell, ...]
    problems: tuple[RegistrationFinding, ...]
    notices: tuple[RegistrationFinding, ...]
    differences: tuple[RegistrationDifference, ...] = ()
    seats_asked: int = 0
    first_password: int = 0
    right_name: str = ""
    by: str = ""
    reason: str = field(default="", repr=False)
    contract_number: str = ""


@dataclass(frozen=True, slots=True)
class CorrectRegistration:
    """Other texts for fields of a form, by name; `file_name` is one of them. What is as it was is no correction."""

    registration: str
    values: Mapping[str, str] = field(repr=False)
    command: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmRegistrations:
    """Make contracts of them, each for itself. more_seats is the fund's reason for more than three PCs (A12)."""

    registrations: tuple[str, ...]
    more_seats: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmedRow:
    """What came of one: an office, or the text of the refusal with its values."""

    registration: str
    office: str = ""
    contract_number: str = ""
    text: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RegistrationsConfirmed:
    """One row for each that was asked for, in that order."""

    rows: tuple[ConfirmedRow, ...]


@dataclass(frozen=True, slots=True)
class RejectRegistration:
    """Nothing comes of it. tell: the office is told by mail, with the reason."""

    registration: str
    reason: str
    tell: bool = False
    command: str = ""

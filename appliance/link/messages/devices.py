# SPDX-License-Identifier: Apache-2.0
"""Messages about the PCs of an office: requests for activation, seats and bonds."""

from dataclasses import dataclass, field
from enum import StrEnum

from appliance.model.devices import Ended, Finding, RequestState, SeatState
from appliance.model.time import Instant


class Taken(StrEnum):
    """What became of a file that was sent as a 確認コード.

    WAITING: it is in the fund's queue. ACTIVE: its PC may connect. CONTACT: the desk will speak with the office
    (個別連絡). UNUSABLE: it is no 確認コード that can be taken. USED: it was decided before; a fresh one is needed.
    NOT_OPEN: its seat takes none now. AWAY: nobody can look at it now; sent again later, it is looked at.
    """

    WAITING = "waiting"
    ACTIVE = "active"
    CONTACT = "contact"
    UNUSABLE = "unusable"
    USED = "used"
    NOT_OPEN = "not_open"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it came, of any size that the page lets through. file_name is what its sender calls it."""

    file_name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of one file. why is a contracts.device.Unusable where it is UNUSABLE.

    seat is 0, and the others are "", where they are not known or are none of the sender's business. promised_on is
    the day by which the fund answers, "YYYY-MM-DD".
    """

    file_name: str
    taken: Taken
    why: str = ""
    seat: int = 0
    short_code: str = ""
    promised_on: str = ""


# --- the fund's queue (有効化待ち) --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ListActivations:
    """What waits for the desk, the oldest first; decided: what was decided, the latest first.

    after is the id behind which the page begins.
    """

    decided: bool = False
    after: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class SamePC:
    """A seat that is bound to the same PC already. is_active: its PC may connect just now."""

    office: str
    office_name: str
    contract_number: str
    seat: int
    bound_at: Instant
    is_active: bool


@dataclass(frozen=True, slots=True)
class ActivationRow:
    """One request. is_late: the promised day is over. of_contract and of_seat are what the 確認コード says.

    decided_by is a name, "" for the appliance itself.
    """

    id: str
    office: str
    office_name: str
    contract_number: str
    seat: int
    at: Instant
    state: RequestState
    short_code: str
    findings: tuple[Finding, ...] = ()
    promised_on: str = ""
    is_late: bool = False
    file_name: str = ""
    same: tuple[SamePC, ...] = ()
    made_at: Instant = 0
    decided_at: Instant = 0
    decided_by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ActivationPage:
    """Some of them; waiting and late count all, up to 1,000. next is "" on the last page."""

    rows: tuple[ActivationRow, ...]
    waiting: int = 0
    late: int = 0
    next: str = ""


@dataclass(frozen=True, slots=True)
class ReadActivation:
    """One request as it is now."""

    request: str


@dataclass(frozen=True, slots=True)
class ApproveActivation:
    """Let the PC connect. findings are those that the page showed: more than these stop it (CONFLICT).

    end_others: the seats of other offices on the same PC end with it (T19, A9). Those of the same office do anyway.
    """

    request: str
    findings: tuple[Finding, ...] = ()
    end_others: bool = False
    command: str = ""


@dataclass(frozen=True, slots=True)
class RefuseActivation:
    """Do not. reason is what the office is told: in a letter, at /activate/ and on its page."""

    request: str
    reason: str
    command: str = ""


# --- seats --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BondRow:
    """A PC that holds a seat, or did; ended_at is 0 while it does."""

    bond: str
    short_code: str
    bound_at: Instant
    ended_at: Instant = 0
    ended: Ended | None = None


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A seat; bonds are its PCs, the latest first, up to 20. told is what the desk last told the office.

    connected_until is when its VPN session ends, 0 without one; blocked is why the fund keeps it out, "" if not.
    """

    number: int
    state: SeatState
    since: Instant
    promised_on: str = ""
    downloaded_at: Instant = 0
    activated_at: Instant = 0
    told: str = ""
    bonds: tuple[BondRow, ...] = ()
    connected_until: Instant = 0
    blocked: str = ""


@dataclass(frozen=True, slots=True)
class ListOwnSeats:
    """The seats of the visitor's own office."""


@dataclass(frozen=True, slots=True)
class ListSeats:
    """The seats of an office."""

    office: str


@dataclass(frozen=True, slots=True)
class SeatPage:
    """All of them, by number, and whose they are."""

    office: str
    office_name: str
    contract_number: str
    rows: tuple[SeatRow, ...]


@dataclass(frozen=True, slots=True)
class FindSeats:
    """Seats of all offices by the offices' numbers, or those in one state, the longest first.

    after is `<office>/<number>`.
    """

    state: SeatState | None = None
    after: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class FoundSeat:
    """One of them. short_code is that of its PC, "" without one."""

    office: str
    office_name: str
    contract_number: str
    number: int
    state: SeatState
    since: Instant
    short_code: str = ""


@dataclass(frozen=True, slots=True)
class FoundSeats:
    """Some of them; next is "" on the last page."""

    rows: tuple[FoundSeat, ...]
    next: str = ""


@dataclass(frozen=True, slots=True)
class RevokeSeat:
    """Its PC may connect no more (失効). why says what happened, reason tells it to the journal.

    reopen: the kit is offered at once, for the next PC.
    """

    office: str
    number: int
    why: Ended
    reason: str
    reopen: bool = False
    command: str = ""


@dataclass(frozen=True, slots=True)
class OpenSeat:
    """Offer the kit of a seat that has ended, or was never opened."""

    office: str
    number: int
    command: str = ""


@dataclass(frozen=True, slots=True)
class AskSeatCode:
    """The admin wants to give up the PC of a seat: a code is sent by mail."""

    number: int
    command: str = ""


@dataclass(frozen=True, slots=True)
class GiveUpSeat:
    """The admin gives up the PC of a seat (A37, A38). why is REPLACED, LOST or RETURNED.

    It takes the admin's own password and the code. After REPLACED and LOST the kit is offered for the next PC.
    """

    number: int
    why: Ended
    password: str = field(repr=False)
    code: str = field(repr=False)
    command: str = ""


# --- at the vault's own host --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AskSeats:
    """The seats of one contract, or of all offices in the order of their numbers, from behind one on."""

    contract_number: str = ""
    after: int = 0
    limit: int = 200


@dataclass(frozen=True, slots=True)
class SeatPages:
    """Offices with their seats; next is 0 on the last page."""

    offices: tuple[SeatPage, ...]
    next: int = 0


@dataclass(frozen=True, slots=True)
class RevokeSeats:
    """Revoke seats of one contract: these numbers, or all that have a PC."""

    contract_number: str
    why: Ended
    reason: str
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SeatsRevoked:
    """Which ones were."""

    numbers: tuple[int, ...]

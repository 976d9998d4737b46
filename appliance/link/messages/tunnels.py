# SPDX-License-Identifier: Apache-2.0
"""Messages about VPN sessions: what is connected, what was, ending and blocking, and the way out of the portal."""

from dataclasses import dataclass
from enum import StrEnum

from appliance.model.calendar import Reason
from appliance.model.time import Instant
from appliance.model.tunnels import Cause, SessionState


class Scope(StrEnum):
    """Which sessions are meant: one, those of a PC's seat, of a person, of an office, or all that there are."""

    SESSION = "session"
    SEAT = "seat"
    USER = "user"
    OFFICE = "office"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Which:
    """of is the id of the session, the person or the office; for a seat that of the office, with its number."""

    scope: Scope
    of: str = ""
    seat: int = 0


@dataclass(frozen=True, slots=True)
class TunnelPerson:
    """Who has signed in through a session."""

    account: str
    login: str
    name: str


@dataclass(frozen=True, slots=True)
class TunnelRow:
    """A VPN session, as model.tunnels.TunnelSession; the bytes are the latest that the gate has shown.

    people are those who are signed in through it now. by is the name of who ended it, "" for nobody.
    """

    id: str
    office: str
    contract_number: str
    office_name: str
    seat: int
    engine: str
    address: str
    source: str
    state: SessionState
    appeared_at: Instant
    began_at: Instant
    ends_at: Instant
    ended_at: Instant = 0
    cause: Cause | None = None
    by: str = ""
    told: str = ""
    bytes_in: int = 0
    bytes_out: int = 0
    people: tuple[TunnelPerson, ...] = ()


@dataclass(frozen=True, slots=True)
class ListTunnels:
    """What is connected, the newest first; of one office, all that there are."""

    after: str = ""
    limit: int = 50
    office: str = ""


@dataclass(frozen=True, slots=True)
class TunnelPage:
    """connected counts all, on this page or not. watched: the gate reports; if not, nobody knows what is so now."""

    rows: tuple[TunnelRow, ...]
    connected: int
    watched: bool
    next: str = ""


@dataclass(frozen=True, slots=True)
class ListPastTunnels:
    """All sessions, over or not, the newest first: of an office, with a cause, of a day "YYYY-MM-DD" in Japan."""

    office: str = ""
    cause: Cause | None = None
    day: str = ""
    after: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class PastTunnelPage:
    """A page may be short and not be the last: so many are looked at. office_name is "" where none was asked."""

    rows: tuple[TunnelRow, ...]
    office_name: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class ReadTunnelDay:
    """The sessions of a day "YYYY-MM-DD" in Japan, "" for today; of one office, or of all.

    Where until is not 0, only those that appeared before it.
    """

    day: str = ""
    office: str = ""
    until: Instant = 0


@dataclass(frozen=True, slots=True)
class TunnelDay:
    """rows are oldest first; more: there were others before them.

    opens_at and closes_at are the hours of the service on that day, 0 where it rested, for this reason. most is
    how many were connected at once, most_at when first; 0 where there were too many to tell, too.
    """

    day: str
    rows: tuple[TunnelRow, ...]
    more: bool
    opens_at: Instant = 0
    closes_at: Instant = 0
    rest: Reason | None = None
    most: int = 0
    most_at: Instant = 0
    office_name: str = ""


@dataclass(frozen=True, slots=True)
class WeighEnding:
    """Which sessions would end?"""

    which: Which


@dataclass(frozen=True, slots=True)
class EndingWeighed:
    """count is of all that would, rows are the first of them; person and office_name say who or what is meant."""

    count: int
    rows: tuple[TunnelRow, ...]
    office_name: str = ""
    contract_number: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class EndTunnel:
    """One session ends. reason is for the fund alone."""

    session: str
    reason: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class EndTunnels:
    """All of these end. reason is for the fund alone."""

    which: Which
    reason: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class TunnelsEnded:
    """What was observed: of so many that had to end, gone are shown by no engine any more, left still are.

    shut: the kernel lets nothing of them through. heard: the gate has answered; if not, it could not be asked, or
    has not said yet, and nothing was observed. rows are the first of those that are left.
    """

    asked: int
    gone: int = 0
    left: int = 0
    shut: bool = False
    heard: bool = False
    rows: tuple[TunnelRow, ...] = ()


@dataclass(frozen=True, slots=True)
class BlockSeat:
    """The PC of a seat is kept out from now on; what it has open ends. told is the reason that the office hears."""

    office: str
    number: int
    told: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class UnblockSeat:
    """It may connect again. reason is for the fund alone."""

    office: str
    number: int
    reason: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class ListSeatBlocks:
    """The seats that are kept out, the latest first; of one office, or of all."""

    after: str = ""
    limit: int = 50
    office: str = ""


@dataclass(frozen=True, slots=True)
class SeatBlockRow:
    """One of them. by is a name."""

    office: str
    contract_number: str
    office_name: str
    seat: int
    since: Instant
    by: str
    told: str


@dataclass(frozen=True, slots=True)
class SeatBlockPage:
    """Some of them."""

    rows: tuple[SeatBlockRow, ...]
    next: str = ""


@dataclass(frozen=True, slots=True)
class AskTunnels:
    """What is connected, at the vault's own host."""

    after: str = ""
    limit: int = 200


@dataclass(frozen=True, slots=True)
class AskPastTunnels:
    """What was connected, at the vault's own host. contract_number "" for all offices."""

    contract_number: str = ""
    cause: Cause | None = None
    day: str = ""
    after: str = ""
    limit: int = 200


@dataclass(frozen=True, slots=True)
class BelieveEngine:
    """What an engine says now of how PCs connect to it is what kits are told, at the vault's own host.

    fingerprint is that of what it says, so that nothing else is believed than what was looked at.
    """

    engine: str
    fingerprint: str
    reason: str


@dataclass(frozen=True, slots=True)
class CloseTunnels:
    """Sessions end, at the vault's own host: of an office, of one seat of it, or all with contract_number ""."""

    contract_number: str
    seat: int
    reason: str


@dataclass(frozen=True, slots=True)
class KeepSeatOut:
    """As BlockSeat, at the vault's own host."""

    contract_number: str
    seat: int
    told: str


@dataclass(frozen=True, slots=True)
class LetSeatIn:
    """As UnblockSeat, at the vault's own host."""

    contract_number: str
    seat: int
    reason: str

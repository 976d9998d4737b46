# SPDX-License-Identifier: Apache-2.0
"""Messages about what an office does before it has a PC: it fetches kits and sends 確認コード.

They come from the public site. What opens it is the contract number with the download password of the letter (R45);
what is opened is a ticket, which holds for half an hour and for nothing else.
"""

from dataclasses import dataclass, field

from appliance.link.messages.devices import SentFile, TakenIn
from appliance.model.devices import SeatState
from appliance.model.time import Instant

MOST_CODES = 6


@dataclass(frozen=True, slots=True)
class OpenCounter:
    """Somebody with a letter wants in (SC1, SC3). Both as typed."""

    contract_number: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CounterOpened:
    """The ticket has begun: its token, of which only the hash is kept, its form token, and its end."""

    token: str = field(repr=False)
    form: str = field(repr=False)
    ends_at: Instant


@dataclass(frozen=True, slots=True)
class ReadCounter:
    """What the office has registered, what it may fetch, and how far its PCs are (SC2).

    Without files nothing of what it may fetch: its kits need not be made to know their sizes.
    """

    files: bool = True


@dataclass(frozen=True, slots=True)
class CounterKit:
    """The installer of one seat for one kind of PC. platform is the builder's name, name what people call it.

    missing is "" where it can be fetched. made_on is "YYYY-MM-DD".
    """

    platform: str
    name: str
    file_name: str
    size: int
    made_on: str
    missing: str = ""


@dataclass(frozen=True, slots=True)
class CounterSeat:
    """One PC that the office may have: how far it is, and its kits. promised_on is "YYYY-MM-DD" or ""."""

    number: int
    state: SeatState
    since: Instant
    promised_on: str = ""
    kits: tuple[CounterKit, ...] = ()


@dataclass(frozen=True, slots=True)
class CounterManual:
    """A manual for offices (R59). dated is "YYYY-MM-DD".

    engine names the scanners that called it clean at scanned_at; "" and 0 where none looked (R61).
    """

    id: str
    title: str
    file_name: str
    size: int
    dated: str
    engine: str = ""
    scanned_at: Instant = 0


@dataclass(frozen=True, slots=True)
class Counter:
    """All of it. mail is that of the admin, its greater part hidden: whoever has the letter sees this."""

    office_name: str
    office_number: int
    contract_number: str
    admin: str
    kana: str
    mail: str
    seats: tuple[CounterSeat, ...]
    manuals: tuple[CounterManual, ...] = ()


@dataclass(frozen=True, slots=True)
class FetchKit:
    """The kit of a seat, please; its bytes come with the reply."""

    seat: int
    platform: str


@dataclass(frozen=True, slots=True)
class FetchManual:
    """A manual, please; its bytes come with the reply."""

    manual: str


@dataclass(frozen=True, slots=True)
class FetchFinished:
    """How a fetch ended: sent is the number of bytes handed to the visitor's connection."""

    download: str
    sent: int


@dataclass(frozen=True, slots=True)
class SendCodes:
    """Activate these PCs, please (SC3, R64): at most MOST_CODES files. command makes a repeat harmless."""

    files: tuple[SentFile, ...]
    command: str


@dataclass(frozen=True, slots=True)
class CodesSent:
    """One outcome for each file, in their order."""

    outcomes: tuple[TakenIn, ...]


@dataclass(frozen=True, slots=True)
class LeaveCounter:
    """The ticket ends now (戻る)."""


@dataclass(frozen=True, slots=True)
class UnlockCounter:
    """End a lock of an office's download password before its time. reason is for the journal."""

    office: str
    reason: str
    command: str = ""

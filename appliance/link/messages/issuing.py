# SPDX-License-Identifier: Apache-2.0
"""Messages about what an office is given: numbers, keys, letters, seats and another admin."""

from dataclasses import dataclass, field

from appliance.link.messages.own import OwnOffice
from appliance.model.devices import SeatState
from appliance.model.time import DAY, Instant

# A sealed letter that is forgotten before so much time has passed wants to be printed and confirmed now.
ENDING = 2 * DAY

# --- letters (お知らせ, R187) -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ListLetters:
    """Letters that wait to be printed, or to be confirmed as printed, the oldest first, behind one of them.

    With the first page come offices that need a reissue, from where wanting_after says.
    """

    after: str = ""
    limit: int = 100
    wanting_after: str = ""


@dataclass(frozen=True, slots=True)
class ByHand:
    """A name that is printed otherwise than it was filed: lacked as 〓, and unshaped in their usual shape."""

    name: str
    lacked: str
    unshaped: str


@dataclass(frozen=True, slots=True)
class LetterRow:
    """One of them. ends_at is when it is forgotten. reissue: the office had another before."""

    letter: str
    office: str
    number: int
    contract_number: str
    name: str
    made_at: Instant
    ends_at: Instant
    prints: int
    printed_at: Instant
    reissue: bool
    by_hand: tuple[ByHand, ...] = ()


@dataclass(frozen=True, slots=True)
class WantingRow:
    """An office that needs a reissue: its admin asks for one, or nobody had its letter printed in time."""

    office: str
    number: int
    contract_number: str
    name: str
    asked_at: Instant
    forgotten_at: Instant


@dataclass(frozen=True, slots=True)
class LetterPage:
    """after and wanting_after are "" at the end. waiting and printed count up to 500 (501 for more).

    by_hand counts the letters with such names among the oldest 500, with the first page.
    """

    rows: tuple[LetterRow, ...]
    after: str
    waiting: int
    printed: int
    wanting: tuple[WantingRow, ...] = ()
    wanting_after: str = ""
    by_hand: int = 0


@dataclass(frozen=True, slots=True)
class PrintLetters:
    """These letters as one PDF, as often as people like, until confirmed; of () all that wait, the oldest 500."""

    letters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LettersPrinted:
    """How many pages follow, and under which name."""

    count: int
    file_name: str
    size: int


@dataclass(frozen=True, slots=True)
class ConfirmLetters:
    """These letters lie on paper: what was sealed is forgotten. Of () all that were printed until printed_until."""

    letters: tuple[str, ...] = ()
    printed_until: Instant = 0
    command: str = ""


@dataclass(frozen=True, slots=True)
class LettersConfirmed:
    """How many there were; 0 where all of them had been confirmed before."""

    count: int


@dataclass(frozen=True, slots=True)
class ReissueLetter:
    """A fresh download key, a fresh first password, or both, by letter (R51, R234); the old are dead at once."""

    office: str
    download_key: bool
    first_password: bool
    reason: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class LetterReissued:
    """The letter that waits now."""

    letter: str


# --- what one office has been given -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SeatLine:
    """One seat (端末), and since when it is in its state."""

    number: int
    state: SeatState
    since: Instant


@dataclass(frozen=True, slots=True)
class SeatChangeRow:
    """A change of how many seats there are (R227). by is somebody's name; filed_on is "YYYY-MM-DD" or ""."""

    at: Instant
    by: str
    before: int
    after: int
    filed_on: str
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LetterKnown:
    """What became of the letter: waits until ends_at (0: none waits), confirmed_at, forgotten_at, asked_at."""

    made_at: Instant = 0
    ends_at: Instant = 0
    prints: int = 0
    confirmed_at: Instant = 0
    forgotten_at: Instant = 0
    asked_at: Instant = 0
    reissues: int = 0


@dataclass(frozen=True, slots=True)
class HandOverKnown:
    """A hand-over that goes on, or step "" for none. on_day is "YYYY-MM-DD", "" for at once; due: it can be done.

    step is "entered" until the successor has confirmed the address, then "confirmed".
    """

    step: str = ""
    name: str = ""
    kana: str = ""
    mail: str = ""
    on_day: str = ""
    new_pc: bool = False
    asked_at: Instant = 0
    confirmed_at: Instant = 0
    due: bool = False


@dataclass(frozen=True, slots=True)
class ReadIssued:
    """What an office has been given, for the fund."""

    office: str


@dataclass(frozen=True, slots=True)
class Issued:
    """key_made_at is 0 without a download key. zip_change_until is 0 unless the office may change its ZIP password.

    may_rotate: the fund allows such changes at all (A33). users is how many people it has.
    """

    office: OwnOffice
    login: str
    admin: str
    users: int
    key_made_at: Instant
    letter: LetterKnown
    seats: tuple[SeatLine, ...]
    changes: tuple[SeatChangeRow, ...]
    hand_over: HandOverKnown = HandOverKnown()
    zip_change_until: Instant = 0
    may_rotate: bool = False


@dataclass(frozen=True, slots=True)
class ReadOwnIssued:
    """The same of the visitor's own office, for its admin (SC11)."""


@dataclass(frozen=True, slots=True)
class AskReissue:
    """The admin asks the fund for another letter, as the first one is lost (R51)."""

    command: str = ""


@dataclass(frozen=True, slots=True)
class ChangeSeats:
    """How many people and PCs an office may have from now on (利用台数増設届, R227).

    reason is needed for more than three (A12); filed_on is the day of the form, "" where there is none.
    """

    office: str
    seats: int
    reason: str = ""
    filed_on: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class SeatsChanged:
    """From how many to how many, and which seats were opened or closed."""

    before: int
    after: int
    opened: tuple[int, ...] = ()
    closed: tuple[int, ...] = ()


# --- another admin (管理者の引き継ぎ) ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NameSuccessor:
    """The admin enters who follows; a code goes to that person's address (T24). password is the admin's own.

    on_day is "YYYY-MM-DD", "" for at once. new_pc: the first seat gets another PC.
    """

    name: str
    kana: str
    mail: str
    on_day: str = ""
    new_pc: bool = False
    password: str = field(default="", repr=False)
    command: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmSuccessor:
    """The code that went to the successor, as typed: the address is right."""

    code: str = field(repr=False)
    command: str = ""


@dataclass(frozen=True, slots=True)
class DropSuccessor:
    """Nobody follows after all."""

    command: str = ""


@dataclass(frozen=True, slots=True)
class HandOver:
    """It is done now: the successor is the admin, and the visitor is nobody here any more."""

    password: str = field(repr=False)
    command: str = ""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The successor's first password, shown this once."""

    login: str
    name: str
    password: str = field(repr=False)


# --- another ZIP password (A33) -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AllowZipChange:
    """The fund lets an office choose another ZIP password, for seven days; only where the fund allows it at all."""

    office: str
    reason: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class ZipChangeAllowed:
    """Until when."""

    until: Instant


@dataclass(frozen=True, slots=True)
class ChangeZipPassword:
    """The admin chooses another one, for the own login password and a code (AskZipPassword)."""

    fresh: str = field(repr=False)
    password: str = field(repr=False)
    code: str = field(repr=False)
    command: str = ""

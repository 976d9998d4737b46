# SPDX-License-Identifier: Apache-2.0
"""The tables of what offices are given: contract numbers, letters that wait to be printed, and changes of seats."""

from dataclasses import dataclass, field

from appliance.model.time import Instant
from appliance.vault.records.row_keys import newest_first
from appliance.vault.records.table import Table


@dataclass(frozen=True, slots=True)
class Serial:
    """The last serial that was given out under the number of a fund; none is given twice (A1)."""

    fund: int
    last: int


@dataclass(frozen=True, slots=True)
class SealedLetter:
    """A letter that waits to be printed (R187): the only place where key and first password can still be read.

    Either may be "": a reissue need not renew both. first_made_at is when the password was made: another one may be
    in force by now. first_filed: the office has filed it itself, and it is not printed (R311b). entered_on is the
    day of the form, "YYYY-MM-DD". prints counts.
    """

    id: str
    office: str
    account: str
    made_at: Instant
    made_by: str
    entered_on: str
    download_key: str = field(default="", repr=False)
    first_password: str = field(default="", repr=False)
    reissue: bool = False
    prints: int = 0
    printed_at: Instant = 0
    first_made_at: Instant = 0
    first_filed: bool = False


@dataclass(frozen=True, slots=True)
class LetterState:
    """What became of the letters of an office; it stays when the sealed one is gone.

    asked_at: its admin asks for a reissue. confirmed_at: it lies on paper. forgotten_at: nobody had it printed.
    entered_on is the day of the form, as in SealedLetter.
    """

    office: str
    made_at: Instant
    entered_on: str = ""
    reissues: int = 0
    confirmed_at: Instant = 0
    confirmed_by: str = ""
    forgotten_at: Instant = 0
    asked_at: Instant = 0
    asked_by: str = ""


@dataclass(frozen=True, slots=True)
class SeatChange:
    """How many seats an office has had since when (R227); reason is the fund's for more than three (A12)."""

    office: str
    at: Instant
    by: str
    before: int
    after: int
    filed_on: str = ""
    reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class HandOver:
    """Who follows the admin of an office (R228), from the entry until it is done. Fields as in NameSuccessor.

    on_day is "" for as soon as the admin likes; with a day it is done on that day by itself.
    """

    office: str
    account: str
    name: str
    kana: str
    mail: str = field(repr=False)
    asked_at: Instant
    on_day: str = ""
    new_pc: bool = False
    confirmed_at: Instant = 0


serials = Table("contract_serial", Serial, lambda s: (s.fund,))

sealed_letters = Table(
    "sealed_letter",
    SealedLetter,
    lambda s: (s.id,),
    {
        "made": lambda s, blind: [(s.made_at,)],
        "printed": lambda s, blind: [(s.printed_at,)] if s.prints else [],
        "office": lambda s, blind: [(s.office,)],
    },
)

letter_states = Table(
    "letter_state",
    LetterState,
    lambda s: (s.office,),
    {
        "asked": lambda s, blind: [(s.asked_at,)] if s.asked_at else [],
        "forgotten": lambda s, blind: [(s.forgotten_at,)] if s.forgotten_at else [],
    },
)

seat_changes = Table(
    "seat_change",
    SeatChange,
    lambda s: (s.office, s.at, s.after),
    {"office": lambda s, blind: [(s.office, newest_first(s.at))]},
)

hand_overs = Table(
    "hand_over",
    HandOver,
    lambda h: (h.office,),
    {"day": lambda h, blind: [(h.on_day,)] if h.on_day and h.confirmed_at else []},
)

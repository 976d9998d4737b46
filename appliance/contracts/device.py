# SPDX-License-Identifier: Apache-2.0
"""Device binder: makes of a file from a PC what it claims, and tells PCs apart (R74 to R77, design §4, §9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from appliance.model.devices import Bond, Claim

# The longest 確認コード that is looked at, in bytes.
MAX_EVIDENCE = 64 * 1024


class Unusable(StrEnum):
    """Why a file is no 確認コード. EDITED: its signature does not fit what it says, or its certificate."""

    NOT_ONE = "not_one"
    TOO_LONG = "too_long"
    CUT = "cut"
    EDITED = "edited"
    NEWER = "newer"


class EvidenceUnusable(Exception):
    """The file is no 確認コード that can be taken; why says what is the matter with it."""

    def __init__(self, why: Unusable) -> None:
        """why is told to the office in its own words."""
        super().__init__(why.value)
        self.why = why


class BinderAway(Exception):
    """The binder cannot answer now; nothing is said of the file. The text is for the log, in English."""


@dataclass(frozen=True, slots=True)
class SeatToBind:
    """A seat whose kit is to be made. kit is the id that the kit will bring back; now is when, in milliseconds."""

    contract_number: str
    number: int
    kit: str
    now: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file as it came from a PC, of at most MAX_EVIDENCE bytes."""

    content: bytes = field(repr=False)


class Likeness(StrEnum):
    """How a claim and a bond are related. SAME_KEY: the same device key. SAME_PC: another key, the same PC."""

    SAME_KEY = "same_key"
    SAME_PC = "same_pc"


@dataclass(frozen=True, slots=True)
class Recognised:
    """Bonds that are of the same PC as the claim: the id of each, and how.

    worthless: the claim holds too little that tells this PC from others, so that silence proves nothing.
    """

    bonds: Mapping[str, Likeness]
    worthless: bool = False


class DeviceBinder(Protocol):
    """Keeps no state: bonds are records of the core. Each method may raise BinderAway.

    Called several times at once.
    """

    async def issue(self, seat: SeatToBind) -> Mapping[str, str]:
        """What a kit needs to know beyond its seat to write the evidence; never a secret."""

    async def examine(self, evidence: Evidence) -> Claim:
        """What the file claims, its signature looked at. Raises EvidenceUnusable."""

    async def recognise(self, claim: Claim, bonds: Sequence[Bond]) -> Recognised:
        """Which of these bonds, at most 1,000, are of the same PC."""

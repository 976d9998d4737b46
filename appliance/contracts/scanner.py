# SPDX-License-Identifier: Apache-2.0
"""Malware scanner: looks at a document after it was opened, and says one of three things (design §4, A32, A48)."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from appliance.model.time import Instant
from appliance.model.words import Format

MAX_NAMED = 200


class Verdict(StrEnum):
    """NOT_SCANNABLE is neither: encrypted, or beyond a limit of the scanner, so that part of it was not seen."""

    CLEAN = "clean"
    INFECTED = "infected"
    NOT_SCANNABLE = "not_scannable"


class ScannerAway(Exception):
    """The scanner does not answer: what it should look at waits. The text is for the log, in English."""


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """A document. id is random and says nothing; size in bytes. chunks gives its bytes from the start, each time.

    format is None for what is no document: a program that fund IT puts into kits (R258).
    A piece may be empty. A scanner keeps the bytes nowhere once it has answered. What chunks raises is passed on: a
    document that could not be read has no verdict.
    """

    id: str
    format: Format | None
    size: int
    chunks: Callable[[], AsyncIterator[bytes]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Scanned:
    """The verdict. named is one line for the fund: what was found, or why the scanner could not look.

    CLEAN counts only from whoever has read the document to its end.
    """

    verdict: Verdict
    named: str = ""

    def __post_init__(self) -> None:
        """Refuse what is no verdict, and a name that would not fit into one line of a record."""
        if not isinstance(self.verdict, Verdict):
            raise ValueError("a verdict is one of three")
        if len(self.named) > MAX_NAMED or not self.named.isprintable():
            raise ValueError(f"a name is one line of at most {MAX_NAMED} characters")


@dataclass(frozen=True, slots=True)
class ScannerState:
    """Which engine and signatures are at work. signatures_at is when the newest were made, 0 if nobody knows."""

    engine: str
    signatures_at: Instant = 0

    def __post_init__(self) -> None:
        """Refuse what would not fit into one line of a record."""
        if not 0 < len(self.engine) <= MAX_NAMED or not self.engine.isprintable():
            raise ValueError(f"an engine is one line of at most {MAX_NAMED} characters")
        if type(self.signatures_at) is not int or self.signatures_at < 0:
            raise ValueError("signatures have an instant, or 0")


class Scanner(Protocol):
    """Any number may be configured; a document goes on when all say CLEAN.

    One that raises, hangs or answers nonsense has not said so: what it should look at waits until it does. Called
    several times at once.
    """

    async def scan(self, request: ScanRequest) -> Scanned:
        """Look at all of it. Raises ScannerAway."""

    async def state(self) -> ScannerState:
        """Which engine and signatures would be used now. Raises ScannerAway."""

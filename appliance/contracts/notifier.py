# SPDX-License-Identifier: Apache-2.0
"""Notifier: takes a finished letter to one address, and tells which letters came back (design §4)."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from appliance.model.time import Instant

MAX_RETURNS = 1_000


class Outcome(StrEnum):
    """What became of one try.

    LATER is about this letter (a full mailbox, greylisting), AWAY about the way (a server that is down, a refused
    password): after AWAY no letter is tried for a while, and the try does not count. NEVER is final.
    """

    SENT = "sent"
    LATER = "later"
    AWAY = "away"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class OutLetter:
    """A letter as it leaves. text has lines that end with "\\n"; subject is one line.

    id has the form of model.ids and is the same each time the letter is handed over: after a crash a letter may be
    handed over again, and whoever receives it twice must be able to see that it is one.
    """

    id: str
    to: str
    subject: str
    text: str = field(repr=False)
    not_after: Instant


@dataclass(frozen=True, slots=True)
class Delivery:
    """The outcome, and what the other side said, in one line for the desk."""

    outcome: Outcome
    said: str


@dataclass(frozen=True, slots=True)
class Returned:
    """A letter that was sent and came back: its id, and why in one line."""

    id: str
    said: str


class Notifier(Protocol):
    """One a channel. Called from the outbox only, several times at once; the outbox keeps and repeats.

    One that raises, hangs or answers nonsense is asked again later; it never holds up other letters.
    """

    async def send(self, letter: OutLetter) -> Delivery:
        """Hand the letter on. SENT only once the other side has taken responsibility for it."""

    async def returns(self) -> list[Returned]:
        """Letters that came back, at most MAX_RETURNS, the oldest first; [] where nothing tells.

        What one call hands over may be forgotten with the next call, not before: the caller may have crashed.
        """

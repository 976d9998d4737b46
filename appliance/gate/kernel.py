# SPDX-License-Identifier: Apache-2.0
"""What the gate wants of the kernel: a table of places from which packets pass, each for so many seconds more."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

# As much as a comment in the kernel's table holds, with room to spare.
MOST_MARK = 120


class KernelRefused(Exception):
    """The kernel, or the program that speaks to it, did not do it; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the packets of a session come from: an address, and no other interface than this one."""

    interface: str
    address: str


@dataclass(frozen=True, slots=True)
class Opening:
    """A place that is to be open for whole seconds. mark says of which session it is."""

    place: Place
    seconds: int
    mark: str


class Kernel(Protocol):
    """The one enforcement point (promise 3). Any method may raise KernelRefused."""

    async def prepare(self) -> None:
        """Put the rules in place, as they should be, in one transaction; what is open stays open (promise 6)."""

    async def change(self, opening: Sequence[Opening], shutting: Sequence[Place]) -> None:
        """Shut, then open, all in one transaction; what was open at a place is replaced."""

    async def held(self) -> list[Opening]:
        """What is open now, with the seconds that are left. KernelRefused too when a rule is not as wanted."""


def mark_of(seat: str, session: str) -> str:
    """How the kernel's table says of which session a place is; plain text for who looks at it there."""
    mark = f"{seat} {session}"
    if mark.isascii() and mark.isprintable() and len(mark) <= MOST_MARK and '"' not in mark:
        return mark
    return f"{seat[:32] if seat.isalnum() and seat.isascii() else '-'} {hashlib.sha256(mark.encode()).hexdigest()}"


def seat_of(mark: str) -> str:
    """The seat in a mark."""
    return mark.partition(" ")[0]

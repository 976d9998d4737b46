# SPDX-License-Identifier: Apache-2.0
"""Names that nobody has are counted and locked like real ones, in bounded memory (L6, T14)."""

from typing import Generic, TypeVar

from appliance.model.things import FactorState, Lock
from appliance.model.time import Instant
from appliance.vault.records.transaction import Transaction

Kept = TypeVar("Kept")
MAX_KEPT = 10_000
_LAST_STRANGER = b"c/last-unknown"


class Bounded(Generic[Kept]):
    """Something for each pseudonym of a typed name; what was not written for longest is forgotten first."""

    def __init__(self) -> None:
        """Nothing is kept."""
        self._kept: dict[bytes, Kept] = {}

    def get(self, name: bytes, default: Kept) -> Kept:
        """What is kept of this name."""
        return self._kept.get(name, default)

    def put(self, name: bytes, value: Kept) -> None:
        """Keep value."""
        self._kept.pop(name, None)
        self._kept[name] = value
        if len(self._kept) > MAX_KEPT:
            del self._kept[next(iter(self._kept))]

    def __len__(self) -> int:
        """How many names are kept."""
        return len(self._kept)


class Unknowns:
    """What the rows of accounts are for names that there are: locks of passwords, codes, and who asked for them."""

    def __init__(self) -> None:
        """Nobody has tried."""
        self.locks: Bounded[Lock] = Bounded()
        self.codes: Bounded[FactorState] = Bounded()
        self.requests: Bounded[tuple[Instant, ...]] = Bounded()


def stamp(txn: Transaction, now: Instant) -> None:
    """What a transaction about a stranger writes, so that it takes as long as one about an account."""
    txn.put(_LAST_STRANGER, now.to_bytes(8, "big"))


def code_key(name: bytes, factor: str) -> bytes:
    """What the code of a name is kept under: the tries of each second factor are apart."""
    return name + factor.encode()

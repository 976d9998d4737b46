# SPDX-License-Identifier: Apache-2.0
"""What a function of the vault sees of the records: opened, remembered, and journaled as one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from appliance.contracts.records import MAX_KEY, MAX_ROWS, Txn, View
from appliance.model.journal import Entry
from appliance.model.time import Instant

# A tally by its series, and what it is of: ("unread", "receipt").
Counted = tuple[str, str]


class Moved(Exception):
    """A fact that a decision rests on has changed since it was read."""


class Sealing(Protocol):
    """What sealing.Sealer does."""

    def seal(self, key: bytes, plain: bytes) -> bytes:
        """plain, sealed to its key."""

    def open(self, key: bytes, sealed: bytes) -> bytes:
        """What was sealed to key."""

    def blind(self, label: str, text: str) -> bytes:
        """A pseudonym of text, for equality only."""


class Journal(Protocol):
    """What journal.log.Log does for a transaction."""

    def append(self, txn: Txn, entries: Sequence[Entry]) -> int:
        """Add the entries; the sequence number of the first."""


class Snapshot:
    """One consistent state of the records.

    It remembers every value that it was asked for. The sealed bytes serve as the version: each seal draws a fresh
    nonce, so equal bytes mean that nobody has written in between.
    """

    def __init__(self, view: View, sealing: Sealing) -> None:
        """view is only good while the function runs."""
        self.view = view
        self.sealing = sealing
        self.seen: dict[bytes, bytes | None] = {}

    def get(self, key: bytes) -> bytes | None:
        """The opened value under key, or None."""
        if len(key) > MAX_KEY:
            return None  # made of what somebody sent: no such row can be
        sealed = self.view.get(key)
        self.seen[key] = sealed
        return None if sealed is None else self.sealing.open(key, sealed)

    def peek(self, key: bytes) -> bytes | None:
        """The bytes under an index key, which is not sealed."""
        return self.view.get(key)

    def scan(self, start: bytes, stop: bytes, limit: int = MAX_ROWS, reverse: bool = False) -> list[bytes]:
        """The values of a range of index keys: primary keys of rows."""
        return [value for _, value in self.view.scan(start, stop, limit=limit, reverse=reverse)]


class Transaction(Snapshot):
    """A snapshot that can be changed. Its journal entries are written with its changes, in one commit.

    counts are the changes of tallies by the keys of the rows that they come from (tallies.py).
    """

    def __init__(self, txn: Txn, sealing: Sealing) -> None:
        """txn is only good while the function runs."""
        super().__init__(txn, sealing)
        self.txn = txn
        self.entries: list[Entry] = []
        self.counts: list[tuple[bytes, Counted, int]] = []
        self.rings = False

    def require(self, seen: Mapping[bytes, bytes | None]) -> None:
        """Raise Moved unless everything in seen still stands."""
        for key, sealed in seen.items():
            if self.view.get(key) != sealed:
                raise Moved

    def put(self, key: bytes, plain: bytes) -> None:
        """Seal plain under key."""
        self.txn.put(key, self.sealing.seal(key, plain))

    def point(self, index_key: bytes, primary: bytes) -> None:
        """Let an index key lead to a row."""
        self.txn.put(index_key, primary)

    def delete(self, key: bytes) -> bool:
        """Remove a row or an index key; whether it was there."""
        return self.txn.delete(key)

    def journal(self, entry: Entry) -> None:
        """Write entry into the journal, if the rest of the function succeeds."""
        self.entries.append(entry)

    def ring(self) -> None:
        """Wake the outbox, once this is durable."""
        self.rings = True

    def finish(self, journal: Journal, latest: Instant | None = None) -> None:
        """Hand the entries to the journal, none later than latest; the last thing that happens in a transaction."""
        if latest is not None:
            self.entries = [replace(entry, at=min(entry.at, latest)) for entry in self.entries]
        if self.entries:
            journal.append(self.txn, self.entries)

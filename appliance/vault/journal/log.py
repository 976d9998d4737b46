# SPDX-License-Identifier: Apache-2.0
"""The log: entries are appended in the transaction of their act, and read back newest first.

Functions of the log are parts of transactions: they may be run twice, and use neither clock nor chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from appliance.contracts.records import Txn, View, check_limit
from appliance.model.journal import Entry
from appliance.vault.journal import leaf as leaves_of
from appliance.vault.journal import merkle, rows
from appliance.vault.journal.leaf import NO_PAYLOAD, Payload
from appliance.vault.journal.merkle import HASH_SIZE, Frontier
from appliance.vault.journal.rows import Sealer

KEPT_LEVEL = 8  # nodes over 256 leaves and more are kept; smaller ones are made from at most 256 leaf hashes


class JournalDamaged(Exception):
    """The rows of the journal contradict each other; `renkei journal verify` names the entry."""


@dataclass(frozen=True, slots=True)
class Head:
    """How many entries there are, and the root over them."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf, and the hash that was kept when it was written."""

    seq: int
    hash: bytes
    text: bytes


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry as it stands in the journal; personal is {} and salt b"" once the payload is destroyed."""

    seq: int
    entry: Entry


class Log:
    """One append-only log. Two logs never share an origin."""

    def __init__(self, origin: str, sealer: Sealer) -> None:
        """origin names the log in its checkpoints, such as "renkei.fund.example/journal"."""
        self.origin = origin
        self._sealer = sealer

    # --- writing --------------------------------------------------------------------------------------------------

    def append(self, txn: Txn, entries: Sequence[Entry]) -> int:
        """Add entries in their order; the sequence number of the first.

        Raises JournalDamaged where an entry already stands: a tree that has become smaller is not written on.
        """
        frontier = self.frontier(txn)
        first = frontier.size
        if txn.get(rows.leaf_key(first)) is not None:
            raise JournalDamaged(f"the head says {first} entries, but entry {first} exists")
        for entry in entries:
            self._add(txn, frontier, entry)
        if entries:
            self.keep(txn, rows.HEAD, frontier.to_bytes())
        return first

    def _add(self, txn: Txn, frontier: Frontier, entry: Entry) -> None:
        seq = frontier.size
        text = leaves_of.leaf_of(seq, entry)
        kept = merkle.leaf_hash(text)
        self.keep(txn, rows.leaf_key(seq), kept + text)
        if entry.personal:
            self.keep(txn, rows.payload_key(seq), leaves_of.payload_of(entry))
        if entry.office:
            txn.put(rows.office_key(entry.office, seq), b"")
        completed = frontier.append(kept)
        for level in range(KEPT_LEVEL, len(completed)):
            self.keep(txn, rows.node_key(level, seq >> level), completed[level])

    def forget(self, txn: Txn, seq: int) -> bool:
        """Destroy the payload of an entry; whether there was one. The leaf and all proofs stay."""
        return txn.delete(rows.payload_key(seq))

    def keep(self, txn: Txn, key: bytes, plain: bytes) -> None:
        """Put a row, sealed."""
        txn.put(key, self._sealer.seal(key, plain))

    # --- reading --------------------------------------------------------------------------------------------------

    def open(self, key: bytes, sealed: bytes) -> bytes:
        """A row that was sealed to key."""
        return self._sealer.open(key, sealed)

    def get(self, view: View, key: bytes) -> bytes | None:
        """The opened row under key, or None."""
        sealed = view.get(key)
        return None if sealed is None else self._sealer.open(key, sealed)

    def frontier(self, view: View) -> Frontier:
        """The right edge of the tree."""
        raw = self.get(view, rows.HEAD)
        return Frontier() if raw is None else Frontier.from_bytes(raw)

    def size(self, view: View) -> int:
        """The number of entries."""
        return self.frontier(view).size

    def head(self, view: View) -> Head:
        """The number of entries and their root."""
        frontier = self.frontier(view)
        return Head(frontier.size, frontier.root())

    def leaves(self, view: View, start: int, limit: int) -> list[Leaf]:
        """At most limit (≤ 1,000) leaves, ascending from sequence number start."""
        stop = rows.leaf_key(rows.END)
        return [self.leaf(key, sealed) for key, sealed in view.scan(rows.leaf_key(start), stop, limit=limit)]

    def leaf(self, key: bytes, sealed: bytes) -> Leaf:
        """The leaf of a row."""
        plain = self._sealer.open(key, sealed)
        return Leaf(rows.number_of(key), plain[:HASH_SIZE], plain[HASH_SIZE:])

    def page(
        self, view: View, *, before: int = 0, limit: int = 50, office: str | None = None, first: int = 0
    ) -> list[Recorded]:
        """At most limit (≤ 1,000) entries numbered from first to below before, newest first; 0 begins at the end.

        office: only the entries of this office. The cost grows with limit, not with the journal.
        """
        found = self.below(view, before=before, limit=limit, office=office, first=first)
        return [Recorded(leaf.seq, leaves_of.entry_of(leaf.text, self.payload(view, leaf.seq))) for leaf in found]

    def below(
        self, view: View, *, before: int = 0, limit: int = 50, office: str | None = None, first: int = 0
    ) -> list[Leaf]:
        """The leaves of such a page, for who does not want all of them: a leaf costs half of an entry."""
        check_limit(limit)
        below = before if before > 0 else rows.END
        if office is not None:
            return self._of_office(view, office, first, below, limit)
        found = view.scan(rows.leaf_key(first), rows.leaf_key(below), limit=limit, reverse=True)
        return [self.leaf(key, sealed) for key, sealed in found]

    def _of_office(self, view: View, office: str, first: int, below: int, limit: int) -> list[Leaf]:
        start, stop = rows.office_key(office, first), rows.office_key(office, below)
        keys = view.scan(start, stop, limit=limit, reverse=True)
        found = [self._one(view, rows.number_of(key)) for key, _ in keys]
        for leaf in found:
            if leaves_of.facts(leaf.text).office != office:
                raise JournalDamaged(f"entry {leaf.seq} is listed for an office to which it does not belong")
        return found

    def _one(self, view: View, seq: int) -> Leaf:
        key = rows.leaf_key(seq)
        sealed = view.get(key)
        if sealed is None:
            raise JournalDamaged(f"entry {seq} is missing")
        return self.leaf(key, sealed)

    def payload(self, view: View, seq: int) -> Payload:
        """What makes the entry readable, NO_PAYLOAD where that is destroyed or never was."""
        raw = self.get(view, rows.payload_key(seq))
        return NO_PAYLOAD if raw is None else leaves_of.payload(raw)

    # --- proofs ---------------------------------------------------------------------------------------------------

    def node(self, view: View, level: int, index: int) -> bytes:
        """The root of a complete subtree, from the kept nodes or from at most 256 kept leaf hashes."""
        if level >= KEPT_LEVEL:
            found = self.get(view, rows.node_key(level, index))
            if found is None:
                raise JournalDamaged(f"the node {index} of level {level} is missing")
            return found
        start, count = index << level, 1 << level
        hashes = [leaf.hash for leaf in self.leaves(view, start, count)]
        if len(hashes) != count:
            raise JournalDamaged(f"entries are missing between {start} and {start + count}")
        frontier = Frontier()
        for kept in hashes:
            frontier.append(kept)
        return frontier.root()

    def root_at(self, view: View, size: int) -> bytes:
        """The root of the first size entries, in O(log size); JournalDamaged where there are fewer."""
        return merkle.root_of((0, size), lambda level, index: self.node(view, level, index))

    def inclusion_proof(self, view: View, seq: int, size: int) -> list[bytes]:
        """What proves that entry seq is in the tree of the first size entries."""
        return merkle.inclusion_proof(seq, size, lambda level, index: self.node(view, level, index))

    def consistency_proof(self, view: View, old: int, new: int) -> list[bytes]:
        """What proves that the tree of old entries is the beginning of that of new."""
        return merkle.consistency_proof(old, new, lambda level, index: self.node(view, level, index))

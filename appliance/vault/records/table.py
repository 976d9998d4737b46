# SPDX-License-Identifier: Apache-2.0
"""A table: sealed rows of one dataclass under a primary key, with declared indexes (design §5).

Keys hold only random ids, dates, kinds, states, periods and numbers. What names a person or an office goes into an
index as a blind pseudonym, good for equality alone.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

import msgspec

from appliance.contracts.records import MAX_ROWS
from appliance.vault.records.row_keys import Part, after, end_of, join
from appliance.vault.records.transaction import Counted, Snapshot, Transaction

Row = TypeVar("Row")
Blind = Callable[[str, str], bytes]
Index = Callable[[Row, Blind], Iterable[Sequence[Part]]]

_encode = msgspec.msgpack.Encoder().encode


class Table(Generic[Row]):
    """Rows of one kind. An index gives, for a row, each tuple of parts under which it is to be found.

    counted gives, for a row, each tally in which it counts (tallies.py).
    """

    def __init__(
        self,
        name: str,
        row: type[Row],
        key: Callable[[Row], Sequence[Part]],
        indexes: Mapping[str, Index[Row]] | None = None,
        counted: Callable[[Row], Iterable[Counted]] | None = None,
    ) -> None:
        """name stands in every key and never changes."""
        self._rows = join(f"t/{name}")
        self._row_key = key
        self._decode = msgspec.msgpack.Decoder(row).decode
        self._indexes = {label: (join(f"i/{name}", label), index) for label, index in (indexes or {}).items()}
        self._counted = counted

    def key(self, *parts: Part) -> bytes:
        """The key of a row in the record store."""
        return self._rows + join(*parts)

    def get(self, snapshot: Snapshot, *parts: Part) -> Row | None:
        """The row of this primary key, or None."""
        return self._at(snapshot, self.key(*parts))

    def put(self, txn: Transaction, row: Row) -> None:
        """Write a row, new or changed, and move its index entries."""
        self.change(txn, self._at(txn, self.key_of(row)), row)

    def change(self, txn: Transaction, old: Row | None, row: Row) -> None:
        """The same for who has read the old row in this transaction, None where there is none."""
        key = self.key_of(row)
        stale = self._entries(txn, old, key) if old is not None else set()
        fresh = self._entries(txn, row, key)
        for index_key in stale - fresh:
            txn.delete(index_key)
        for index_key in fresh - stale:
            txn.point(index_key, key)
        txn.put(key, _encode(row))
        self._count(txn, key, old, row)

    def delete(self, txn: Transaction, *parts: Part) -> bool:
        """Remove a row and its index entries; whether it was there."""
        key = self.key(*parts)
        old = self._at(txn, key)
        if old is None:
            return False
        for index_key in self._entries(txn, old, key):
            txn.delete(index_key)
        self._count(txn, key, old, None)
        return txn.delete(key)

    def reindex(self, txn: Transaction, row: Row) -> None:
        """Write the index entries that a row has not: those of indexes that are younger than the row."""
        key = self.key_of(row)
        for index_key in self._entries(txn, row, key):
            if txn.peek(index_key) is None:
                txn.point(index_key, key)

    def tallies_of(self, row: Row) -> frozenset[Counted]:
        """In which tallies a row counts."""
        return frozenset(self._counted(row)) if self._counted else frozenset()

    def first(self, snapshot: Snapshot, index: str, *parts: Part) -> Row | None:
        """The first row of an index under these leading parts, or None."""
        rows = self.scan(snapshot, index, parts, limit=1)
        return rows[0] if rows else None

    def scan(
        self,
        snapshot: Snapshot,
        index: str,
        parts: Sequence[Part] = (),
        *,
        since: Sequence[Part] | None = None,
        behind: Row | None = None,
        until: Sequence[Part] | None = None,
        limit: int = MAX_ROWS,
        reverse: bool = False,
    ) -> list[Row]:
        """Rows in the order of an index that begin with parts: from `since` on, behind a row, before `until`.

        reverse turns the order round: behind a row is then what stands before it in the index.
        """
        keys = self.keys(
            snapshot, index, parts, since=since, behind=behind, until=until, limit=limit, reverse=reverse
        )
        return [row for key in keys if (row := self._at(snapshot, key)) is not None]

    def keys(
        self,
        snapshot: Snapshot,
        index: str,
        parts: Sequence[Part] = (),
        *,
        since: Sequence[Part] | None = None,
        behind: Row | None = None,
        until: Sequence[Part] | None = None,
        limit: int = MAX_ROWS,
        reverse: bool = False,
    ) -> list[bytes]:
        """Like scan(), but only the keys of the rows: for counting, and for asking whether there is one.

        Raises KeyError for an index that was not declared, which would find nothing for ever.
        """
        prefix, _ = self._indexes[index]
        start = prefix + join(*parts)
        stop = end_of(start) if until is None else prefix + join(*until)
        entry = None if behind is None else self._entry_of(snapshot, behind, prefix, start)
        if since is not None:
            start = max(start, prefix + join(*since))
        if entry is not None and reverse:
            stop = min(stop, entry)
        elif entry is not None:
            start = max(start, after(entry))
        return snapshot.scan(start, stop, limit, reverse) if start < stop else []

    def opened(self, snapshot: Snapshot, keys: Iterable[bytes]) -> list[Row]:
        """The rows under these keys, as keys() gives them."""
        return [row for key in keys if (row := self._at(snapshot, key)) is not None]

    def walk(
        self, snapshot: Snapshot, start: bytes = b"", stop: bytes | None = None, limit: int = MAX_ROWS
    ) -> list[Row]:
        """Rows in the order of their keys, from start on and before stop, as key() makes them."""
        first, behind = max(start, self._rows), self.end if stop is None else stop
        found = snapshot.view.scan(first, behind, limit=limit)
        return [self._decode(snapshot.sealing.open(key, sealed)) for key, sealed in found]

    @property
    def end(self) -> bytes:
        """Behind the keys of all rows."""
        return end_of(self._rows)

    def key_of(self, row: Row) -> bytes:
        """The key of this row in the record store."""
        return self.key(*self._row_key(row))

    def count(self, snapshot: Snapshot, most: int) -> int:
        """How many rows there are, counted up to most; none is opened."""
        start, counted = self._rows, 0
        while counted < most:
            page = snapshot.view.scan(start, end_of(self._rows), limit=min(most - counted, MAX_ROWS))
            if not page:
                break
            start, counted = after(page[-1][0]), counted + len(page)
        return counted

    def _count(self, txn: Transaction, key: bytes, old: Row | None, fresh: Row | None) -> None:
        """Note in which tallies a row counts no more, and in which it does now."""
        if self._counted is None:
            return
        before = self.tallies_of(old) if old is not None else frozenset()
        now = self.tallies_of(fresh) if fresh is not None else frozenset()
        txn.counts.extend((key, one, -1) for one in before - now)
        txn.counts.extend((key, one, 1) for one in now - before)

    def _at(self, snapshot: Snapshot, key: bytes) -> Row | None:
        plain = snapshot.get(key)
        return None if plain is None else self._decode(plain)

    def _entries(self, snapshot: Snapshot, row: Row, key: bytes) -> set[bytes]:
        blind = snapshot.sealing.blind
        tail = key[len(self._rows) :]
        return {
            prefix + join(*parts) + tail for prefix, index in self._indexes.values() for parts in index(row, blind)
        }

    def _entry_of(self, snapshot: Snapshot, row: Row, prefix: bytes, start: bytes) -> bytes:
        key = self.key(*self._row_key(row))
        entries = self._entries(snapshot, row, key)
        return next(entry for entry in sorted(entries) if entry.startswith(prefix) and entry >= start)

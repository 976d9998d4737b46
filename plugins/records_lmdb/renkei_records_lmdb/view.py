# SPDX-License-Identifier: Apache-2.0
"""What a function sees of the store: a snapshot, or a transaction of its own."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import lmdb

from appliance.contracts.records import (
    MAX_ROWS,
    MAX_WRITES,
    LimitExceeded,
    StoreError,
    check_limit,
    check_put,
)
from renkei_records_lmdb.errors import store_error

Row = tuple[bytes, bytes]


class Closed:
    """Stands for the transaction of a view whose function has ended."""

    def __getattr__(self, name: str) -> Any:
        """Refuse every use."""
        raise StoreError("the view is used after its function has ended")


CLOSED: Any = Closed()


class Snapshot:
    """One state of the store that no later write changes (contract: View)."""

    __slots__ = ("_txn",)

    def __init__(self, txn: "lmdb.Transaction[bytes]") -> None:
        """txn is open as long as the view may be used; afterwards every call raises StoreError."""
        self._txn = txn

    def close(self) -> None:
        """End a read and give back its place among the readers, whoever still holds this view.

        LMDB has few such places, and a transaction object keeps its own as long as it lives: in the frames of an
        exception, that is until the next collection of garbage.
        """
        txn, self._txn = self._txn, CLOSED
        txn.abort()

    def get(self, key: bytes) -> bytes | None:
        """The value under key, or None."""
        try:
            return self._txn.get(key) if key else None
        except lmdb.Error as error:
            raise store_error(error) from error

    def scan(self, start: bytes, stop: bytes, *, limit: int = MAX_ROWS, reverse: bool = False) -> list[Row]:
        """At most limit pairs with start ≤ key < stop, ascending, or descending if reverse."""
        check_limit(limit)
        try:
            with self._txn.cursor() as cursor:
                rows = _down(cursor, start, stop) if reverse else _up(cursor, start, stop)
                return list(islice(rows, limit))
        except lmdb.Error as error:
            raise store_error(error) from error


def _up(cursor: "lmdb.Cursor[bytes]", start: bytes, stop: bytes) -> Iterator[Row]:
    if not cursor.set_range(start):
        return
    for row in cursor.iternext():
        if row[0] >= stop:
            return
        yield row


def _down(cursor: "lmdb.Cursor[bytes]", start: bytes, stop: bytes) -> Iterator[Row]:
    # LMDB takes an empty key for the first one, but nothing is less than an empty stop.
    found = stop and (cursor.prev() if cursor.set_range(stop) else cursor.last())
    if not found:
        return
    for row in cursor.iterprev():
        if row[0] < start:
            return
        yield row


class Change(Snapshot):
    """A transaction that sees its own changes and keeps the limits of the contract (contract: Txn).

    failure is set once LMDB could not do a write: then the transaction must be aborted, even if the function hides
    it. LMDB would let the failed commit of an inner transaction spoil the outer one.
    """

    __slots__ = ("_writes", "failure")

    def __init__(self, txn: "lmdb.Transaction[bytes]") -> None:
        """txn is a write transaction that belongs to one function."""
        self._txn = txn
        self._writes = 0
        self.failure: StoreError | None = None

    def put(self, key: bytes, value: bytes) -> None:
        """Set key to value; LimitExceeded beyond the contract's sizes, StoreFull without room."""
        check_put(key, value)
        self._count()
        try:
            self._txn.put(key, value)
        except lmdb.Error as error:
            self.failure = store_error(error)
            raise self.failure from error

    def delete(self, key: bytes) -> bool:
        """Remove key; whether it was there."""
        self._count()
        try:
            return self._txn.delete(key) if key else False
        except lmdb.Error as error:
            self.failure = store_error(error)
            raise self.failure from error

    def _count(self) -> None:
        self._writes += 1
        if self._writes > MAX_WRITES:
            raise LimitExceeded(f"a function writes at most {MAX_WRITES} times")

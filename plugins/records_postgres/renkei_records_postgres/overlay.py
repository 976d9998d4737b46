# SPDX-License-Identifier: Apache-2.0
"""Changes that the server has not seen yet, and the view of a function that sees through them."""

from bisect import bisect_left, insort
from typing import Protocol

from appliance.contracts.records import (
    MAX_KEY,
    MAX_ROWS,
    MAX_WRITES,
    LimitExceeded,
    StoreError,
    check_limit,
    check_put,
)

Row = tuple[bytes, bytes]


class Source(Protocol):
    """Rows that stand still, below the changes."""

    def get(self, key: bytes) -> bytes | None:
        """The value under key, or None."""

    def page(self, start: bytes, stop: bytes, limit: int, reverse: bool) -> list[Row]:
        """The first limit rows with start ≤ key < stop, from the other end if reverse."""


class Overlay:
    """Keys with their new values, or None where the row was deleted; in order, so that a range is found fast."""

    __slots__ = ("_keys", "rows")

    def __init__(self) -> None:
        """Nothing changed."""
        self.rows: dict[bytes, bytes | None] = {}
        self._keys: list[bytes] = []

    def set(self, key: bytes, value: bytes | None) -> None:
        """Put value under key, or delete it."""
        if key not in self.rows:
            insort(self._keys, key)
        self.rows[key] = value

    def take(self, other: "Overlay") -> None:
        """Everything that other changed, on top."""
        for key, value in other.rows.items():
            self.set(key, value)

    def between(self, start: bytes, stop: bytes) -> dict[bytes, bytes | None]:
        """The changes with start ≤ key < stop."""
        keys = self._keys[bisect_left(self._keys, start) : bisect_left(self._keys, stop)]
        return {key: self.rows[key] for key in keys}


class Change:
    """A function's own changes over those of the batch over the source (contract: Txn)."""

    __slots__ = ("_batch", "_open", "_source", "_writes", "own")

    def __init__(self, batch: Overlay, source: Source) -> None:
        """batch holds what earlier functions of the same batch did."""
        self.own = Overlay()
        self._batch = batch
        self._source = source
        self._writes = 0
        self._open = True

    def close(self) -> None:
        """From now on every use is refused."""
        self._open = False

    def get(self, key: bytes) -> bytes | None:
        """The value under key, or None."""
        self._need(key)
        for layer in (self.own.rows, self._batch.rows):
            if key in layer:
                return layer[key]
        return self._source.get(key) if 1 <= len(key) <= MAX_KEY else None

    def scan(self, start: bytes, stop: bytes, *, limit: int = MAX_ROWS, reverse: bool = False) -> list[Row]:
        """At most limit pairs with start ≤ key < stop, ascending, or descending if reverse."""
        self._need(start, stop)
        check_limit(limit)
        if not limit or start >= stop:
            return []
        changed = self._batch.between(start, stop) | self.own.between(start, stop)
        # As many more as may be hidden by deletes; what lies beyond a full page cannot come before its end.
        hidden = sum(value is None for value in changed.values())
        merged = {**dict(self._source.page(start, stop, limit + hidden, reverse)), **changed}
        rows = [(key, value) for key, value in merged.items() if value is not None]
        return sorted(rows, reverse=reverse)[:limit] if changed else rows

    def put(self, key: bytes, value: bytes) -> None:
        """Set key to value; LimitExceeded beyond the contract's sizes."""
        self._need(key, value)
        check_put(key, value)
        self._count()
        self.own.set(key, value)

    def delete(self, key: bytes) -> bool:
        """Remove key; whether it was there."""
        self._need(key)
        self._count()
        if self.get(key) is None:
            return False
        self.own.set(key, None)
        return True

    def _need(self, *given: bytes) -> None:
        if not self._open:
            raise StoreError("this view was kept after its function")
        need_bytes(*given)

    def _count(self) -> None:
        self._writes += 1
        if self._writes > MAX_WRITES:
            raise LimitExceeded(f"a function writes at most {MAX_WRITES} times")


def need_bytes(*given: object) -> None:
    """Raise TypeError for anything else, before the server is asked to guess what it means."""
    for one in given:
        if not isinstance(one, bytes):
            raise TypeError(f"keys and values are bytes, not {type(one).__name__}")

# SPDX-License-Identifier: Apache-2.0
"""Rows as the server has them: the statements, the view of a reader, and what the writer remembers."""

from collections.abc import Callable
from typing import Any

import psycopg
from psycopg import sql

from appliance.contracts.records import MAX_KEY, MAX_ROWS, StoreError, check_limit
from renkei_records_postgres.errors import in_our_words
from renkei_records_postgres.line import Connection
from renkei_records_postgres.overlay import Row, need_bytes

GET = sql.SQL("SELECT v FROM renkei_rows WHERE k = %s")
UP = sql.SQL("SELECT k, v FROM renkei_rows WHERE k >= %s AND k < %s ORDER BY k LIMIT %s")
DOWN = sql.SQL("SELECT k, v FROM renkei_rows WHERE k >= %s AND k < %s ORDER BY k DESC LIMIT %s")
# About as much as the rows that all visits of a busy minute need.
MOST_REMEMBERED = 32 << 20


class Rows:
    """The rows of one transaction.

    failure is what went wrong on the server: after that the transaction is worth nothing, even if a function hides
    it. waited is how many seconds were spent waiting for the server.
    """

    def __init__(self, connection: Connection, seconds: Callable[[], float]) -> None:
        """connection is in a transaction; seconds is a monotonic clock."""
        self._connection = connection
        self._seconds = seconds
        self.failure: StoreError | None = None
        self.waited = 0.0

    def get(self, key: bytes) -> bytes | None:
        """The value under key, or None."""
        found = self._ask(GET, key)
        return found[0][0] if found else None

    def page(self, start: bytes, stop: bytes, limit: int, reverse: bool) -> list[Row]:
        """The first limit rows with start ≤ key < stop, from the other end if reverse."""
        return self._ask(DOWN if reverse else UP, start, stop, limit)

    def _ask(self, query: sql.SQL, *values: bytes | int) -> list[Any]:
        if self.failure is not None:
            raise self.failure
        began = self._seconds()
        try:
            return self._connection.execute(query, values, binary=True).fetchall()
        except psycopg.Error as error:
            self.failure = in_our_words(error)
            raise self.failure from error
        finally:
            self.waited += self._seconds() - began


class Snapshot:
    """One state of the store that no later write changes (contract: View)."""

    __slots__ = ("_open", "_rows")

    def __init__(self, rows: Rows) -> None:
        """rows belong to a transaction that reads one state."""
        self._rows = rows
        self._open = True

    def close(self) -> None:
        """From now on every use is refused."""
        self._open = False

    def get(self, key: bytes) -> bytes | None:
        """The value under key, or None."""
        self._need(key)
        return self._rows.get(key) if 1 <= len(key) <= MAX_KEY else None

    def scan(self, start: bytes, stop: bytes, *, limit: int = MAX_ROWS, reverse: bool = False) -> list[Row]:
        """At most limit pairs with start ≤ key < stop, ascending, or descending if reverse."""
        self._need(start, stop)
        check_limit(limit)
        return self._rows.page(start, stop, limit, reverse) if limit and start < stop else []

    def _need(self, *given: bytes) -> None:
        if not self._open:
            raise StoreError("this view was kept after its function")
        need_bytes(*given)


class Memory:
    """Rows that the writer has read or written. They stay true between batches, as long as nobody else writes."""

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        """most is how many bytes are remembered; beyond that, everything is forgotten and begins anew."""
        self._most = most
        self._size = 0
        self.rows: dict[bytes, bytes | None] = {}

    def keep(self, key: bytes, value: bytes | None) -> None:
        """Remember what is under key now."""
        self._size += len(key) + len(value or b"") + 100  # a replaced one counts on: sooner or later, all goes
        if self._size > self._most:
            self.forget()
        self.rows[key] = value

    def forget(self) -> None:
        """Know nothing."""
        self.rows.clear()
        self._size = 0


class Remembered:
    """The rows of a change, asked of the server only if they are not remembered (overlay.Source)."""

    __slots__ = ("_memory", "_rows")

    def __init__(self, rows: Rows, memory: Memory) -> None:
        """memory is true for the state that rows have."""
        self._rows = rows
        self._memory = memory

    def get(self, key: bytes) -> bytes | None:
        """The value under key, or None."""
        if key not in self._memory.rows:
            self._memory.keep(key, self._rows.get(key))
        return self._memory.rows[key]

    def page(self, start: bytes, stop: bytes, limit: int, reverse: bool) -> list[Row]:
        """The first limit rows with start ≤ key < stop, from the other end if reverse."""
        return self._rows.page(start, stop, limit, reverse)

# SPDX-License-Identifier: Apache-2.0
"""A record store in memory that runs every function twice and fails when it is told to."""

import asyncio
import json
from bisect import bisect_left, insort
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from appliance.contracts.plugin import Clock
from appliance.contracts.records import (
    MAX_ROWS,
    MAX_SECONDS,
    MAX_WRITES,
    Done,
    Failed,
    LimitExceeded,
    Outcome,
    StoreError,
    StoreFull,
    Usage,
    View,
    Work,
    check_limit,
    check_put,
)
from appliance.testing.clock import FakeClock

T = TypeVar("T")
Undo = list[tuple[bytes, bytes | None]]


class Rows:
    """Sorted rows, and how many bytes they have."""

    def __init__(self, rows: dict[bytes, bytes] | None = None) -> None:
        """Take over rows."""
        self.values = rows or {}
        self.keys = sorted(self.values)
        self.size = sum(len(key) + len(value) for key, value in self.values.items())

    def copy(self) -> "Rows":
        """The same rows, to be changed: neither sorted nor measured anew."""
        made = Rows()
        made.values, made.keys, made.size = self.values.copy(), self.keys.copy(), self.size
        return made

    def set(self, key: bytes, value: bytes | None) -> bytes | None:
        """Set key to value, or remove it if None; what it was before."""
        before = self.values.pop(key, None)
        if before is not None:
            self.size -= len(key) + len(before)
        if value is not None:
            self.values[key] = value
            self.size += len(key) + len(value)
        if before is None and value is not None:
            insort(self.keys, key)
        elif before is not None and value is None:
            del self.keys[bisect_left(self.keys, key)]
        return before

    def undo(self, changes: Undo) -> None:
        """Take back changes, the last one first."""
        while changes:
            self.set(*changes.pop())


class MemoryView:
    """A state of the rows, until it is closed."""

    def __init__(self, rows: Rows) -> None:
        """rows never change while the view is open."""
        self._rows: Rows | None = rows

    def get(self, key: bytes) -> bytes | None:
        """The value under key, or None."""
        return self._open().values.get(key)

    def scan(
        self, start: bytes, stop: bytes, *, limit: int = MAX_ROWS, reverse: bool = False
    ) -> list[tuple[bytes, bytes]]:
        """At most limit pairs with start ≤ key < stop, ascending, or descending if reverse."""
        check_limit(limit)
        rows = self._open()
        first, end = bisect_left(rows.keys, start), bisect_left(rows.keys, stop)
        if reverse:
            first = max(first, end - limit)
        keys = rows.keys[first : min(end, first + limit)]
        return [(key, rows.values[key]) for key in (reversed(keys) if reverse else keys)]

    def close(self) -> None:
        """From now on every use raises StoreError."""
        self._rows = None

    def _open(self) -> Rows:
        if self._rows is None:
            raise StoreError("the view was used after its function had returned")
        return self._rows


class MemoryTxn(MemoryView):
    """Changes the rows at once and keeps what is needed to take that back."""

    def __init__(self, rows: Rows) -> None:
        """rows belong to nobody else until it is closed."""
        super().__init__(rows)
        self.changes: Undo = []
        self._writes = 0

    def put(self, key: bytes, value: bytes) -> None:
        """Set key to value, within the limits of the contract."""
        check_put(key, value)
        self._set(key, bytes(value))

    def delete(self, key: bytes) -> bool:
        """Remove key; whether it was there."""
        return self._set(key, None) is not None

    def _set(self, key: bytes, value: bytes | None) -> bytes | None:
        self._writes += 1
        if self._writes > MAX_WRITES:
            raise LimitExceeded(f"a function writes at most {MAX_WRITES} times")
        before = self._open().set(bytes(key), value)
        self.changes.append((key, before))
        return before


class MemoryRecords:
    """The fake of RecordStore. Every function of a batch is run twice and the first run is thrown away.

    capacity is how many bytes it takes, to be changed at any time. commits and batches tell what was written:
    the number of commits and the size of each batch. While threaded, functions run in other threads than the
    caller's, as in a store that talks to a server.
    """

    def __init__(
        self, clock: Clock | None = None, rows: dict[bytes, bytes] | None = None, *, threaded: bool = False
    ) -> None:
        """Begin with rows; clock measures how long functions take."""
        self.capacity = 1 << 40
        self.batches: list[int] = []
        self._clock = clock or FakeClock()
        self._rows = Rows(rows)  # never changed: a batch makes others
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="records") if threaded else None
        self._failures: list[Exception] = []
        self._running = asyncio.Event()
        self._running.set()

    @property
    def commits(self) -> int:
        """How many batches were committed."""
        return len(self.batches)

    def fail_next(self, *errors: Exception) -> None:
        """Make the next commits fail, one with each error; nothing of those batches happens."""
        self._failures.extend(errors)

    def fill(self) -> None:
        """Be full from now on: nothing that needs more room succeeds until capacity is raised."""
        self.capacity = self._rows.size

    def pause(self) -> None:
        """Let every write wait until resume()."""
        self._running.clear()

    def resume(self) -> None:
        """Let the writes that wait go on."""
        self._running.set()

    async def write(self, batch: Sequence[Work]) -> list[Outcome]:
        """Run the functions in order and commit, as the contract says."""
        if not batch:
            return []
        await asyncio.sleep(0)  # as a real store, it lets others go on meanwhile
        await self._running.wait()
        if self._writer is None:
            return self._write(batch)
        return await asyncio.get_running_loop().run_in_executor(self._writer, self._write, batch)

    async def read(self, work: Callable[[View], T]) -> T:
        """The result of work on a snapshot; any thread may call it."""
        if self._writer is None:
            return _look(work, self._rows)
        return await asyncio.to_thread(_look, work, self._rows)

    async def check(self) -> None:
        """There is nothing that could be broken."""

    async def backup(self, to: Path) -> None:
        """Write the rows into the new folder to; restored() reads them."""
        rows = {key.hex(): value.hex() for key, value in self._rows.values.items()}
        try:
            await asyncio.to_thread(_save, rows, to)
        except OSError as error:
            raise StoreError(f"{to} cannot be written: {error.strerror}") from error

    @classmethod
    def restored(cls, folder: Path, clock: Clock | None = None, *, threaded: bool = False) -> "MemoryRecords":
        """A store with the rows of a backup, or an empty one if there is none in folder."""
        file = folder / "rows.json"
        rows = json.loads(file.read_text()) if file.exists() else {}
        kept = {bytes.fromhex(key): bytes.fromhex(value) for key, value in rows.items()}
        return cls(clock, kept, threaded=threaded)

    async def usage(self) -> Usage:
        """Bytes of keys and values, and capacity."""
        return Usage(self._rows.size, self.capacity)

    def _write(self, batch: Sequence[Work]) -> list[Outcome]:
        rows = self._rows.copy()
        outcomes = [self._run(work, rows) for work in batch]
        if self._failures:
            raise self._failures.pop(0)
        if self._rows.size < rows.size > self.capacity:
            raise StoreFull("the store was told to be full")
        self._rows = rows
        self.batches.append(len(batch))
        return outcomes

    def _run(self, work: Work, rows: Rows) -> Outcome:
        rows.undo(self._once(work, rows)[1])
        outcome, changes = self._once(work, rows)
        if isinstance(outcome, Failed):
            rows.undo(changes)
        return outcome

    def _once(self, work: Work, rows: Rows) -> tuple[Outcome, Undo]:
        txn = MemoryTxn(rows)
        began = self._clock.monotonic()
        try:
            outcome: Outcome = Done(work(txn))
        except Exception as error:  # noqa: BLE001 - whatever a function raises is its own outcome
            outcome = Failed(error)
        txn.close()
        if isinstance(outcome, Done) and self._clock.monotonic() - began > MAX_SECONDS:
            outcome = Failed(LimitExceeded(f"a function takes at most {MAX_SECONDS} s"))
        return outcome, txn.changes


def _look(work: Callable[[View], T], rows: Rows) -> T:
    view = MemoryView(rows)
    try:
        return work(view)
    finally:
        view.close()


def _save(rows: dict[str, str], to: Path) -> None:
    to.mkdir()
    (to / "rows.json").write_text(json.dumps(rows))

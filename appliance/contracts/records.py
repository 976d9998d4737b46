# SPDX-License-Identifier: Apache-2.0
"""Record store: ordered bytes under ordered keys, changed in durable batches, read in snapshots (design §5)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

MAX_KEY = 500
MAX_VALUE = 64 * 1024
MAX_WRITES = 10_000
MAX_ROWS = 1_000
MAX_SECONDS = 0.5

T = TypeVar("T")


class StoreError(Exception):
    """The store could not do it; nothing changed."""


class StoreFull(StoreError):
    """There is no room for this change. Deletes may still succeed."""


class LimitExceeded(StoreError):
    """A function asked for more than the contract allows; only this function fails."""


class OutcomeUnknown(StoreError):
    """The change may have happened, and may still happen. Do not run it again.

    Raised by the host's guard when the store did not answer in time, and by a store that lost its server amid the
    commit and could not find out.
    """


class StoreTaken(StoreError):
    """Another vault has this store now: nothing happened, and this process must end."""


class View(Protocol):
    """One consistent state of the store. Keys compare as unsigned bytes."""

    def get(self, key: bytes) -> bytes | None:
        """The value under key, or None."""

    def scan(
        self, start: bytes, stop: bytes, *, limit: int = MAX_ROWS, reverse: bool = False
    ) -> list[tuple[bytes, bytes]]:
        """At most limit (≤ 1,000) pairs with start ≤ key < stop, ascending, or descending if reverse."""


class Txn(View, Protocol):
    """A view that sees its own changes. All of them happen, or none."""

    def put(self, key: bytes, value: bytes) -> None:
        """Set key (1 to 500 bytes) to value (at most 64 KiB)."""

    def delete(self, key: bytes) -> bool:
        """Remove key; whether it was there."""


Work = Callable[[Txn], Any]


@dataclass(frozen=True, slots=True)
class Done:
    """The function ran and its changes are durable."""

    value: Any


@dataclass(frozen=True, slots=True)
class Failed:
    """The function raised; none of its changes happened."""

    error: Exception


Outcome = Done | Failed


@dataclass(frozen=True, slots=True)
class Usage:
    """Bytes in use and bytes that there are; their ratio decides what is refused (85 %, 95 %)."""

    used: int
    total: int

    @property
    def ratio(self) -> float:
        """The part in use, 0.0 to 1.0."""
        return self.used / self.total if self.total else 1.0


class RecordStore(Protocol):
    """Exactly one is configured. One process, one writer; any number of readers.

    Functions are plain and synchronous: no await, clock, random or log inside. They may be run more than once,
    and only the last run counts.
    """

    async def write(self, batch: Sequence[Work]) -> list[Outcome]:
        """Run the functions in order, each all-or-nothing for itself, with one durable commit for all.

        A later function sees what the earlier ones did. A function that raises becomes Failed and harms nobody; of
        a function that was run more than once, outcome and rows are those of the last run. Where there is no room,
        either the batch raises StoreFull or the functions that need it become Failed with it.
        When this returns, every Done is on disk. Raises StoreFull or StoreError if the commit itself failed;
        then nothing of the batch happened, and the caller may run the functions again. Raises OutcomeUnknown if
        that is not certain, and StoreTaken if this vault is not the one that writes any more.
        """

    async def read(self, work: Callable[[View], T]) -> T:
        """The result of work on a snapshot that no later write changes. work must not keep the view.

        It runs in whatever thread the store likes.
        """

    async def check(self) -> None:
        """Prove that a write survives and a snapshot stands still; raise PluginError otherwise."""

    async def backup(self, to: Path) -> None:
        """Write a consistent copy into the new folder to, while others read and write.

        It has the store's own form, and the store's documentation says how to bring it back.
        """

    async def usage(self) -> Usage:
        """How full the store is. Raises StoreTaken like write()."""


def check_put(key: bytes, value: bytes) -> None:
    """Raise LimitExceeded unless key and value keep the contract; every store calls it."""
    if not 1 <= len(key) <= MAX_KEY:
        raise LimitExceeded(f"a key has 1 to {MAX_KEY} bytes, not {len(key)}")
    if len(value) > MAX_VALUE:
        raise LimitExceeded(f"a value has at most {MAX_VALUE} bytes, not {len(value)}")


def check_limit(limit: int) -> None:
    """Raise LimitExceeded unless a page of limit rows keeps the contract."""
    if not 0 <= limit <= MAX_ROWS:
        raise LimitExceeded(f"a page has at most {MAX_ROWS} rows, not {limit}")

# SPDX-License-Identifier: Apache-2.0
"""How the parts of the record suite get their store, and the small questions that all of them ask."""

import asyncio
import threading
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from contextlib import asynccontextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Protocol, TypeVar

import pytest

from appliance.contracts.records import MAX_KEY, MAX_ROWS, Done, Failed, RecordStore, Txn, View, Work
from appliance.testing.clock import FakeClock

T = TypeVar("T")
END = b"\xff" * MAX_KEY
BEYOND = END + b"\xff"  # behind every key that can be
Row = tuple[bytes, bytes]


async def put(store: RecordStore, rows: dict[bytes, bytes]) -> None:
    """Write rows in one function."""

    def work(txn: Txn) -> None:
        for key, value in rows.items():
            txn.put(key, value)

    assert await store.write([work]) == [Done(None)]


async def scan(store: RecordStore, start: bytes = b"", stop: bytes = END, **options: Any) -> list[Row]:
    """One page of a snapshot."""
    return await store.read(lambda view: view.scan(start, stop, **options))


async def everything(store: RecordStore) -> dict[bytes, bytes]:
    """All rows of a small store."""
    return dict(await scan(store))


async def get(store: RecordStore, key: bytes) -> bytes | None:
    """One value of a snapshot."""
    return await store.read(lambda view: view.get(key))


async def failure(store: RecordStore, work: Work) -> Exception:
    """Why work failed, between two others that did not; and the same when it stands alone."""
    outcomes = await store.write([nothing, work, nothing])
    (alone,) = await store.write([work])
    assert [type(outcome) for outcome in outcomes] == [Done, Failed, Done]
    assert isinstance(outcomes[1], Failed) and isinstance(alone, Failed)
    assert type(outcomes[1].error) is type(alone.error)
    return alone.error


def nothing(txn: Txn) -> None:
    """Change nothing."""


async def all_rows(store: RecordStore, size: int = MAX_ROWS, reverse: bool = False) -> list[Row]:
    """Every row, page by page."""
    found: list[Row] = []
    start, stop = b"", BEYOND
    while page := await scan(store, start, stop, limit=size, reverse=reverse):
        assert not found or (page[0][0] < found[-1][0] if reverse else page[0][0] > found[-1][0]), "no next page"
        found += page
        last = page[-1][0]
        start, stop = (start, last) if reverse else (last + b"\0", stop)
    return found


async def clear(store: RecordStore) -> None:
    """Delete every row."""
    while page := await scan(store, b"", BEYOND):
        assert await store.write([_deleting([key for key, _ in page])]) == [Done([True] * len(page))]


def _deleting(keys: list[bytes]) -> Work:
    return lambda txn: [txn.delete(key) for key in keys]


class Ask(Protocol):
    """What a function says of a snapshot that is held."""

    async def __call__(self, work: Callable[[View], T]) -> T:
        """The result of work on the snapshot, or what it raises."""


@asynccontextmanager
async def held(store: RecordStore, patience: float) -> AsyncIterator[Ask]:
    """A snapshot, taken now, that a thread of its own holds open and asks until the end of the block."""
    questions: SimpleQueue[tuple[Callable[[View], Any], Future[Any]] | None] = SimpleQueue()

    def answer(view: View) -> None:
        while (question := questions.get(timeout=patience)) is not None:
            work, answer = question
            try:
                answer.set_result(work(view))
            except Exception as error:  # noqa: BLE001 - whatever it is, it is for who asked
                answer.set_exception(error)

    async def ask(work: Callable[[View], T]) -> T:
        result: Future[T] = Future()
        questions.put((work, result))
        return await asyncio.wrap_future(result)

    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.to_thread(lambda: asyncio.run(store.read(answer))))
        try:
            await ask(lambda view: view.get(b""))
            yield ask
        finally:
            questions.put(None)


class Gate:
    """A function that waits inside a store until it is told to go on."""

    def __init__(self, patience: float) -> None:
        """After so many seconds it fails: somebody had to wait for it who must not."""
        self._patience = patience
        self._begun, self._open = threading.Event(), threading.Event()

    def wait(self) -> None:
        """Say that the function runs, and wait."""
        self._begun.set()
        if not self._open.wait(self._patience):
            raise TimeoutError("nothing went on while a function waited")

    async def begun(self) -> None:
        """Return when the function runs."""
        assert await asyncio.to_thread(self._begun.wait, self._patience)

    def open(self) -> None:
        """Let it go on, and every later one."""
        self._open.set()


class RecordsMaking(ABC):
    """What all parts of the suite share."""

    patience = 30.0
    """Seconds after which something that waits for the store has waited in vain."""

    @abstractmethod
    async def make_store(self, folder: Path, clock: FakeClock) -> Any:
        """A store that is ready and keeps its data in folder; what an earlier one left there is found again.

        folder may not exist yet. clock measures how long functions take. At least four reads must be possible at
        once.
        """

    @abstractmethod
    async def close_store(self, store: Any) -> None:
        """Close what make_store made."""

    async def make_small_store(self, folder: Path, clock: FakeClock, size: int) -> Any:
        """A store as make_store makes it that takes about size bytes of rows, and then is full."""
        pytest.skip("make_small_store() is not given: what a full store does is not proven")

    @pytest.fixture
    def clock(self) -> FakeClock:
        """Functions take no time unless they move it."""
        return FakeClock()

    @pytest.fixture
    async def store(self, tmp_path: Path, clock: FakeClock) -> AsyncIterator[RecordStore]:
        """An empty store."""
        made = await self.make_store(tmp_path / "store", clock)
        yield made
        await self.close_store(made)

# SPDX-License-Identifier: Apache-2.0
"""The record store: batches go to the one thread that writes, reads to those that read."""

import asyncio
import contextlib
import math
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

import psycopg

from appliance.contracts.plugin import InThread, PluginError
from appliance.contracts.records import Outcome, StoreError, Usage, View, Work
from appliance.model.origin import told
from renkei_records_postgres import backup, probe, server
from renkei_records_postgres import fence as fences
from renkei_records_postgres.address import Parameters
from renkei_records_postgres.errors import in_our_words
from renkei_records_postgres.fence import Standing
from renkei_records_postgres.line import Line, Watch
from renkei_records_postgres.patience import Patience
from renkei_records_postgres.reading import Readers, check_snapshot, connect
from renkei_records_postgres.rows import Rows
from renkei_records_postgres.writing import Writing

T = TypeVar("T")
Answer = asyncio.Future[list[Outcome]]

# A batch on its way to the thread that writes, and where its outcomes are awaited.
Job = tuple[Sequence[Work], Answer]


@dataclass(frozen=True, slots=True)
class Limits:
    """most is how many bytes the rows may have; readers how many reads go on at once; lock_seconds how long an
    open waits for another vault to go."""

    most: int = 256 << 30
    readers: int = 4
    lock_seconds: float = 15


@dataclass(frozen=True, slots=True)
class Opened:
    """All that exists between open() and close()."""

    parameters: Parameters
    standing: Standing
    watch: Watch
    writing: Writing
    readers: Readers
    thread: threading.Thread


class PostgresStore:
    """Exactly one vault writes; the database makes sure of it."""

    def __init__(self, limits: Limits, patience: Patience, in_thread: InThread) -> None:
        """patience is how long reads and writes go on trying while the server is away. Opens nothing."""
        self._limits = limits
        self._patience = patience
        self._in_thread = in_thread
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._opened: Opened | None = None

    def open(self, parameters: Parameters) -> None:
        """Connect, become the one that writes, start the threads; PluginError says what hinders. Blocks."""
        standing, watch = Standing(), Watch(self._patience.clock)
        writing = Writing(parameters, self._limits.most, standing, watch, self._patience)
        watch.start()
        try:
            writing.open(self._limits.lock_seconds)
        except BaseException:
            watch.stop()
            raise
        readers = Readers(parameters, self._limits.readers, standing, watch, self._patience)
        thread = threading.Thread(target=self._write_all, args=(writing,), name="records", daemon=True)
        thread.start()
        self._opened = Opened(parameters, standing, watch, writing, readers, thread)

    async def close(self) -> None:
        """Finish what was handed in and let go of the database; does nothing if it is not open."""
        opened, self._opened = self._opened, None
        if opened is None:
            return
        self._jobs.put(None)
        await self._in_thread(opened.thread.join)
        await self._in_thread(opened.readers.close)
        opened.writing.close()
        opened.watch.cut_all()  # a backup may go on for hours, and a stop does not wait for it
        await self._in_thread(opened.watch.stop)

    async def write(self, batch: Sequence[Work]) -> list[Outcome]:
        """Run the functions in order with one durable commit (contract: RecordStore.write).

        A caller that is cancelled before the commit begins undoes the batch.
        """
        self._need()
        if not batch:
            return []
        answer: Answer = asyncio.get_running_loop().create_future()
        self._jobs.put((batch, answer))
        return await answer

    async def read(self, work: Callable[[View], T]) -> T:
        """The result of work on a snapshot, in a thread of the store's own."""
        return await self._need().readers.read(work)

    async def check(self) -> None:
        """Prove that the server is set to keep what it confirms, and isolates; PluginError otherwise."""
        opened = self._need()
        try:
            with contextlib.ExitStack() as stack:
                deadline = self._patience.clock() + self._patience.seconds
                line = await self._in_thread(stack.enter_context, self._snapshot(opened, deadline))
                if (weak := await self._in_thread(server.weakness, line.connection)) is not None:
                    raise PluginError(weak)
                rows = Rows(line.connection, self._patience.clock)

                async def get(key: bytes) -> bytes | None:
                    return await self._in_thread(rows.get, key)

                await probe.prove(get, self.write)
        except StoreError as error:
            raise PluginError(f"the record store cannot be used: {error}") from error

    async def backup(self, to: Path) -> None:
        """Write a consistent copy into the new folder to; its restore.sql brings it back.

        In a thread of its own: checks and the end of the store do not wait for it.
        """
        await asyncio.to_thread(self._copy, self._need(), to)

    async def usage(self) -> Usage:
        """Bytes of all rows against max_gib. Raises StoreTaken if another vault has opened the database."""
        fence = await self._need().readers.fence()
        return Usage(fence.bytes, self._limits.most)

    def _need(self) -> Opened:
        if self._opened is None:
            raise StoreError("the record store is not open")
        return self._opened

    def _copy(self, opened: Opened, to: Path) -> None:
        with self._snapshot(opened, math.inf) as line:
            backup.copy(line.connection, to)

    @contextlib.contextmanager
    def _snapshot(self, opened: Opened, deadline: float) -> Iterator[Line]:
        """A connection of its own, cut at deadline, in a snapshot that holds all that was committed before."""
        known = opened.standing.fence
        line = connect(opened.parameters)
        try:
            with opened.watch.until(deadline, line):
                check_snapshot(fences.begin_snapshot(line.connection), known, opened.standing)
                yield line
        except psycopg.Error as error:
            raise in_our_words(error) from error
        finally:
            line.close()

    def _write_all(self, writing: Writing) -> None:
        """The thread that writes: one batch after the other until None comes."""
        while (job := self._jobs.get()) is not None:
            batch, answer = job
            outcomes: list[Outcome] = []
            failure: StoreError | None = None
            try:
                outcomes = writing.write(batch, answer.cancelled)
            except StoreError as error:
                failure = error
            except BaseException as error:  # noqa: BLE001 - not even SystemExit in a function ends the only writer
                failure = StoreError(f"a function ended with {told(error)}")
            _hand_back(answer, outcomes, failure)


def _hand_back(answer: Answer, outcomes: list[Outcome], failure: StoreError | None) -> None:
    try:
        answer.get_loop().call_soon_threadsafe(_resolve, answer, outcomes, failure)
    except RuntimeError:
        # The loop was closed meanwhile, so nobody is left who waits.
        return


def _resolve(answer: Answer, outcomes: list[Outcome], failure: StoreError | None) -> None:
    if answer.done():
        return
    if failure is None:
        answer.set_result(outcomes)
    else:
        answer.set_exception(failure)

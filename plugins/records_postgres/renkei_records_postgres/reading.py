# SPDX-License-Identifier: Apache-2.0
"""Those who read: a few threads, each with a connection of its own, each read in a snapshot."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import psycopg

from appliance.contracts.records import Done, Failed, Outcome, StoreError, View
from appliance.model.origin import told
from renkei_records_postgres import fence as fences
from renkei_records_postgres import server
from renkei_records_postgres.address import Parameters
from renkei_records_postgres.errors import Again, Lost, in_our_words
from renkei_records_postgres.fence import Fence, Standing
from renkei_records_postgres.line import Line, Watch
from renkei_records_postgres.patience import Patience, Trial
from renkei_records_postgres.rows import Rows, Snapshot

T = TypeVar("T")


class Readers:
    """Connections are made when they are first needed."""

    def __init__(
        self, parameters: Parameters, count: int, standing: Standing, watch: Watch, patience: Patience
    ) -> None:
        """count is how many reads go on at the same time."""
        self._parameters = parameters
        self._standing = standing
        self._watch = watch
        self._patience = patience
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="records-reader")
        self._mine = threading.local()
        self._lines: set[Line] = set()

    async def read(self, work: Callable[[View], T]) -> T:
        """The result of work on a snapshot, in one of the threads."""
        outcome = await asyncio.get_running_loop().run_in_executor(self._pool, self._read, work)
        if isinstance(outcome, Failed):
            raise outcome.error
        value: T = outcome.value
        return value

    async def fence(self) -> Fence:
        """The fence as it is now."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._on_a_line, lambda line, fence: fence)

    def close(self) -> None:
        """Wait for those who read, and hang up; blocks."""
        self._pool.shutdown()
        for line in self._lines:
            line.close()
        self._lines.clear()

    def _read(self, work: Callable[[View], Any]) -> Outcome:
        """What work did; boxed, because asyncio cannot carry every exception out of a thread."""
        try:
            return self._on_a_line(lambda line, fence: Done(see(line, work, self._patience)))
        except Exception as error:  # noqa: BLE001 - it is raised again where it is awaited
            return Failed(error)
        except BaseException as error:  # noqa: BLE001 - not even SystemExit in a function ends a thread that reads
            return Failed(StoreError(f"a function ended with {told(error)}"))

    def _on_a_line(self, use: Callable[[Line, Fence], T]) -> T:
        """The result of use in a snapshot, tried until it works or patience is over."""
        trial = self._patience.begin()
        while True:
            self._standing.refuse_if_taken()
            try:
                return self._once(use, trial)
            except (Lost, Again) as error:
                if isinstance(error, Lost):
                    self._drop()
                trial.failed(error)
                if trial.over:
                    raise StoreError(str(error)) from error
                trial.wait()

    def _once(self, use: Callable[[Line, Fence], T], trial: Trial) -> T:
        known = self._standing.fence
        line = self._line()
        with self._watch.until(trial.deadline, line):
            try:
                fence = fences.begin_snapshot(line.connection)
                check_snapshot(fence, known, self._standing)
                return use(line, fence)
            except psycopg.Error as error:
                raise in_our_words(error) from error
            finally:
                self._clear(line)

    def _clear(self, line: Line) -> None:
        """Leave no transaction open; what was read before that failed is good all the same."""
        try:
            line.roll_back()
        except psycopg.Error:
            self._drop()

    def _line(self) -> Line:
        """The connection of this thread."""
        line: Line | None = getattr(self._mine, "line", None)
        if line is None:
            line = connect(self._parameters)
            self._patience.absence.ends()
            self._mine.line = line
            self._lines.add(line)
        return line

    def _drop(self) -> None:
        line: Line | None = getattr(self._mine, "line", None)
        if line is not None:
            self._mine.line = None
            self._lines.discard(line)
            line.close()


def connect(parameters: Parameters) -> Line:
    """A connection with our settings; raises Lost."""
    try:
        line = Line(parameters)
    except psycopg.Error as error:
        raise in_our_words(error) from error
    try:
        server.prepare(line)
    except psycopg.Error as error:
        line.close()
        raise in_our_words(error) from error
    return line


def check_snapshot(fence: Fence, known: Fence, standing: Standing) -> None:
    """Refuse a snapshot of a server that another vault has, or that lacks what we know to be committed."""
    if fence.epoch > known.epoch:
        raise standing.lose("another vault has opened this database since: this one must end")
    if fence.epoch < known.epoch or fence.batch < known.batch:
        raise Lost("this server lacks changes that were acknowledged")


def see(line: Line, work: Callable[[View], T], patience: Patience) -> T:
    """The result of work on the snapshot that line is in; a failure of the server counts more than the result."""
    rows = Rows(line.connection, patience.clock)
    view = Snapshot(rows)
    try:
        return work(view)
    finally:
        view.close()
        if rows.failure is not None:
            raise rows.failure

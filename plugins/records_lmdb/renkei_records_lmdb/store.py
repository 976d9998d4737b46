# SPDX-License-Identifier: Apache-2.0
"""The record store: reads in the caller's thread, writes in one thread of their own."""

import asyncio
import contextlib
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

import lmdb

from appliance.contracts.plugin import InThread
from appliance.contracts.records import Outcome, StoreError, Usage, View, Work
from appliance.model.origin import told
from renkei_records_lmdb.batch import Seconds, write_batch
from renkei_records_lmdb.errors import store_error
from renkei_records_lmdb.folder import DATA, occupy, open_environment
from renkei_records_lmdb.probe import prove
from renkei_records_lmdb.room import Room
from renkei_records_lmdb.view import Snapshot

T = TypeVar("T")
Answer = asyncio.Future[list[Outcome]]


# A batch on its way to the writer thread, and where its outcomes are awaited.
Job = tuple[Sequence[Work], Answer]


@dataclass(frozen=True, slots=True)
class Opened:
    """All that exists between open() and close()."""

    lock: int
    env: lmdb.Environment
    file: int
    room: Room
    thread: threading.Thread


class LmdbStore:
    """Exactly one process has it open. That process must not fork afterwards (LMDB forbids it)."""

    def __init__(self, folder: Path, map_bytes: int, seconds: Seconds, in_thread: InThread) -> None:
        """map_bytes is the most it can ever hold; seconds is a monotonic clock. Opens nothing."""
        self._folder = folder
        self._map_bytes = map_bytes
        self._seconds = seconds
        self._in_thread = in_thread
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._opened: Opened | None = None

    def open(self) -> None:
        """Lock the folder, open the environment, start the writer thread; PluginError says what hinders."""
        with contextlib.ExitStack() as undo:
            lock = occupy(self._folder)
            undo.callback(os.close, lock)
            env = open_environment(self._folder, self._map_bytes)
            undo.callback(env.close)
            file = os.open(self._folder / DATA, os.O_RDWR)
            undo.callback(os.close, file)
            room = Room(env, file, self._map_bytes)
            thread = threading.Thread(target=self._write_all, args=(env, room), name="records", daemon=True)
            thread.start()
            undo.pop_all()
        self._opened = Opened(lock, env, file, room, thread)

    async def close(self) -> None:
        """Finish what was handed in and let go of the folder; does nothing if it is not open."""
        opened, self._opened = self._opened, None
        if opened is None:
            return
        self._jobs.put(None)
        await self._in_thread(opened.thread.join)
        opened.env.close()
        os.close(opened.file)
        os.close(opened.lock)

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
        """The result of work on a snapshot, in the calling thread."""
        view = Snapshot(self._begin())
        try:
            return work(view)
        finally:
            view.close()

    async def check(self) -> None:
        """Prove that a write survives and a snapshot stands still; PluginError otherwise."""
        view = Snapshot(self._begin())
        try:
            await prove(view, self.write)
        finally:
            view.close()

    async def backup(self, to: Path) -> None:
        """Write a compact, consistent copy into the new folder to; a store opens it as it is."""
        await self._in_thread(_copy, self._need().env, to)

    async def usage(self) -> Usage:
        """Pages in use against what map and disk can take."""
        return self._need().room.usage()

    def _begin(self) -> "lmdb.Transaction[bytes]":
        try:
            return self._need().env.begin()
        except lmdb.Error as error:
            raise store_error(error) from error

    def _need(self) -> Opened:
        if self._opened is None:
            raise StoreError("the record store is not open")
        return self._opened

    def _write_all(self, env: lmdb.Environment, room: Room) -> None:
        """The writer thread: one batch after the other until None comes."""
        while (job := self._jobs.get()) is not None:
            batch, answer = job
            outcomes: list[Outcome] = []
            failure: StoreError | None = None
            try:
                outcomes = write_batch(env, batch, room, self._seconds, answer.cancelled)
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


def _copy(env: lmdb.Environment, to: Path) -> None:
    try:
        to.mkdir(mode=0o700)
        file = os.open(to / DATA, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            env.copyfd(file, compact=True)
            os.fsync(file)
        finally:
            os.close(file)
    except (lmdb.Error, OSError) as error:
        raise store_error(error) from error

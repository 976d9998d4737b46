# SPDX-License-Identifier: Apache-2.0
"""The doorman, as the vault sees him: hand in a file and what is asked about it; get problems, or the documents.

1. The vault itself never parses what people send: each file has a process of its own, without keys and files.
2. A worker that ends without an answer has accepted nothing; one that takes too long is ended.
3. A process that makes the workers and is gone is started again; the files of that moment are to be sent again.
"""

import asyncio
import hashlib
import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from appliance.link.refusals import Refused, Why
from appliance.model.problems import Problem, Rule
from appliance.model.sheets import Sheet
from appliance.vault.doorman import frames
from appliance.vault.doorman.asked import MIB, Answer, Asked, Found, Member
from appliance.vault.doorman.entry_names import LONGEST
from appliance.vault.doorman.frames import Broken
from appliance.vault.doorman.structure import MOST_ENTRIES
from appliance.vault.doorman.workers import Workers

__all__ = ["Asked", "Doorman", "Found", "Judged"]

AT_ONCE = 4
QUEUED = 400
SECONDS, SECONDS_A_MIB = 30.0, 3.0
_PIECE = 256 * 1024
_log = logging.getLogger(__name__)


class Verdict(StrEnum):
    """What became of a file, for metrics. NO_ANSWER: its worker ended, was too slow, or said what cannot be."""

    PASSED = "passed"
    REFUSED = "refused"
    NO_ANSWER = "no_answer"
    FAILED = "failed"


class NoAnswer(Exception):
    """The worker ended, or was too slow, before it had said what it had to say."""


class NoWorker(Exception):
    """There was none: the file is not to blame."""


class _Worker:
    """One worker, by its socket. seconds is how long it may keep the vault waiting, all in all."""

    def __init__(self, job: socket.socket, seconds: float) -> None:
        self._job = job
        self._left = seconds
        self._is_deaf = False
        self._loop = asyncio.get_running_loop()

    @asynccontextmanager
    async def _waiting(self) -> AsyncIterator[None]:
        """Wait for it. Raises TimeoutError when it has no time left: also one that says a byte now and then."""
        if self._left <= 0:
            raise TimeoutError
        began = self._loop.time()
        try:
            async with asyncio.timeout(self._left):
                yield
        finally:
            self._left -= self._loop.time() - began

    async def send(self, chunk: bytes) -> None:
        """Hand on some bytes. One that takes no more may have said why: that is noticed when it should answer."""
        if self._is_deaf:
            return
        try:
            async with self._waiting():
                await self._loop.sock_sendall(self._job, chunk)
        except OSError:  # a TimeoutError is one
            self._is_deaf = True

    async def answer(self) -> Answer:
        """What it says of the file. Raises NoAnswer, and NoWorker where there never was one."""
        try:
            size = frames.length_of(await self._exactly(frames.LENGTH.size))
            if size == 0:
                raise NoWorker
            return frames.unpacked(await self._exactly(size), Answer)
        except Broken as error:
            raise NoAnswer(str(error)) from error

    async def some(self, most: int) -> bytes:
        """The next bytes, one at least. Raises NoAnswer."""
        try:
            async with self._waiting():
                piece = await self._loop.sock_recv(self._job, most)
        except OSError as error:
            raise NoAnswer(str(error) or "too slow") from error
        if not piece:
            raise NoAnswer("it ended")
        return piece

    async def _exactly(self, size: int) -> bytes:
        body = b""
        while len(body) < size:
            body += await self.some(size - len(body))
        return body


@dataclass(frozen=True)
class Judged:
    """The verdict. package is the SHA-256 of what was handed in; documents are there only if there is no problem.

    members are what a container says that it holds, also when it is refused. sheets has one for each document if
    that was asked.
    """

    problems: tuple[Problem, ...]
    package: bytes
    documents: tuple[Found, ...] = ()
    members: tuple[Member, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    worker: _Worker | None = field(default=None, repr=False)

    @property
    def verdict(self) -> Verdict:
        """In a word."""
        if not self.problems:
            return Verdict.PASSED
        return Verdict.NO_ANSWER if self.problems[0].rule is Rule.JUDGE else Verdict.REFUSED

    async def contents(self) -> AsyncIterator[tuple[int, bytes]]:
        """Pieces of the documents, each with the number of its document, in order; once.

        Raises Refused BROKEN when the worker ends before its last piece.
        """
        for number, found in enumerate(self.documents):
            left = found.size
            while left:
                piece = await self._some(min(left, _PIECE))
                left -= len(piece)
                yield number, piece

    async def _some(self, most: int) -> bytes:
        assert self.worker is not None
        try:
            return await self.worker.some(most)
        except NoAnswer as error:
            raise Refused(Why.BROKEN) from error


class Doorman:
    """Judges at_once files together; queued more wait for their turn."""

    def __init__(
        self,
        workers: Workers | None = None,
        *,
        at_once: int = AT_ONCE,
        queued: int = QUEUED,
        seconds: float = SECONDS,
        seconds_a_mib: float = SECONDS_A_MIB,
    ) -> None:
        """A worker may think for seconds, and longer for a large file. Nothing is started yet.

        observe is told of each verdict and how many seconds it took.
        """
        self.observe: Callable[[Verdict, float], None] = lambda verdict, seconds: None
        self._workers = workers or Workers()
        self._turns = asyncio.Semaphore(at_once)
        self._most = at_once + queued
        self._here = 0
        self._seconds, self._seconds_a_mib = seconds, seconds_a_mib

    @property
    def here(self) -> int:
        """How many files are judged or wait for their turn."""
        return self._here

    async def start(self) -> None:
        """Begin now, and not with the first file. Raises StartRefused if no worker could be made."""
        await self._workers.start()

    async def close(self) -> None:
        """End what runs; also when nothing was ever started."""
        await self._workers.close()

    @asynccontextmanager
    async def judging(self, asked: Asked, chunks: AsyncIterator[bytes]) -> AsyncIterator[Judged]:
        """Judge the asked.size bytes of chunks; the documents can be read as long as the context lasts.

        Raises Refused BUSY when too many wait, BROKEN when there can be no worker or the process that makes them
        has just ended, ValueError for chunks of another size than asked, and what chunks raises.
        """
        async with self._turn():
            with self._workers.one() as job:
                seconds = self._seconds + self._seconds_a_mib * asked.size / MIB
                yield await self._observed(_Worker(job, seconds), asked, chunks)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if self._here >= self._most:
            raise Refused(Why.BUSY)
        self._here += 1
        try:
            async with self._turns:
                await self._workers.start()
                yield
        finally:
            self._here -= 1

    async def _observed(self, worker: _Worker, asked: Asked, chunks: AsyncIterator[bytes]) -> Judged:
        began, verdict = asyncio.get_running_loop().time(), Verdict.FAILED
        try:
            judged = await self._judged(worker, asked, chunks)
            verdict = judged.verdict
            return judged
        finally:
            self.observe(verdict, asyncio.get_running_loop().time() - began)

    async def _judged(self, worker: _Worker, asked: Asked, chunks: AsyncIterator[bytes]) -> Judged:
        package = await _handed_in(worker, asked, chunks)
        try:
            answer = await worker.answer()
        except NoWorker as error:
            raise Refused(Why.BROKEN) from error
        except NoAnswer as error:
            if self._workers.pid is None:
                raise Refused(Why.BROKEN) from error
            _log.warning("a worker gave no answer: %s", error)
            return Judged((Problem(Rule.JUDGE),), package)
        if not _can_be(answer, asked, package):
            _log.error("a worker answered what cannot be")
            return Judged((Problem(Rule.JUDGE),), package)
        if answer.fault:
            _log.error("a worker gave up: %s", answer.fault)
        return Judged(answer.problems, package, answer.documents, answer.members, answer.sheets, worker)


def _can_be(answer: Answer, asked: Asked, package: bytes) -> bool:
    """Whether an answer is one to this question: a worker that a file has taken over would say anything."""
    documents = answer.documents
    if len(answer.sheets) != (len(documents) if asked.as_sheets else 0):
        return False
    if answer.problems or asked.sealed:
        return not documents
    sizes = [one.size for one in documents]
    if not 0 < len(documents) <= MOST_ENTRIES or min(sizes) <= 0 or sum(sizes) > asked.most:
        return False
    if any(one.format not in asked.formats or len(one.name) > LONGEST for one in documents):
        return False
    bare = [(one.name, one.size, one.sha256) for one in documents] == [(asked.file_name, asked.size, package)]
    return bare or asked.is_container


async def _handed_in(worker: _Worker, asked: Asked, chunks: AsyncIterator[bytes]) -> bytes:
    """Hand everything to the worker; the SHA-256 of it."""
    hash, size = hashlib.sha256(), 0
    await worker.send(frames.packed(asked))
    async for chunk in chunks:
        hash.update(chunk)
        size += len(chunk)
        await worker.send(chunk)
    if size != asked.size:
        raise ValueError(f"{size} bytes came, {asked.size} were to come")
    return hash.digest()

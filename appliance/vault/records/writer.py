# SPDX-License-Identifier: Apache-2.0
"""The one writer: gathers the functions that wait into batches, and answers when they are on disk (design §5)."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from appliance.contracts.records import (
    Failed,
    Outcome,
    OutcomeUnknown,
    RecordStore,
    StoreError,
    StoreTaken,
    Work,
)


class Overloaded(Exception):
    """Too many changes wait already; come again."""


Waiting = tuple[Work, asyncio.Future[Outcome]]


@dataclass(slots=True)
class Tally:
    """What the writer has done since the start, for metrics.

    observe is called after each batch with its size and the seconds that it took.
    """

    batches: int = 0
    functions: int = 0
    failed: int = 0
    retried: int = 0
    observe: Callable[[int, float], None] = field(default=lambda size, seconds: None)

    def add(self, outcomes: list[Outcome], seconds: float) -> None:
        """Count one batch."""
        self.batches += 1
        self.functions += len(outcomes)
        self.failed += sum(isinstance(outcome, Failed) for outcome in outcomes)
        self.observe(len(outcomes), seconds)


class Writer:
    """Calls of commit() from any task become batches of the store, one at a time, in the order of their coming.

    A change that comes while nothing is being written goes to the store at once, from its own task. Whatever comes
    meanwhile waits, and run() writes it as one batch; then what came during that, until nothing waits.
    """

    def __init__(
        self,
        store: RecordStore,
        *,
        max_batch: int = 500,
        max_waiting: int = 10_000,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """max_batch functions at most in one commit; max_waiting at most before commit() refuses."""
        self.tally = Tally()
        self._store = store
        self._max_batch = max_batch
        self._max_waiting = max_waiting
        self._monotonic = monotonic
        self._waiting: deque[Waiting] = deque()
        self._batch: list[Waiting] = []
        self._writing = False
        self._idle: asyncio.Future[None] | None = None
        self._closing = False
        self._taken: StoreTaken | None = None
        self._ended = asyncio.Event()
        self._ended.set()

    @property
    def waiting(self) -> int:
        """How many functions wait for a batch."""
        return len(self._waiting)

    async def commit(self, work: Work) -> Any:
        """The value of work, once its changes are on disk.

        Raises what work itself raised; StoreFull or StoreError if the store could not do it, and then nothing
        changed; OutcomeUnknown if the store did not answer; Overloaded if too many wait. If the caller is
        cancelled, work may run or not; nobody else notices.
        """
        if self._closing:
            raise StoreError("the writer is closed")
        outcome = await (self._queue(work) if self._writing or self._waiting else self._commit_alone(work))
        if isinstance(outcome, Failed):
            raise outcome.error
        return outcome.value

    async def run(self) -> None:
        """Write what waits until close(); a core task. Whoever still waits when it is cancelled gets StoreError.

        Raises StoreTaken, and so ends the process, once another vault writes to the store.
        """
        self._ended.clear()
        try:
            while await self._something_waits():
                await self._commit_waiting()
            if self._taken is not None:
                raise self._taken
        finally:
            self._closing = True
            self._refuse_all()
            self._ended.set()

    def lose(self, error: StoreTaken) -> None:
        """The store belongs to another vault: take no more, and let run() say so."""
        self._taken = error
        self._closing = True
        self._wake()

    async def close(self) -> None:
        """Take no more, write what waits, return when that is done."""
        self._closing = True
        self._wake()
        await self._ended.wait()
        self._refuse_all()

    async def _commit_alone(self, work: Work) -> Outcome:
        self._writing = True
        try:
            return (await self._write([work]))[0]
        finally:
            self._writing = False
            self._wake()

    def _queue(self, work: Work) -> asyncio.Future[Outcome]:
        if len(self._waiting) >= self._max_waiting:
            raise Overloaded(f"{self._max_waiting} changes are waiting")
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, answer))
        return answer

    async def _something_waits(self) -> bool:
        """Whether there is a batch to write; False once the writer is closed and everything is written."""
        while self._writing or not (self._waiting or self._closing):
            self._idle = asyncio.get_running_loop().create_future()
            await self._idle
        return bool(self._waiting)

    def _wake(self) -> None:
        """Let run() look again."""
        if (self._waiting or self._closing) and self._idle is not None and not self._idle.done():
            self._idle.set_result(None)

    async def _commit_waiting(self) -> None:
        """Write batches as long as anything waits."""
        self._writing = True
        while self._waiting:
            count = min(len(self._waiting), self._max_batch)
            taken = [self._waiting.popleft() for _ in range(count)]
            self._batch = [one for one in taken if not one[1].done()]  # done: its caller has gone
            self._answer_all(await self._write([work for work, _ in self._batch]))
            # Those just answered often have the next change ready: let them join the next batch.
            await asyncio.sleep(0)
        self._writing = False

    async def _write(self, works: list[Work]) -> list[Outcome]:
        """One outcome a function, whatever happens."""
        began = self._monotonic()
        try:
            outcomes = await self._store.write(works)
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not end the only writer
            outcomes = await self._after_failure(works, error)
        if len(outcomes) != len(works):
            outcomes = _unknown(works, f"the store gave {len(outcomes)} outcomes for {len(works)} functions")
        self.tally.add(outcomes, self._monotonic() - began)
        return outcomes

    async def _after_failure(self, works: list[Work], error: Exception) -> list[Outcome]:
        """If the commit of all failed, each is run once more alone, so that only the guilty fail."""
        if isinstance(error, StoreTaken):
            self.lose(error)
            return [Failed(error) for _ in works]
        if isinstance(error, OutcomeUnknown) or not isinstance(error, StoreError):
            # Perhaps all of it happened: running the functions again could do everything twice.
            return _unknown(works, f"the store broke off: {error!r}")
        if len(works) == 1:
            return [Failed(error)]
        self.tally.retried += len(works)
        return [await self._alone(work) for work in works]

    async def _alone(self, work: Work) -> Outcome:
        try:
            (outcome,) = await self._store.write([work])
            return outcome
        except Exception as error:  # noqa: BLE001 - as above
            return (await self._after_failure([work], error))[0]

    def _answer_all(self, outcomes: list[Outcome]) -> None:
        for (_, answer), outcome in zip(self._batch, outcomes, strict=True):
            if not answer.done():  # else its caller has gone
                answer.set_result(outcome)
        self._batch = []

    def _refuse_all(self) -> None:
        """Answer those that nobody will write any more."""
        self._answer_all(_unknown(self._batch, "the writer was stopped while it wrote"))
        self._batch.extend(self._waiting)
        self._waiting.clear()
        self._answer_all([Failed(StoreError("the writer was stopped")) for _ in self._batch])


def _unknown(works: Sequence[object], why: str) -> list[Outcome]:
    return [Failed(OutcomeUnknown(why)) for _ in works]

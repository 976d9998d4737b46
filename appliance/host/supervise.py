# SPDX-License-Identifier: Apache-2.0
"""Work beside the requests: jobs of plugins and background tasks of the core, caught, counted and restarted.

1. A job never overlaps itself; a failed run is counted, and the next comes as planned.
2. A background task that fails is started again, later each time; one that ran well for a while starts afresh.
3. A background task that returns has finished.
4. An outage is one line of the log when it begins and one when it is over, however many runs fail meanwhile; what
   is no known outage is a fault, and is logged in full each time.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import NoReturn

from appliance.contracts.blobs import BlobError
from appliance.contracts.jobs import Job
from appliance.contracts.plugin import Clock
from appliance.contracts.records import StoreError
from appliance.host.host import Provided
from appliance.host.refused import ProviderFailed
from appliance.link.refusals import Refused
from appliance.metrics.registry import Metrics
from appliance.model import origin

FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0
RAN_WELL = 60.0
# A store, a plugin or the other side of the link is away: the text says all, and a traceback would say no more.
OUTAGES = (StoreError, BlobError, ProviderFailed, Refused)

Run = Callable[[], Awaitable[None]]
_log = logging.getLogger(__name__)


class Supervisor:
    """Runs what must go on. sleep waits so many seconds; a test hands in one of its own."""

    def __init__(
        self,
        clock: Clock,
        metrics: Metrics,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        *,
        outages: tuple[type[Exception], ...] = (),
    ) -> None:
        """clock tells how long a task ran; outages are kinds of failure that its owner knows, beside OUTAGES."""
        self._clock = clock
        self._metrics = metrics
        self._sleep = sleep
        self._outages = (*OUTAGES, *outages)

    async def run_jobs(self, provided: Sequence[Provided]) -> None:
        """Repeat the jobs of host.all("jobs") until cancelled."""
        async with asyncio.TaskGroup() as group:
            for one in provided:
                job: Job = one.provider
                group.create_task(self.repeat(f"{one.plugin}.{job.name}", job))

    async def repeat(self, name: str, job: Job) -> NoReturn:
        """Run the job, wait, run it again, until cancelled. name labels its figures."""
        course = self._course(name, f"tried again every {job.every_seconds:g} s")
        while True:
            if await self._once(course, job.run):
                course.works()
            await self._sleep(job.every_seconds)

    async def keep(self, name: str, run: Run) -> None:
        """Run a background task of the core until it returns; while it fails, start it again."""
        course, wait = self._course(name, f"started again, within {LONGEST_WAIT:g} s at the latest"), FIRST_WAIT
        while True:
            began = self._clock.monotonic()
            if await self._kept(course, run):
                return
            if self._clock.monotonic() - began >= RAN_WELL:
                wait = FIRST_WAIT
            await self._sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)

    async def _kept(self, course: "_Course", run: Run) -> bool:
        """Whether the task has finished; it works again when it has run for a while."""
        due = asyncio.get_running_loop().call_later(RAN_WELL, course.works)
        try:
            if ended := await self._once(course, run):
                course.works()
            return ended
        finally:
            due.cancel()

    def _course(self, name: str, again: str) -> "_Course":
        self._metrics.job(name)  # its figures are there before its first run
        return _Course(name, again, self._outages, self._clock)

    async def _once(self, course: "_Course", run: Run) -> bool:
        """Whether one run went well; a failed one is counted and told."""
        began = self._clock.monotonic()
        origin.JOB.set(course.name)
        outcome = "failed"
        try:
            await run()
            outcome = "done"
        except asyncio.CancelledError:
            outcome = "cancelled"
            raise
        except Exception as error:  # noqa: BLE001 - whatever it was, the work must go on
            course.failed(error)
        finally:
            self._metrics.job(course.name).ended(outcome, self._clock.monotonic() - began)
        return outcome == "done"


class _Course:
    """The course of one piece of work, as the log tells it (promise 4)."""

    def __init__(self, name: str, again: str, outages: tuple[type[Exception], ...], clock: Clock) -> None:
        """again says what happens after a failure."""
        self.name = name
        self._again = again
        self._outages = outages
        self._clock = clock
        self._failing_since: float | None = None
        self._tries = 0

    def failed(self, error: Exception) -> None:
        """One run has failed."""
        self._tries += 1
        if not self._is_outage(error):
            _log.error("%s failed", self.name, exc_info=error)
        elif self._failing_since is None:
            self._failing_since, self._tries = self._clock.monotonic(), 1
            _log.warning("%s failed: %s; %s", self.name, _reason(error), self._again)

    def works(self) -> None:
        """The work does what it should."""
        if self._failing_since is None:
            return
        lasted = _lasting(self._clock.monotonic() - self._failing_since)
        _log.warning("%s works again after %s, %s", self.name, lasted, _counted(self._tries))
        self._failing_since = None

    def _is_outage(self, error: BaseException) -> bool:
        if isinstance(error, BaseExceptionGroup):
            return all(map(self._is_outage, error.exceptions))
        return isinstance(error, self._outages)


def _reason(error: BaseException) -> str:
    """What an outage says of itself, or the failure of a store that was turned into a refusal."""
    if isinstance(error, BaseExceptionGroup):
        return _reason(error.exceptions[0])
    cause = error.__cause__ if isinstance(error, Refused) else None
    return origin.words_of(cause or error) or type(error).__name__


def _lasting(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _counted(tries: int) -> str:
    return "1 try" if tries == 1 else f"{tries} tries"

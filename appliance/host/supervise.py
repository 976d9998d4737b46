# SPDX-License-Identifier: Apache-2.0
"""Work beside the requests: jobs of plugins and background tasks of the core, caught, counted and restarted.

1. A job never overlaps itself; a failed run is counted, and the next comes as planned.
2. A background task that fails is started again, later each time; one that ran well for a while starts afresh.
3. A background task that returns has finished.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import NoReturn

from appliance.contracts.jobs import Job
from appliance.contracts.plugin import Clock
from appliance.host.host import Provided
from appliance.host.refused import ProviderFailed
from appliance.metrics.registry import Metrics

FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0
RAN_WELL = 60.0

_log = logging.getLogger(__name__)


class Supervisor:
    """Runs what must go on. sleep waits so many seconds; a test hands in one of its own."""

    def __init__(
        self, clock: Clock, metrics: Metrics, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    ) -> None:
        """clock tells how long a task ran."""
        self._clock = clock
        self._metrics = metrics
        self._sleep = sleep

    async def run_jobs(self, provided: Sequence[Provided]) -> None:
        """Repeat the jobs of host.all("jobs") until cancelled."""
        async with asyncio.TaskGroup() as group:
            for one in provided:
                job: Job = one.provider
                group.create_task(self.repeat(f"{one.plugin}.{job.name}", job))

    async def repeat(self, name: str, job: Job) -> NoReturn:
        """Run the job, wait, run it again, until cancelled. name labels its figures."""
        while True:
            await self._once(name, job.run)
            await self._sleep(job.every_seconds)

    async def keep(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Run a background task of the core until it returns; while it fails, start it again."""
        wait = FIRST_WAIT
        while True:
            began = self._clock.monotonic()
            if await self._once(name, run):
                return
            if self._clock.monotonic() - began >= RAN_WELL:
                wait = FIRST_WAIT
            await self._sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)

    async def _once(self, name: str, run: Callable[[], Awaitable[None]]) -> bool:
        """Whether one run went well; a failed one is counted and logged."""
        began = self._clock.monotonic()
        outcome = "failed"
        try:
            await run()
            outcome = "done"
        except asyncio.CancelledError:
            outcome = "cancelled"
            raise
        except ProviderFailed:
            pass  # the guard has logged it
        except Exception:  # noqa: BLE001 - whatever it was, the work must go on
            _log.exception("%s failed", name)
        finally:
            self._metrics.job(name).ended(outcome, self._clock.monotonic() - began)
        return outcome == "done"

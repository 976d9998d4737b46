# SPDX-License-Identifier: Apache-2.0
"""Jobs and background tasks: repeated, restarted, counted, stopped."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest

from appliance.contracts.jobs import Job
from appliance.host.host import Provided
from appliance.host.refused import ProviderFailed
from appliance.host.supervise import Supervisor
from appliance.metrics.registry import Metrics
from appliance.testing.clock import FakeClock


class Enough(BaseException):
    """Ends a test's endless work."""


class World:
    """A supervisor whose sleeps are noted and take no time; after so many it has had enough."""

    def __init__(self, sleeps: int) -> None:
        self.clock = FakeClock()
        self.metrics = Metrics(process=False)
        self.slept: list[float] = []
        self._most = sleeps
        self.supervisor = Supervisor(self.clock, self.metrics, self.sleep)

    async def sleep(self, seconds: float) -> None:
        if len(self.slept) == self._most:
            raise Enough
        self.slept.append(seconds)
        self.clock.move(round(seconds * 1000))
        await asyncio.sleep(0)

    def count(self, name: str, outcome: str) -> float:
        labels = {"job": name, "outcome": outcome}
        return self.metrics.registry.get_sample_value("renkei_jobs_total", labels) or 0


def runs(*outcomes: Exception | None) -> Callable[[], Awaitable[None]]:
    """A function that ends in each of the outcomes, one a call, and then well."""
    left = list(outcomes)

    async def run() -> None:
        outcome = left.pop(0) if left else None
        if outcome is not None:
            raise outcome

    return run


async def test_a_job_is_repeated_and_a_failed_run_counted() -> None:
    world = World(sleeps=3)
    job = Job("tidy", 30, runs(None, KeyError("bug"), ProviderFailed("late"), None))
    with pytest.raises(Enough):
        await world.supervisor.repeat("mine.tidy", job)
    assert world.slept == [30, 30, 30]
    assert (world.count("mine.tidy", "done"), world.count("mine.tidy", "failed")) == (2, 2)


async def test_a_job_never_overlaps_itself() -> None:
    world, running = World(sleeps=5), 0

    async def run() -> None:
        nonlocal running
        running += 1
        assert running == 1
        await asyncio.sleep(0)
        running -= 1

    with pytest.raises(Enough):
        await world.supervisor.repeat("mine.tidy", Job("tidy", 1, run))
    assert world.count("mine.tidy", "failed") == 0


async def test_what_the_guard_has_logged_is_not_logged_twice(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    world = World(sleeps=2)
    with pytest.raises(Enough):
        await world.supervisor.repeat("mine.tidy", Job("tidy", 1, runs(ProviderFailed("logged"), KeyError("new"))))
    assert [record.getMessage() for record in caplog.records] == ["mine.tidy failed"]


async def test_all_jobs_run_side_by_side_under_their_plugins_names() -> None:
    world = World(sleeps=100)
    world.supervisor = Supervisor(world.clock, world.metrics)
    ran = {"a": asyncio.Event(), "b": asyncio.Event()}

    def job(plugin: str) -> Provided:
        async def run() -> None:
            ran[plugin].set()

        return Provided(plugin, Job("tidy", 3600, run))

    async with asyncio.TaskGroup() as group:
        task = group.create_task(world.supervisor.run_jobs([job("a"), job("b")]))
        for event in ran.values():
            await event.wait()
        await asyncio.sleep(0)
        task.cancel()
    assert [world.count(f"{plugin}.tidy", "done") for plugin in "ab"] == [1, 1]


async def test_a_task_that_fails_is_started_again_later_each_time() -> None:
    world = World(sleeps=9)
    with pytest.raises(Enough):
        await world.supervisor.keep("vault.watch", runs(*[OSError("cut")] * 20))
    assert world.slept == [1, 2, 4, 8, 16, 32, 60, 60, 60]


async def test_a_task_that_ran_well_for_a_while_starts_afresh() -> None:
    world, calls = World(sleeps=5), 0

    async def run() -> None:
        nonlocal calls
        calls += 1
        if calls == 4:
            world.clock.move(60_000)
        raise OSError("cut")

    with pytest.raises(Enough):
        await world.supervisor.keep("vault.watch", run)
    assert world.slept == [1, 2, 4, 1, 2]


async def test_a_task_that_returns_has_finished() -> None:
    world = World(sleeps=5)
    await world.supervisor.keep("vault.watch", runs(OSError("once")))
    assert world.slept == [1]
    assert (world.count("vault.watch", "failed"), world.count("vault.watch", "done")) == (1, 1)


async def test_cancelling_ends_it_and_is_no_failure() -> None:
    world, begun = World(sleeps=5), asyncio.Event()

    async def run() -> None:
        begun.set()
        await asyncio.Event().wait()

    async with asyncio.TaskGroup() as group:
        task = group.create_task(world.supervisor.keep("vault.watch", run))
        await begun.wait()
        task.cancel()
    assert task.cancelled()
    assert (world.count("vault.watch", "cancelled"), world.count("vault.watch", "failed")) == (1, 0)

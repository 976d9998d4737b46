# SPDX-License-Identifier: Apache-2.0
"""Jobs and background tasks: repeated, restarted, counted, stopped."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from appliance.contracts.blobs import BlobError
from appliance.contracts.jobs import Job
from appliance.contracts.records import OutcomeUnknown, StoreError
from appliance.host import supervise
from appliance.host.host import Provided
from appliance.host.refused import ProviderFailed
from appliance.host.supervise import Supervisor
from appliance.link.refusals import Refused, Why
from appliance.metrics.registry import Metrics
from appliance.model import origin
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
        labels = {"task": name, "outcome": outcome}
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


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was logged; none of it with a traceback."""
    assert [record for record in caplog.records if record.exc_info] == []
    return [f"{record.levelname} {record.getMessage()}" for record in caplog.records]


AWAY = StoreError("the server cannot be reached")


@pytest.mark.parametrize(
    "error",
    [
        AWAY,
        OutcomeUnknown(str(AWAY)),
        BlobError(str(AWAY)),
        ProviderFailed(str(AWAY)),
        ExceptionGroup("two lanes", [BlobError(str(AWAY)), ExceptionGroup("one lane", [AWAY])]),
    ],
)
async def test_an_outage_is_told_when_it_begins_and_when_it_is_over(
    caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    world = World(sleeps=7)
    with pytest.raises(Enough):
        await world.supervisor.repeat(
            "mine.tidy", Job("tidy", 30, runs(None, error, error, error, None, None, error))
        )
    assert told(caplog) == [
        "WARNING mine.tidy failed: the server cannot be reached; tried again every 30 s",
        "WARNING mine.tidy works again after 90 s, 3 tries",
        "WARNING mine.tidy failed: the server cannot be reached; tried again every 30 s",
        "WARNING mine.tidy works again after 30 s, 1 try",
    ]
    assert (world.count("mine.tidy", "failed"), world.count("mine.tidy", "done")) == (4, 4), "each run is counted"


async def test_a_refusal_says_which_failure_of_a_store_it_was(caplog: pytest.LogCaptureFixture) -> None:
    because = Refused(Why.BROKEN)
    because.__cause__ = AWAY
    for name, error in (("a", because), ("b", Refused(Why.FULL)), ("c", StoreError())):
        with pytest.raises(Enough):
            await World(sleeps=0).supervisor.repeat(name, Job(name, 0.5, runs(error)))
    assert told(caplog) == [
        "WARNING a failed: the server cannot be reached; tried again every 0.5 s",
        "WARNING b failed: full (refused.full); tried again every 0.5 s",
        "WARNING c failed: StoreError; tried again every 0.5 s",
    ]


async def test_what_is_no_known_outage_is_told_in_full_each_time(caplog: pytest.LogCaptureFixture) -> None:
    world = World(sleeps=5)
    mixed = ExceptionGroup("one is a fault", [AWAY, KeyError("bug")])
    with pytest.raises(Enough):
        await world.supervisor.repeat("mine.tidy", Job("tidy", 60, runs(KeyError("a"), AWAY, mixed, KeyError("b"))))
    assert [(record.getMessage().split(":")[0], bool(record.exc_info)) for record in caplog.records] == [
        ("mine.tidy failed", True),
        ("mine.tidy failed", False),
        ("mine.tidy failed", True),
        ("mine.tidy failed", True),
        ("mine.tidy works again after 3 min, 3 tries", False),
    ]


async def test_the_owner_of_the_work_knows_outages_of_its_own(caplog: pytest.LogCaptureFixture) -> None:
    world = World(sleeps=1)
    world.supervisor = Supervisor(world.clock, world.metrics, world.sleep, outages=(LookupError,))
    with pytest.raises(Enough):
        await world.supervisor.repeat("vault.sign", Job("sign", 1, runs(KeyError("gone"), KeyError("gone"))))
    assert told(caplog) == ["WARNING vault.sign failed: KeyError; tried again every 1 s"]


async def test_what_a_job_logs_is_about_this_job() -> None:
    world = World(sleeps=0)
    seen: list[str] = []

    async def run() -> None:
        seen.append(origin.JOB.get())

    with pytest.raises(Enough):
        await world.supervisor.repeat("mine.tidy", Job("tidy", 1, run))
    assert seen == ["mine.tidy"]


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


async def test_a_task_that_runs_on_after_an_outage_works_again(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervise, "RAN_WELL", 0)
    world, left = World(sleeps=5), [AWAY, AWAY]

    async def run() -> None:
        if left:
            raise left.pop()
        for _ in range(10):  # it has not ended yet, and is well all the same
            await asyncio.sleep(0)
        assert len(caplog.records) == 2

    await world.supervisor.keep("vault.letters", run)
    assert told(caplog) == [
        "WARNING vault.letters failed: the server cannot be reached; started again, within 60 s at the latest",
        "WARNING vault.letters works again after 2 s, 2 tries",
    ]


async def test_a_task_that_returns_after_an_outage_works_again(caplog: pytest.LogCaptureFixture) -> None:
    world = World(sleeps=5)
    await world.supervisor.keep("vault.watch", runs(AWAY))
    assert told(caplog)[1:] == ["WARNING vault.watch works again after 1 s, 1 try"]

# SPDX-License-Identifier: Apache-2.0
"""The plugins of web and gate: found, started, at work, stopped; one that cannot be had stops the start."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from appliance.config.credentials import Credentials
from appliance.config.settings import Settings
from appliance.contracts.plugin import PluginError, Records, Services
from appliance.host.refused import StartRefused
from appliance.host.tier import TierPlugins
from appliance.metrics.registry import Metrics
from appliance.model.words import Tier
from appliance.testing.clock import FakeRandom
from appliance.testing.hosting import place_file

PLUGIN = """
import asyncio

from appliance.contracts.jobs import Job
from appliance.contracts.metrics import Collector
from appliance.contracts.plugin import Plugin, hookimpl

TIER = "gate"
EVENTS = []
RAN = asyncio.Event()


class Mine(Plugin):
    @hookimpl
    def register_jobs(self):
        return [Job("tick", 3600, self.tick)]

    @hookimpl
    def register_metrics(self):
        return [Collector("ticks", "How many", (), lambda: [((), EVENTS.count("ticked"))])]

    async def start(self):
        EVENTS.append((await self.services.in_thread(self.services.credential, "token")).decode())

    async def check(self):
        CHECK

    async def tick(self):
        EVENTS.append("ticked")
        RAN.set()
        await asyncio.Event().wait()

    async def stop(self):
        EVENTS.append("stopped")
"""
Make = Callable[..., TierPlugins]


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(process=False)


@pytest.fixture
def make(tmp_path: Path, metrics: Metrics) -> Make:
    """The plugins of the gate, with one single file among them."""
    (tmp_path / "credentials").mkdir(mode=0o700)
    (tmp_path / "credentials" / "token").write_text("secret")
    (tmp_path / "credentials" / "token").chmod(0o400)

    def made(check: str = "pass", tables: tuple[str, ...] = ("mine",), tier: Tier = Tier.GATE) -> TierPlugins:
        place_file(tmp_path, "mine", PLUGIN.replace("CHECK", check))
        settings = Settings(
            state=str(tmp_path), plugins_dir=str(tmp_path / "plugins.d"), plugins={name: {} for name in tables}
        )
        return TierPlugins(tier, settings, Credentials(tmp_path / "credentials"), metrics, FakeRandom())

    return made


@asynccontextmanager
async def started(plugins: TierPlugins) -> AsyncIterator[TierPlugins]:
    async with asyncio.TaskGroup() as group:
        await plugins.start(group)
        try:
            yield plugins
        finally:
            await plugins.stop()


def events() -> list[str]:
    """What the plugin has noted."""
    import renkei_file_mine  # type: ignore[import-not-found]

    return list(renkei_file_mine.EVENTS)


async def ticked() -> None:
    """Return when the job has begun."""
    import renkei_file_mine

    await renkei_file_mine.RAN.wait()


async def test_a_plugin_starts_works_and_is_stopped_last(make: Make, metrics: Metrics) -> None:
    async with started(make()) as plugins:
        await ticked()
        assert [provided.plugin for provided in plugins.all("jobs")] == ["mine"]
        assert b"renkei_plugin_mine_ticks 1.0" in metrics.text()
    assert events() == ["secret", "ticked", "stopped"]
    assert b'renkei_jobs_total{outcome="cancelled",task="mine.tick"} 1.0' in metrics.text()


async def test_another_tiers_plugin_is_left_to_that_tier(make: Make) -> None:
    async with started(make("raise RuntimeError", tier=Tier.WEB)) as plugins:
        assert plugins.all("jobs") == []


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"check": "raise RuntimeError('no')"}, "plugins.mine.*no"),
        ({"tables": ("mine", "absent")}, "plugins.absent.*not installed"),
    ],
)
async def test_one_that_cannot_be_had_stops_the_start(make: Make, how: dict[str, object], sentence: str) -> None:
    with pytest.raises(ExceptionGroup) as caught:
        async with started(make(**how)):
            raise AssertionError("it must not start")
    assert caught.group_contains(StartRefused, match=sentence)


async def test_stopping_before_the_start_is_nothing(make: Make) -> None:
    await make().stop()


async def test_records_and_messages_are_the_vaults(make: Make) -> None:
    services: Services = make()._services("mine")
    records: Records = services.records
    for attempt in (records.get("key"), services.ask(object())):
        with pytest.raises(PluginError, match="only plugins of the vault"):
            await attempt

# SPDX-License-Identifier: Apache-2.0
"""The plugins of a tier that keeps no records: their host, and their jobs at work (web and gate)."""

import asyncio
from pathlib import Path

from appliance.config.credentials import Credentials
from appliance.config.settings import Settings
from appliance.contracts.plugin import Random, Services
from appliance.host.host import Host, Provided
from appliance.host.services import plugin_services
from appliance.host.supervise import Supervisor
from appliance.host.system import SystemClock
from appliance.metrics.registry import Metrics
from appliance.model.words import Tier


class TierPlugins:
    """start() them, use all(), at last stop() them."""

    def __init__(
        self,
        tier: Tier,
        settings: Settings,
        credentials: Credentials,
        metrics: Metrics,
        random: Random,
        *,
        config_file: Path | None = None,
    ) -> None:
        """config_file as Host. Nothing is loaded yet."""
        self._credentials = credentials
        self._metrics = metrics
        self._random = random
        self._clock = SystemClock()
        self._jobs: asyncio.Task[None] | None = None
        self._host = Host(tier, settings, self._services, metrics, config_file=config_file)

    async def start(self, group: asyncio.TaskGroup) -> None:
        """Load and start the plugins; their jobs run in group until stop(). Raises StartRefused, ConfigError."""
        self._host.load()
        await self._host.start()
        supervisor = Supervisor(self._clock, self._metrics)
        self._jobs = group.create_task(supervisor.run_jobs(self._host.all("jobs")))

    def all(self, family_id: str) -> list[Provided]:
        """The guarded providers of a family, as Host.all()."""
        return self._host.all(family_id)

    @property
    def make_believe(self) -> frozenset[str]:
        """As Host."""
        return self._host.make_believe

    async def stop(self) -> None:
        """End the jobs, then the plugins; also after half a start."""
        if self._jobs is not None:
            self._jobs.cancel()
            await asyncio.gather(self._jobs, return_exceptions=True)
        await self._host.stop()

    def _services(self, plugin: str) -> Services:
        return plugin_services(
            plugin, clock=self._clock, random=self._random, metrics=self._metrics, credentials=self._credentials
        )

# SPDX-License-Identifier: Apache-2.0
"""The web tier of one process: its plugins, its jobs, and the sites that it opens."""

import asyncio
from pathlib import Path

from appliance.config.credentials import Credentials
from appliance.config.settings import Settings
from appliance.contracts.pages import Page
from appliance.contracts.plugin import Random, Services
from appliance.host.host import Host, Provided
from appliance.host.refused import StartRefused
from appliance.host.services import plugin_services
from appliance.host.supervise import Supervisor
from appliance.host.system import SystemClock
from appliance.metrics.registry import Metrics
from appliance.model.words import Site, Tier
from appliance.web.site import WebSite
from appliance.web.tls import tls_context
from appliance.web.vault_side import VaultLink


class WebService:
    """start() the plugins, then open() each site; stop() closes all."""

    def __init__(
        self,
        settings: Settings,
        credentials: Credentials,
        metrics: Metrics,
        config_file: Path | None,
        random: Random,
    ) -> None:
        """Nothing is opened yet."""
        self.settings = settings
        self.sites: dict[Site, WebSite] = {}
        self._credentials = credentials
        self._metrics = metrics
        self._random = random
        self._tasks: list[asyncio.Task[None]] = []
        self._host = Host(Tier.WEB, settings, self._services, metrics, config_file=config_file)
        self._seconds = metrics.histogram("page_seconds", "Answers of the sites", ("site", "route", "status"))

    async def start(self, group: asyncio.TaskGroup) -> None:
        """Start the plugins and their jobs. Raises StartRefused."""
        self._host.load()
        await self._host.start()
        supervisor = Supervisor(SystemClock(), self._metrics)
        self._tasks.append(group.create_task(supervisor.run_jobs(self._host.all("jobs"))))

    async def open(self, site: Site, link: VaultLink) -> WebSite:
        """Open one site; link leads to the vault's socket for this very site. Raises StartRefused."""
        chosen = self.settings.sites.of(site)
        tls = tls_context(Path(chosen.certificate), self._credentials.get(f"tls-{site}.key"))
        pages = [_own_page(provided) for provided in self._host.all("pages")]

        def observe(route: str, status: int, seconds: float) -> None:
            self._seconds.labels(site.value, route, str(status)).observe(seconds)

        opened = WebSite(site, self.settings, link, tls=tls, random=self._random, pages=pages, observe=observe)
        await opened.start()
        self.sites[site] = opened
        return opened

    async def stop(self) -> None:
        """Let requests end, then stop jobs and plugins."""
        await asyncio.gather(*(site.stop() for site in self.sites.values()))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._host.stop()

    def _services(self, plugin: str) -> Services:
        return plugin_services(
            plugin,
            clock=SystemClock(),
            random=self._random,
            metrics=self._metrics,
            credentials=self._credentials,
        )


def _own_page(provided: Provided) -> Page:
    """A plugin's page, which lies below the plugin's own name."""
    page: Page = provided.provider
    own = f"/x/{provided.plugin}/"
    if not page.path.startswith(own):
        raise StartRefused(f"[plugins.{provided.plugin}]: its page {page.path} has to begin with {own}")
    return page

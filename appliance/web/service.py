# SPDX-License-Identifier: Apache-2.0
"""The web tier of one process: its plugins, its jobs, and the sites that it opens."""

import asyncio
import socket
from pathlib import Path

from appliance.config.credentials import Credentials
from appliance.config.settings import Settings
from appliance.contracts.plugin import Random
from appliance.host.tier import TierPlugins
from appliance.metrics.registry import Metrics
from appliance.model.words import Site, Tier
from appliance.web.figures import SiteFigures
from appliance.web.site import WebSite
from appliance.web.tls import tls_context
from appliance.web.vault_side import VaultLink

# The sites whose pages are told of changes.
LIVE = frozenset({Site.PUBLIC, Site.PORTAL, Site.CONSOLE})
# Those on which the fund tells everybody something.
TOLD = frozenset({Site.PUBLIC, Site.PORTAL})


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
        self._group: asyncio.TaskGroup | None = None
        self._watches: list[asyncio.Task[None]] = []
        self._credentials = credentials
        self._random = random
        self._plugins = TierPlugins(Tier.WEB, settings, credentials, metrics, random, config_file=config_file)
        self._figures = SiteFigures(metrics)

    async def start(self, group: asyncio.TaskGroup) -> None:
        """Start the plugins and their jobs. Raises StartRefused."""
        self._group = group
        await self._plugins.start(group)

    async def open(self, site: Site, link: VaultLink, listener: socket.socket | None = None) -> WebSite:
        """Open one site; link leads to the vault's socket for this very site. Raises StartRefused.

        listener is one that somebody else has opened; without it the site opens its own.
        """
        chosen = self.settings.sites.of(site)
        tls = tls_context(Path(chosen.certificate), self._credentials.get(f"tls-{site}.key"))
        pages = [provided.provider for provided in self._plugins.all("pages")]
        observe = self._figures.observer(site)
        opened = WebSite(site, self.settings, link, tls=tls, random=self._random, pages=pages, observe=observe)
        await opened.start(listener)
        self._figures.show(site, opened, Path(chosen.certificate), is_live=site in LIVE)
        self.sites[site] = opened
        if site in TOLD and self._group is not None:
            self._watches.append(self._group.create_task(opened.house.banners.run()))
        if site in LIVE and self._group is not None:
            self._watches.append(self._group.create_task(opened.house.live.run()))
        return opened

    async def stop(self) -> None:
        """Let requests end, then stop jobs and plugins."""
        await asyncio.gather(*(site.stop() for site in self.sites.values()))
        for watch in self._watches:
            watch.cancel()
        await asyncio.gather(*self._watches, return_exceptions=True)
        await self._plugins.stop()

# SPDX-License-Identifier: Apache-2.0
"""Opening each tier in this process. A tier is imported here, when it is asked for, and nowhere else in cli."""

import asyncio
import socket
import ssl
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from appliance.cli.listening import listening, listening_site
from appliance.config.credentials import Credentials
from appliance.config.own_credentials import credentials_of
from appliance.config.problems import split_address
from appliance.config.settings import Settings
from appliance.host.system import SystemClock, SystemRandom
from appliance.host.tier import TierPlugins
from appliance.link.client import LinkClient
from appliance.link.dialling import Target, TlsTarget, UnixTarget
from appliance.link.messages import BY_NAME, GATE_MESSAGES
from appliance.link.sockets import OF_GATE
from appliance.link.tls import client_context, server_context
from appliance.metrics.registry import Metrics
from appliance.model.words import Site, Tier


@dataclass
class Process:
    """What the tiers of one process share."""

    settings: Settings
    config_file: Path
    group: asyncio.TaskGroup
    stack: AsyncExitStack
    # By the names that cli/activation.py says.
    listeners: Mapping[str, socket.socket] = field(default_factory=dict)
    metrics: Metrics = field(init=False)
    credentials: Credentials = field(init=False)

    def __post_init__(self) -> None:
        """One registry and one place for secrets."""
        self.metrics = Metrics([*BY_NAME, *(row.name for row in GATE_MESSAGES)])
        self.credentials = credentials_of(self.settings)

    @property
    def run(self) -> Path:
        """Where the sockets are."""
        return Path(self.settings.run)

    def tls(self, who: Site | Tier, *, server: bool) -> ssl.SSLContext:
        """Our side of mutual TLS between two hosts, as who we are."""
        certificate, key = self.settings.link.identity(who)
        make = server_context if server else client_context
        return make(Path(self.settings.link.authority), Path(certificate), self.credentials.path(key))

    def target(self, who: Site | Tier, address: str, socket: Path, tier: Tier) -> Target:
        """The other tier: at its address over mutual TLS, as who we are, or at its socket on this host."""
        if not address:
            return UnixTarget(socket)
        host, port = split_address(address)
        return TlsTarget(host, port, self.tls(who, server=False), tier)


async def open_gate(process: Process) -> None:
    """The privileged tier."""
    from appliance.gate.figures import Figures
    from appliance.gate.making import made_gate
    from appliance.gate.service import GateService

    settings = process.settings
    plugins = TierPlugins(
        Tier.GATE, settings, process.credentials, process.metrics, SystemRandom(), config_file=process.config_file
    )
    process.stack.push_async_callback(plugins.stop)
    await plugins.start(process.group)
    figures = Figures(process.metrics)
    made = made_gate(settings, plugins, figures, SystemRandom())
    gate = GateService(
        now=SystemClock().now,
        report_seconds=settings.gate.report_seconds,
        observe=process.metrics.message,
        gate=made,
    )
    (process.run / "gate").mkdir(mode=0o755, parents=True, exist_ok=True)
    process.stack.push_async_callback(gate.close)
    await gate.start(process.group)
    figures.show(gate)
    if settings.link.gate_address:
        place = split_address(settings.link.gate_address)
        with listening("link.gate_address", settings.link.gate_address):
            await gate.listen_tls(*place, process.tls(Tier.GATE, server=True))
    elif listener := process.listeners.get("gate-vault"):
        await gate.serve_unix(listener)
    else:
        await gate.listen_unix(process.run, group=settings.link.groups.of(Tier.VAULT))


async def open_vault(process: Process) -> None:
    """The closed net's tier."""
    from appliance.vault.service import VaultService

    settings = process.settings
    vault = VaultService(settings, process.credentials, process.metrics, config_file=process.config_file)
    target = process.target(Tier.VAULT, settings.link.gate_address, process.run / OF_GATE, Tier.GATE)
    gate = LinkClient(target, table=GATE_MESSAGES, stall=settings.gate.report_seconds * 3)
    process.stack.push_async_callback(gate.close)
    process.stack.push_async_callback(vault.stop)
    await vault.start(process.group, gate)
    groups = {site: group for site in Site if (group := settings.link.groups.of(site))}
    listeners = {site: found for site in Site if (found := process.listeners.get(f"vault-{site}"))}
    await vault.listen(process.run, groups=groups, listeners=listeners)
    if settings.link.vault_address:
        place = split_address(settings.link.vault_address)
        with listening("link.vault_address", settings.link.vault_address):
            await vault.listen_tls(*place, process.tls(Tier.VAULT, server=True))


async def open_web(process: Process, sites: tuple[Site, ...]) -> None:
    """Some or all sites."""
    from appliance.web.service import WebService

    links: dict[Site, LinkClient] = {}
    for site in sites:
        socket = process.run / "vault" / f"{site}.sock"
        # The console is a site of the vault's own host; over the network nobody would let it in (design §2).
        address = "" if site is Site.CONSOLE else process.settings.link.vault_address
        target = process.target(site, address, socket, Tier.VAULT)
        links[site] = LinkClient(target, timeout=process.settings.link.timeout_seconds)
        process.stack.push_async_callback(links[site].close)
    web = WebService(process.settings, process.credentials, process.metrics, process.config_file, SystemRandom())
    # After the links in the stack, so before them at the end: requests that still run need them.
    process.stack.push_async_callback(web.stop)
    await web.start(process.group)
    for site, link in links.items():
        with listening_site(site.value, process.settings.sites.of(site)):
            await web.open(site, link, process.listeners.get(f"web-{site}"))

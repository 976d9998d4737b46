# SPDX-License-Identifier: Apache-2.0
"""Plugins in a real host, for their tests: found, checked, started, guarded and stopped as in the service."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from appliance.config.credentials import Credentials
from appliance.config.settings import Settings, Vault
from appliance.contracts.plugin import Services
from appliance.host.host import Host
from appliance.host.services import plugin_services
from appliance.metrics.registry import Metrics
from appliance.model.words import Tier
from appliance.testing.clock import FakeClock, FakeRandom
from appliance.testing.services import FakeRecords

STORES = '''\
"""Stores in memory, so that a vault's host is complete."""
from appliance.contracts.plugin import Plugin, hookimpl
from appliance.testing.memory_blobs import MemoryBlobs
from appliance.testing.memory_records import MemoryRecords

TIER = "vault"


class Stores(Plugin):
    @hookimpl
    def register_records(self):
        return [MemoryRecords(self.services.clock)]

    @hookimpl
    def register_blobs(self):
        return [MemoryBlobs(self.services.clock)]
'''
Tables = Mapping[str, Mapping[str, Any]]


def place_file(folder: Path, name: str, text: str) -> Path:
    """Put a single-file plugin where hosted() finds it."""
    plugins = folder / "plugins.d"
    plugins.mkdir(exist_ok=True)
    plugins.chmod(0o755)
    path = plugins / f"{name}.py"
    path.write_text(text, "utf-8")
    path.chmod(0o644)
    return path


def make_host(
    folder: Path,
    plugins: Tables,
    *,
    tier: Tier = Tier.VAULT,
    rights: str = "policy_permissions",
    metrics: Metrics | None = None,
    clock: FakeClock | None = None,
) -> Host:
    """A host over folder, neither loaded nor started. plugins are the tables `[plugins.<name>]`.

    In the vault, stores in memory and the rights policy are added, unless the tables name them.
    """
    shown = metrics or Metrics(process=False)
    tables: dict[str, Mapping[str, Any]] = {}
    if tier is Tier.VAULT:
        place_file(folder, "stores_in_memory", STORES)
        tables = {"stores_in_memory": {}, "policy_permissions": {}}
    settings = Settings(
        state=str(folder),
        plugins_dir=str(folder / "plugins.d"),
        vault=Vault(rights=rights),
        plugins={**tables, **plugins},
    )

    def services(name: str) -> Services:
        return plugin_services(
            name,
            clock=clock or FakeClock(),
            random=FakeRandom(name),
            metrics=shown,
            credentials=Credentials(folder / "credentials"),
            records=FakeRecords(),
        )

    return Host(tier, settings, services, shown)


@asynccontextmanager
async def hosted(folder: Path, plugins: Tables, **more: Any) -> AsyncIterator[Host]:
    """make_host(), loaded and started while the context lasts."""
    host = make_host(folder, plugins, **more)
    host.load()
    await host.start()
    try:
        yield host
    finally:
        await host.stop()

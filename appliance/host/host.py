# SPDX-License-Identifier: Apache-2.0
"""The host: finds, checks, starts, guards and stops the plugins of one tier (design §4).

1. A plugin runs only if the configuration has a table for it; a table without its plugin stops the start.
2. Whatever is wrong before the first request stops the start, and the sentence says which key of which file.
3. What the core gets of a plugin is its providers, guarded; nothing else of it is reachable.
4. Plugins are stopped in reverse order, each for a bounded time, also after a start that failed half-way.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.config.decode import ConfigError, Where, did_you_mean
from appliance.config.settings import Settings
from appliance.contracts.families import BY_ID, FAMILIES, Combine, Family
from appliance.contracts.metrics import Collector
from appliance.contracts.plugin import PluginError, Services
from appliance.host.blocked import read_blocked
from appliance.host.bounded import Bound
from appliance.host.examining import Examined, examine
from appliance.host.found import Found, by_name
from appliance.host.guarded import Complaint, Rule, guarded
from appliance.host.hooks import may_be_missing, new_manager
from appliance.host.loading import DoWithout, Loaded, loaded
from appliance.host.names import Names
from appliance.host.page_answers import wrong_action, wrong_page
from appliance.host.present import present, trusted_owners
from appliance.host.refused import StartRefused
from appliance.host.services import WorkerThread
from appliance.host.verdicts import complaint_for
from appliance.metrics.registry import Metrics
from appliance.model.words import Tier

START_SECONDS = 60.0
STOP_SECONDS = 15.0
POLICY = "policy"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Provided:
    """A guarded provider and the name of the plugin that handed it over."""

    plugin: str
    provider: Any


class Host:
    """The plugins of one tier: load(), start(), then one() and all(), at last stop()."""

    def __init__(
        self,
        tier: Tier,
        settings: Settings,
        services_for: Callable[[str], Services],
        metrics: Metrics,
        *,
        config_file: Path | None = None,
    ) -> None:
        """services_for gives each plugin its services, by name; see host.services.plugin_services.

        config_file is named in messages, and its owner is trusted with single-file plugins beside root.
        """
        self._tier = tier
        self._settings = settings
        self._services_for = services_for
        self._metrics = metrics
        self._file = config_file.name if config_file else "config.toml"
        self._owners = trusted_owners(config_file)
        self._manager = new_manager()
        self._names = Names()
        self._loaded: list[Loaded] = []
        self._begun: list[Loaded] = []
        self._without: dict[str, str] = {}
        self._provided: dict[str, list[Provided]] = {family.id: [] for family in FAMILIES}

    def load(self) -> None:
        """Find, import, make and check all configured plugins; start none. Raises StartRefused, ConfigError."""
        found = present(self._settings, self._owners)
        here = by_name(found, self._tier)
        anywhere = {plugin.name for plugin in found}
        blocked = read_blocked(Path(self._settings.state))
        for name in self._settings.plugins:
            self._refuse_absent(name, anywhere)
            if name in here and name in blocked:
                self._skip_blocked(here[name])
            elif name in here:
                self._load_one(here[name])
        self._refuse_incomplete()

    async def start(self) -> None:
        """Start and check the plugins in the order of the file. Raises StartRefused, everything stopped again."""
        try:
            for plugin in list(self._loaded):
                self._begun.append(plugin)
                await self._start_one(plugin)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop what was begun, in reverse order; what a plugin says then is logged and harms nobody."""
        while self._begun:
            await _stop_one(self._begun.pop())

    async def examine(self) -> dict[str, Examined]:
        """How each configured plugin is now, by name, those included that do not run. In a few seconds."""
        return await examine(self._begun, self._without)

    def all(self, family_id: str) -> list[Provided]:
        """The guarded providers of a family, in the order of the file."""
        return list(self._provided[family_id])

    @property
    def make_believe(self) -> frozenset[str]:
        """The names of the plugins that are for demos alone."""
        return frozenset(plugin.name for plugin in self._loaded if plugin.plugin.demo_only)

    def one(self, family_id: str) -> Any:
        """The guarded provider of a family of which there is exactly one. Raises StartRefused if it is absent."""
        provided = self._provided[family_id]
        if len(provided) != 1:
            raise StartRefused(f"{self._file}: no plugin is the {BY_ID[family_id].does}")
        return provided[0].provider

    def _where(self, name: str) -> Where:
        return Where(self._file, f"plugins.{name}")

    def _refuse_absent(self, name: str, anywhere: set[str]) -> None:
        if name not in anywhere:
            hint = did_you_mean(name, tuple(sorted(anywhere)))
            raise StartRefused(
                f"{self._where(name)}: this plugin is not installed; install it or remove the table; {hint}"
            )

    def _skip_blocked(self, found: Found) -> None:
        if not may_be_missing(found.text()):
            raise StartRefused(
                f"{self._where(found.name)}: the plugin is blocked, and the service cannot run without it; "
                f"`renkei plugin unblock {found.name} --offline`, or remove the table"
            )
        _log.warning("plugin %s is blocked and not loaded", found.name, extra={"plugin": found.name})
        self._without[found.name] = "it is blocked"
        self._metrics.plugin_running(found.name, False)

    def _load_one(self, found: Found) -> None:
        where = self._where(found.name)
        table = self._settings.plugins[found.name]
        try:
            plugin = loaded(found, table, where, self._services_for, self._manager)
        except DoWithout as error:
            self._do_without(found.name, str(error))
            return
        self._refuse_make_believe(plugin, where)
        self._loaded.append(plugin)
        try:
            for family, provider in plugin.handed:
                self._admit(plugin, family, provider)
        except (StartRefused, ValueError) as error:
            text = f"{where}: {error}"
            if not plugin.optional:
                raise StartRefused(text) from error
            self._do_without(plugin.name, text)

    def _refuse_make_believe(self, plugin: Loaded, where: Where) -> None:
        if plugin.plugin.demo_only and not self._settings.demo.enabled:
            raise StartRefused(
                f"{where}: this plugin makes believe, and is for demos alone; remove the table, "
                "or set `enabled = true` in [demo]"
            )

    def _admit(self, plugin: Loaded, family: Family, provider: object) -> None:
        """Guard a provider and keep it. Raises StartRefused."""
        if self._tier not in family.tiers:
            raise StartRefused(f"the family {family.id} has no place in the tier {self._tier}")
        self._names.take(plugin.name, family, provider)
        complaint = self._complaint(plugin.name, family)
        rule = Rule(plugin.name, family, self._metrics.plugin_call(plugin.name, family.id), complaint)
        self._provided[family.id].append(Provided(plugin.name, guarded(provider, rule)))

    def _complaint(self, plugin: str, family: Family) -> Complaint | None:
        """What can be wrong with an answer of the right type."""
        by_family: dict[str, Complaint] = {
            POLICY: complaint_for(plugin, self._settings.vault.rights),
            "action": wrong_action,
            "pages": wrong_page,
        }
        return by_family.get(family.id)

    def _refuse_incomplete(self) -> None:
        """Every family of which there is exactly one is there, and so is the rights policy."""
        for family in FAMILIES:
            needed = family.combine is Combine.EXACTLY_ONE and family.contract is not None
            if needed and self._tier in family.tiers and not self._provided[family.id]:
                raise StartRefused(
                    f"{self._file}: there is no {family.does}; add the table of a {family.id} plugin"
                )
        rights = self._settings.vault.rights
        if self._tier is Tier.VAULT and rights not in [provided.plugin for provided in self._provided[POLICY]]:
            raise StartRefused(f"{self._file}: [vault]: `rights` names {rights}, which is no configured policy")

    async def _start_one(self, plugin: Loaded) -> None:
        try:
            await Bound(START_SECONDS, plugin.plugin.start())
            await Bound(START_SECONDS, plugin.plugin.check())
            self._show_figures(plugin)
        except Exception as error:
            text = f"{self._where(plugin.name)}: {_said(error)}"
            if not plugin.optional:
                raise StartRefused(text) from error
            self._do_without(plugin.name, text)
            self._begun.remove(plugin)
            await _stop_one(plugin)
        else:
            self._metrics.plugin_running(plugin.name, True)

    def _show_figures(self, plugin: Loaded) -> None:
        for collector in (provider for _, provider in plugin.handed if isinstance(provider, Collector)):
            self._metrics.add_collector(plugin.name, collector)

    def _do_without(self, name: str, text: str) -> None:
        """Go on without an optional plugin."""
        _log.error("%s (optional: the start goes on without it)", text, extra={"plugin": name})
        self._without[name] = text
        self._metrics.plugin_running(name, False)
        self._loaded = [plugin for plugin in self._loaded if plugin.name != name]
        for provided in self._provided.values():
            provided[:] = [one for one in provided if one.plugin != name]


async def _stop_one(plugin: Loaded) -> None:
    try:
        await Bound(STOP_SECONDS, plugin.plugin.stop())
    except Exception:  # noqa: BLE001 - the others must be stopped as well
        _log.exception("plugin %s: its stop failed", plugin.name, extra={"plugin": plugin.name})
    if isinstance(plugin.services.in_thread, WorkerThread):
        plugin.services.in_thread.close()


def _said(error: Exception) -> str:
    """What a plugin's failed start means, for people."""
    return str(error) if isinstance(error, PluginError | ConfigError) else f"{type(error).__name__}: {error}"

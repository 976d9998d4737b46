# SPDX-License-Identifier: Apache-2.0
"""From a table of the configuration to a plugin whose providers are checked, but not started."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pluggy

from appliance.config.decode import ConfigError, Where, decode
from appliance.contracts.families import Family
from appliance.contracts.plugin import Plugin, Services
from appliance.host.found import Found
from appliance.host.hooks import families_of, may_be_missing, may_be_without, providers_of
from appliance.host.refused import StartRefused

OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A plugin that is made, and what it has handed over."""

    name: str
    version: str
    optional: bool
    plugin: Plugin
    services: Services
    handed: tuple[tuple[Family, object], ...]


class DoWithout(Exception):
    """An optional plugin cannot be had, and the start goes on without it."""


def loaded(
    found: Found,
    table: Mapping[str, Any],
    where: Where,
    services_for: Callable[[str], Services],
    manager: pluggy.PluginManager,
) -> Loaded:
    """The plugin found, made from its table. Raises StartRefused, ConfigError, or, if it is optional, DoWithout."""
    optional, settings = _without_optional(table, where)
    try:
        kind = found.load()
        families = families_of(kind)
    except StartRefused as error:
        raise _absent(error, where, optional and may_be_missing(found.text())) from error
    needed = [family for family in families if not may_be_without(family)]
    if optional and needed:
        raise StartRefused(f"{where}: {cannot_be_optional(needed[0])}")
    decoded = _settings(kind, settings, where)
    try:
        services = services_for(found.name)
        plugin = kind(decoded, services)
        handed = tuple(providers_of(manager, found.name, plugin))
    except Exception as error:
        raise _absent(error, where, optional) from error
    return Loaded(found.name, found.version, optional, plugin, services, handed)


def cannot_be_optional(family: Family) -> str:
    """Why a plugin of this family does not take `optional = true`, and what to do."""
    return f"a plugin of {family.id} cannot be left out; remove `optional = true`"


def _without_optional(table: Mapping[str, Any], where: Where) -> tuple[bool, dict[str, Any]]:
    settings = dict(table)
    optional = settings.pop(OPTIONAL, False)
    if not isinstance(optional, bool):
        raise ConfigError(f"{where}: `{OPTIONAL}` must be true or false")
    return optional, settings


def _settings(kind: type[Plugin], table: Mapping[str, Any], where: Where) -> object:
    """The decoded settings; a Settings class that cannot be decoded is the plugin's fault."""
    try:
        return decode(table, kind.Settings, where)
    except TypeError as error:
        raise StartRefused(f"{where}: {kind.__name__}.Settings cannot be used: {error}") from error


def _absent(error: Exception, where: Where, may_be: bool) -> Exception:
    """What to raise for a plugin that cannot be had."""
    text = str(error) if isinstance(error, StartRefused | ConfigError) else f"{type(error).__name__}: {error}"
    return DoWithout(f"{where}: {text}") if may_be else StartRefused(f"{where}: {text}")

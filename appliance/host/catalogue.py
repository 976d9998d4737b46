# SPDX-License-Identifier: Apache-2.0
"""What `renkei plugin list` shows: every plugin that is there or configured, without starting one."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path

from appliance.config.decode import ConfigError, Where, decode, did_you_mean
from appliance.config.settings import Settings
from appliance.host.blocked import read_blocked
from appliance.host.found import Found, by_name, installed
from appliance.host.hooks import families_of, may_be_missing, may_be_without
from appliance.host.loading import OPTIONAL, cannot_be_optional
from appliance.host.present import present, trusted_owners
from appliance.host.refused import StartRefused
from appliance.model.words import Tier


class State(StrEnum):
    """What becomes of a plugin at the next start, as far as can be seen without starting it."""

    CONFIGURED = "configured"
    INSTALLED = "installed"
    BLOCKED = "blocked"
    OPTIONAL_FAILED = "optional-failed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Row:
    """One plugin in one tier. why is a sentence where state alone does not say enough."""

    name: str
    version: str
    tier: str
    families: tuple[str, ...]
    state: State
    why: str = ""

    def as_json(self) -> dict[str, object]:
        """For `--json`."""
        return asdict(self)


def catalogue(settings: Settings | None = None, config_file: Path | None = None) -> list[Row]:
    """All plugins, ordered by name and tier; without settings, those that are installed. Raises StartRefused."""
    found = installed() if settings is None else present(settings, trusted_owners(config_file))
    file = config_file.name if config_file else "config.toml"
    rows = [_row(plugin, settings, file) for plugin in found]
    if settings is not None:
        rows += _absent(settings, {plugin.name for plugin in found})
    twice = _twice(found)
    rows = [replace(row, state=State.REFUSED, why=twice[row.name]) if row.name in twice else row for row in rows]
    return sorted(rows, key=lambda row: (row.name, row.tier))


def _row(found: Found, settings: Settings | None, file: str) -> Row:
    tier = found.tier.value if found.tier else ""
    families: tuple[str, ...] = ()
    try:
        families = tuple(family.id for family in families_of(found.load()))
        state, why = _state(found, settings, file)
    except (StartRefused, ConfigError) as error:
        state, why = _fault(found, settings), str(error)
    return Row(found.name, found.version, tier, families, state, why)


def _state(found: Found, settings: Settings | None, file: str) -> tuple[State, str]:
    """The state of a plugin that imports. Raises ConfigError for settings that it does not take."""
    if settings is None or found.name not in settings.plugins:
        return State.INSTALLED, ""
    if found.name in read_blocked(Path(settings.state)):
        can = may_be_missing(found.text())
        return (State.BLOCKED, "") if can else (State.REFUSED, "it is blocked, and nothing runs without it")
    table = dict(settings.plugins[found.name])
    optional = table.pop(OPTIONAL, False)
    if optional and (needed := [family for family in families_of(found.load()) if not may_be_without(family)]):
        return State.REFUSED, cannot_be_optional(needed[0])
    decode(table, found.load().Settings, Where(file, f"plugins.{found.name}"))
    return State.CONFIGURED, ""


def _fault(found: Found, settings: Settings | None) -> State:
    """What a plugin that cannot be used means for the start."""
    table = settings.plugins.get(found.name) if settings is not None else None
    if table is None:
        return State.REFUSED
    optional = table.get(OPTIONAL) is True and may_be_missing(found.text())
    return State.OPTIONAL_FAILED if optional else State.REFUSED


def _twice(found: list[Found]) -> dict[str, str]:
    """Names that two plugins of one tier have, and why that stops the start."""
    told: dict[str, str] = {}
    for name in {plugin.name for plugin in found}:
        for tier in Tier:
            try:
                by_name([plugin for plugin in found if plugin.name == name], tier)
            except StartRefused as error:
                told[name] = str(error)
    return told


def _absent(settings: Settings, there: set[str]) -> Iterator[Row]:
    for name in settings.plugins:
        if name not in there:
            hint = did_you_mean(name, tuple(sorted(there)))
            yield Row(name, "", "", (), State.REFUSED, f"it is configured and not installed; {hint}")

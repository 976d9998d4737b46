# SPDX-License-Identifier: Apache-2.0
"""The words that plugins add, with those left out that would break the others."""

import argparse
import sys
from collections.abc import Collection
from importlib.metadata import EntryPoint
from pathlib import Path

from appliance.config.decode import ConfigError
from appliance.config.load import load
from appliance.contracts.commands import Command
from appliance.host.approvals import Approvals, read_approvals
from appliance.host.blocked import read_blocked
from appliance.host.commands import GROUP, commands
from appliance.host.path import shipped_points
from appliance.host.present import trusted_owners
from appliance.host.refused import StartRefused
from appliance.host.site import Site


def added_commands(taken: Collection[str], config: Path | None = None) -> list[Command]:
    """The commands of plugins; one whose arguments cannot be set up is left out, and said so.

    Those of the fund's own are there if the configuration has a table for their plugin, and nobody has blocked it.
    """
    own = shipped_points(GROUP)
    return [command for command in commands(taken, [*own, *_of_fund(config)]) if _is_usable(command)]


def _of_fund(config: Path | None) -> list[EntryPoint]:
    """Entry points of the fund's own distributions; none where the configuration or the list cannot be read."""
    if config is None or not config.exists():
        return []
    try:
        settings = load(config)
        state, owners = Path(settings.state), trusted_owners(config)
        approvals = read_approvals(state, owners) or Approvals()
        plugins = frozenset(settings.plugins) - read_blocked(state)
    except (ConfigError, StartRefused, OSError):
        return []  # the command itself tells what is wrong with them
    return Site(state, approvals, owners).points(GROUP, plugins)


def _is_usable(command: Command) -> bool:
    """Whether it can describe its arguments, tried on a parser that is thrown away."""
    try:
        command.arguments(argparse.ArgumentParser(command.name))
    except Exception as error:  # noqa: BLE001 - the other words must go on working, whatever a plugin does
        print(f"renkei: the word {command.name} of a plugin is left out: {error!r}", file=sys.stderr)
        return False
    return True

# SPDX-License-Identifier: Apache-2.0
"""Words that plugins add, by the entry-point group renkei.cli: a function that returns a list of Commands."""

import sys
from collections.abc import Container
from importlib.metadata import entry_points

from appliance.contracts.commands import Command

GROUP = "renkei.cli"


def added_commands(taken: Container[str]) -> list[Command]:
    """All commands of installed plugins. One that fails or takes a taken name is left out, and said so."""
    found: dict[str, Command] = {}
    for point in entry_points(group=GROUP):
        try:
            offered: list[Command] = point.load()()
        except Exception as error:  # noqa: BLE001 - the other words must go on working, whatever a plugin does
            print(f"renkei: commands of {point.name} are left out: {error!r}", file=sys.stderr)
            continue
        for command in offered:
            if command.name in found or command.name in taken:
                print(f"renkei: {point.name} offers {command.name!r}, which is taken", file=sys.stderr)
            else:
                found[command.name] = command
    return list(found.values())

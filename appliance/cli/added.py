# SPDX-License-Identifier: Apache-2.0
"""The words that plugins add, with those left out that would break the others."""

import argparse
import sys
from collections.abc import Collection

from appliance.contracts.commands import Command
from appliance.host.commands import commands


def added_commands(taken: Collection[str]) -> list[Command]:
    """The commands of installed plugins; one whose arguments cannot be set up is left out, and said so."""
    return [command for command in commands(taken) if _is_usable(command)]


def _is_usable(command: Command) -> bool:
    """Whether it can describe its arguments, tried on a parser that is thrown away."""
    try:
        command.arguments(argparse.ArgumentParser(command.name))
    except Exception as error:  # noqa: BLE001 - the other words must go on working, whatever a plugin does
        print(f"renkei: the word {command.name} of a plugin is left out: {error!r}", file=sys.stderr)
        return False
    return True

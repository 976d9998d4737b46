# SPDX-License-Identifier: Apache-2.0
"""Words that plugins add to the `renkei` command, from the entry-point group renkei.cli."""

import logging
from collections.abc import Collection, Iterable
from importlib.metadata import EntryPoint

from appliance.contracts.commands import Command
from appliance.host.found import BROKEN
from appliance.host.path import shipped_points

GROUP = "renkei.cli"
_log = logging.getLogger(__name__)


def commands(taken: Collection[str], points: Iterable[EntryPoint] | None = None) -> list[Command]:
    """The commands of all installed plugins; taken are the words of our own.

    An entry point that does not import, is no Command, or takes a word that is taken, is dropped with a warning:
    the command line must work when a plugin does not.
    """
    found: dict[str, Command] = {}
    for point in shipped_points(GROUP) if points is None else points:
        command = _loaded(point)
        if command is None:
            continue
        if command.name in taken or command.name in found:
            _log.warning("%s: the word `%s` is taken; its command is left out", point.value, command.name)
            continue
        found[command.name] = command
    return list(found.values())


def _loaded(point: EntryPoint) -> Command | None:
    try:
        command = point.load()
    except BROKEN as error:
        _log.warning("%s does not import: %s: %s", point.value, type(error).__name__, error)
        return None
    if isinstance(command, Command):
        return command
    _log.warning("%s is no Command; it is left out", point.value)
    return None

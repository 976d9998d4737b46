# SPDX-License-Identifier: Apache-2.0
"""The path on which modules are found: the appliance's part of it, and behind it what the fund has added."""

import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, EntryPoint, distributions, entry_points

# Folders of the fund's own distributions that this process has let in; as sys.path, one a process.
_added: set[str] = set()


def append(folder: str) -> None:
    """Let modules of a folder be imported, after all others. Nothing is written there."""
    sys.dont_write_bytecode = True
    if folder not in sys.path:
        sys.path.append(folder)
    _added.add(folder)


def shipped_distributions() -> Iterator[Distribution]:
    """What the appliance brings, the first of each name."""
    seen: set[str] = set()
    for one in distributions(path=[path for path in sys.path if path not in _added]):
        name = one.name
        if name not in seen:
            seen.add(name)
            yield one


def shipped_points(*groups: str) -> list[EntryPoint]:
    """The entry points of groups, in their order, of what the appliance brings.

    The library reads nothing else of each distribution for that: a start that read all it says of itself, as
    shipped_distributions() does, took twenty times as long.
    """
    found = entry_points()
    return [point for group in groups for point in found.select(group=group) if not _is_added(point.dist)]


def _is_added(one: Distribution | None) -> bool:
    return one is not None and str(one.locate_file("")) in _added

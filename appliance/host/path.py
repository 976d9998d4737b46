# SPDX-License-Identifier: Apache-2.0
"""The path on which modules are found: the appliance's part of it, and behind it what the fund has added."""

import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, EntryPoint, distributions

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
        if one.name not in seen:
            seen.add(one.name)
            yield one


def shipped_points() -> list[EntryPoint]:
    """All entry points of what the appliance brings."""
    return [point for one in shipped_distributions() for point in one.entry_points]

# SPDX-License-Identifier: Apache-2.0
"""The names of files in a ZIP that the vault makes: no two that some file system would take for one."""

from collections.abc import Iterable
from pathlib import PurePath

from appliance.vault.doorman.entry_names import same


def distinct(names: Iterable[str]) -> list[str]:
    """The names, in order; one that was there before gets a number: `a.pdf`, `a (2).pdf`."""
    numbers: dict[str, int] = {}
    return [_free(name, numbers) for name in names]


def _free(name: str, numbers: dict[str, int]) -> str:
    """numbers holds what was taken, and from which number on to look: thousands may have one name."""
    path, free = PurePath(name), name
    while same(free) in numbers:
        numbers[same(name)] += 1
        free = f"{path.stem} ({numbers[same(name)]}){path.suffix}"
    numbers[same(free)] = 1
    return free

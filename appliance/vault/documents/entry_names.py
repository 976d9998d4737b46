# SPDX-License-Identifier: Apache-2.0
"""The names of files in a ZIP that the vault makes: no two that some file system would take for one."""

import unicodedata
from collections.abc import Iterable
from pathlib import PurePath


def distinct(names: Iterable[str]) -> list[str]:
    """The names, in order; one that was there before gets a number: `a.pdf`, `a (2).pdf`."""
    numbers: dict[str, int] = {}
    return [_free(name, numbers) for name in names]


def _free(name: str, numbers: dict[str, int]) -> str:
    """numbers holds what was taken, and from which number on to look: thousands may have one name."""
    path, free = PurePath(name), name
    while _same(free) in numbers:
        numbers[_same(name)] += 1
        free = f"{path.stem} ({numbers[_same(name)]}){path.suffix}"
    numbers[_same(free)] = 1
    return free


def _same(name: str) -> str:
    """What Windows and macOS compare: neither case nor the form of Unicode counts."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())

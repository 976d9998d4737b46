# SPDX-License-Identifier: Apache-2.0
"""The names of files in a ZIP that the vault makes: no two that some file system would take for one."""

import unicodedata
from collections.abc import Iterable
from pathlib import PurePath


def distinct(names: Iterable[str]) -> list[str]:
    """The names, in order; one that was there before gets a number: `a.pdf`, `a (2).pdf`."""
    taken: set[str] = set()
    given = []
    for name in names:
        free = _free(name, taken)
        taken.add(_same(free))
        given.append(free)
    return given


def _free(name: str, taken: set[str]) -> str:
    path, number, free = PurePath(name), 1, name
    while _same(free) in taken:
        number += 1
        free = f"{path.stem} ({number}){path.suffix}"
    return free


def _same(name: str) -> str:
    """What Windows and macOS compare: neither case nor the form of Unicode counts."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())

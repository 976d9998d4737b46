# SPDX-License-Identifier: Apache-2.0
"""The list of blocked plugins: one name a line, read at the next start (design §4)."""

import os
from pathlib import Path

FILE = "blocked"


def read_blocked(state: Path) -> frozenset[str]:
    """The names in the list; none if there is no list. Lines that begin with # are remarks."""
    try:
        text = (state / FILE).read_text("utf-8")
    except FileNotFoundError:
        return frozenset()
    lines = (line.strip() for line in text.splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))


def write_blocked(state: Path, names: frozenset[str]) -> None:
    """Replace the list, durably and as a whole."""
    new = state / f".{FILE}.new"
    with new.open("w", encoding="utf-8") as file:
        file.writelines(f"{name}\n" for name in sorted(names))
        os.fchmod(file.fileno(), 0o644)  # whoever writes it, the vault's user reads it
        file.flush()
        os.fsync(file.fileno())
    new.replace(state / FILE)
    _sync_folder(state)


def _sync_folder(folder: Path) -> None:
    """Without it a power failure could bring the old list back."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

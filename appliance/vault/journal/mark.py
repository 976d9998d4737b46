# SPDX-License-Identifier: Apache-2.0
"""What was last signed, kept beside the record store: an older copy of the records does not take it back.

The file holds size and root, in hexadecimal digits, on one line. An old backup of the records alone is found out by
it; an old copy of both is found out by a checkpoint that was kept elsewhere.
"""

import asyncio
import os
from pathlib import Path

from appliance.contracts.records import StoreError
from appliance.vault.journal.log import Head, JournalDamaged

ROOT_BYTES = 32


class MarkFile:
    """One small file, replaced as a whole and durable each time."""

    def __init__(self, path: Path) -> None:
        """path is in a folder of the vault's own. Raises JournalDamaged if what is there is no mark."""
        self._path = path
        self.head = _read(path)

    async def keep(self, head: Head) -> None:
        """The tree of this head is about to be signed; durable on return. Raises StoreError if it is not."""
        try:
            await asyncio.to_thread(_write, self._path, f"{head.size} {head.root.hex()}\n")
        except OSError as error:
            raise StoreError(f"what is about to be signed could not be written: {error}") from error
        self.head = head


def _read(path: Path) -> Head | None:
    try:
        size, root = path.read_text("ascii").split()
        head = Head(int(size), bytes.fromhex(root))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise JournalDamaged(f"{path} does not say what was last signed: {error}") from error
    if head.size < 0 or len(head.root) != ROOT_BYTES:
        raise JournalDamaged(f"{path} does not say what was last signed")
    return head


def _write(path: Path, text: str) -> None:
    unfinished = path.with_name(f"{path.name}.new")
    with unfinished.open("w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

# SPDX-License-Identifier: Apache-2.0
"""The directories of a store: private, and durable before anything is put into them."""

import os
import threading
from pathlib import Path

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Folders:
    """Makes the two levels of directories when they are first needed; blocks, and any thread may call it."""

    def __init__(self) -> None:
        """Nothing is known to be durable yet, whatever stands there already."""
        self._durable: set[Path] = set()
        self._lock = threading.Lock()

    def need(self, leaf: Path) -> None:
        """Return when leaf and the directory above it stand and are durable; the root stands. Raises OSError."""
        if leaf in self._durable:
            return
        with self._lock:
            for folder in (leaf.parent, leaf):
                folder.mkdir(mode=0o700, exist_ok=True)
                sync_folder(folder.parent)
            self._durable.add(leaf)


def sync_folder(path: Path) -> None:
    """Make the names in a directory durable."""
    folder = os.open(path, _FOLDER)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

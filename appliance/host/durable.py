# SPDX-License-Identifier: Apache-2.0
"""Files that are there whole or not at all, also after a power failure."""

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

FOR_ALL = 0o644


def write_whole(path: Path, content: bytes, mode: int = FOR_ALL) -> None:
    """Write or replace a file, which is never more open than mode, whatever the umask is. Raises OSError."""
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    write_new(new, content, mode)
    new.replace(path)
    sync_folder(path.parent)


def write_new(path: Path, content: bytes, mode: int = FOR_ALL) -> None:
    """The same of a file that is not there yet. Raises OSError, FileExistsError also where a link stands."""
    with open(path, "xb", opener=partial(os.open, mode=0o600)) as file:
        file.write(content)
        os.fchmod(file.fileno(), mode)
        file.flush()
        os.fsync(file.fileno())


def make_folder(path: Path) -> None:
    """Make it and those above that are missing, so that services can read what is in it."""
    for folder in reversed(list(_missing(path))):
        folder.mkdir()
        folder.chmod(0o755)
        sync_folder(folder.parent)


def _missing(path: Path) -> Iterator[Path]:
    while not path.exists():
        yield path
        path = path.parent


def sync_folder(folder: Path) -> None:
    """Make durable which names are in the folder."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

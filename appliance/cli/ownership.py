# SPDX-License-Identifier: Apache-2.0
"""What root writes into the vault's folder without the vault is the vault's user's afterwards."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.config.settings import Settings

ROOT = 0


@contextmanager
def given_back(settings: Settings) -> Iterator[None]:
    """Afterwards nothing in the vault's folder is root's, unless the folder is: its own user must read it."""
    folder = Path(settings.state) / "vault"
    try:
        yield
    finally:
        if os.geteuid() == ROOT and folder.is_dir() and folder.stat().st_uid != ROOT:
            give(folder, ROOT)


def give(folder: Path, uid: int) -> None:
    """Give everything below folder that belongs to uid to the folder's owner.

    The owner may change the folder meanwhile: links are neither followed nor given, nor are files with two names,
    one of which may lie where the owner may not write.
    """
    owner = folder.stat()
    for _, folders, files, handle in os.fwalk(folder):
        for name in (*folders, *files):
            found = os.stat(name, dir_fd=handle, follow_symlinks=False)
            alone = stat.S_ISDIR(found.st_mode) or (stat.S_ISREG(found.st_mode) and found.st_nlink == 1)
            if found.st_uid == uid and alone:
                os.chown(name, owner.st_uid, owner.st_gid, dir_fd=handle, follow_symlinks=False)

# SPDX-License-Identifier: Apache-2.0
"""Root works in the vault's folder without the vault: nothing there leads it elsewhere, or is root's afterwards."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.cli.failure import Failure
from appliance.config.settings import Settings

ROOT = 0


@contextmanager
def given_back(settings: Settings) -> Iterator[None]:
    """Afterwards nothing in the vault's folder is root's, unless the folder is: its own user must read it.

    Raises Failure, before anything is done, where that user has put something that would lead root elsewhere.
    """
    folder = Path(settings.state) / "vault"
    refuse_planted(settings)
    try:
        yield
    finally:
        if _is_anothers(folder):
            give(folder, ROOT)


def refuse_planted(settings: Settings) -> None:
    """Raise Failure where root would follow a link, or wait for ever, in a folder that is another user's.

    While no vault runs, as it must be, nobody changes the folder meanwhile. What root has put there is root's word.
    """
    folder = Path(settings.state) / "vault"
    for inside, folders, files, handle in os.fwalk(folder) if _is_anothers(folder) else ():
        for name in (*folders, *files):
            found = os.stat(name, dir_fd=handle, follow_symlinks=False)
            if found.st_uid != ROOT and not (stat.S_ISDIR(found.st_mode) or stat.S_ISREG(found.st_mode)):
                raise Failure(
                    f"{inside}/{name} is neither a file nor a folder, and not put there by root: somebody may have "
                    "come into the vault; look at it, and take it away"
                )


def _is_anothers(folder: Path) -> bool:
    return os.geteuid() == ROOT and folder.is_dir() and folder.stat().st_uid != ROOT


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

# SPDX-License-Identifier: Apache-2.0
"""The folder of the store: made for us alone, locked against a second open, opened as an LMDB environment."""

import fcntl
import os
from pathlib import Path

import lmdb

from appliance.contracts.plugin import PluginError

DATA = "data.mdb"
LOCK = "in-use.lock"
MAX_READERS = 1024


def occupy(folder: Path) -> int:
    """Make the folder (0700) and lock it; the descriptor that holds the lock until it is closed.

    Raises PluginError if any process, this one included, has it open already.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise PluginError(
            f"{folder} cannot be used for records ({error.strerror}): correct its path or owner"
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise PluginError(f"{folder} is in use by another vault: stop that one first") from error
    return lock


def open_environment(folder: Path, map_bytes: int) -> lmdb.Environment:
    """Open LMDB in folder (files 0600) and free the slots of dead readers; PluginError if it cannot be.

    The map is sparse: its size costs address space only. writemap stays off because it forbids transactions
    within transactions; readahead because lookups are random once the data outgrows memory.
    """
    try:
        env = lmdb.open(
            str(folder),
            map_size=map_bytes,
            mode=0o600,
            readahead=False,
            writemap=False,
            lock=True,
            max_readers=MAX_READERS,
        )
        env.reader_check()
    except lmdb.Error as error:
        raise PluginError(
            f"{folder} cannot be opened as a record store ({error}): "
            "restore a backup, or lower map_gib if memory cannot be mapped"
        ) from error
    _make_durable(folder)
    return env


def _make_durable(folder: Path) -> None:
    """LMDB syncs its file but not the folder entry that leads to it."""
    for path in (folder, folder.parent):
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

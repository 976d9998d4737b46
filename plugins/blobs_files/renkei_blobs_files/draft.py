# SPDX-License-Identifier: Apache-2.0
"""A blob that is being written: a file under another name, invisible until it is complete and durable."""

import os
import threading
from collections.abc import Sequence
from pathlib import Path

from renkei_blobs_files.folders import sync_folder

MAX_PIECES = 1024  # what one writev takes (IOV_MAX)
SYNC_BYTES = 2 << 20

_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class Draft:
    """Its methods block and are called from threads.

    The lock is for a cancelled save: a write that still runs in its thread ends before the file is closed, else its
    bytes could land in whatever file has the same descriptor next. After discard() nothing is written any more.
    """

    def __init__(self, unfinished: Path, final: Path) -> None:
        """Both paths are in one file system; unfinished is nobody else's."""
        self._unfinished = unfinished
        self._final = final
        self._lock = threading.Lock()
        self._file = -1
        self._size = self._synced = 0
        self._published = False
        self._discarded = False

    def write(self, pieces: Sequence[bytes]) -> None:
        """Append at most MAX_PIECES pieces. Raises OSError.

        Now and then what is there is brought to the disk, so that little is left to wait for in publish().
        """
        with self._lock:
            self._append(pieces)
            if self._size - self._synced >= SYNC_BYTES:
                os.fdatasync(self._file)
                self._synced = self._size

    def publish(self, pieces: Sequence[bytes], saved_at: int) -> int:
        """Append the last pieces, make all durable, and only then visible; the size of the whole.

        saved_at, in nanoseconds, becomes the time of the file. Raises FileExistsError for a taken name, OSError.
        """
        with self._lock:
            self._append(pieces)
            os.utime(self._file, ns=(saved_at, saved_at))
            os.fsync(self._file)
            self._close()
            os.link(self._unfinished, self._final, follow_symlinks=False)
            self._published = True
            self._unfinished.unlink()
            sync_folder(self._final.parent)
            return self._size

    def discard(self) -> None:
        """Leave nothing behind, whatever was done before. Raises OSError."""
        with self._lock:
            self._discarded = True
            self._close()
            self._unfinished.unlink(missing_ok=True)
            if self._published:
                self._final.unlink()
                sync_folder(self._final.parent)

    def _append(self, pieces: Sequence[bytes]) -> None:
        if self._discarded:
            raise InterruptedError("the save was given up")
        if self._file < 0:
            self._file = os.open(self._unfinished, _WRITE, 0o600)
        left: Sequence[bytes | memoryview] = pieces
        while left:
            written = os.writev(self._file, left)
            self._size += written
            left = _after(left, written)

    def _close(self) -> None:
        if self._file >= 0:
            file, self._file = self._file, -1
            os.close(file)


def _after(pieces: Sequence[bytes | memoryview], written: int) -> list[bytes | memoryview]:
    """What is left of pieces behind the first bytes."""
    for number, piece in enumerate(pieces):
        if written < len(piece):
            return [memoryview(piece)[written:], *pieces[number + 1 :]]
        written -= len(piece)
    return []

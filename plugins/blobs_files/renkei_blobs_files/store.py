# SPDX-License-Identifier: Apache-2.0
"""The blob store: files below two levels of directories, `a/b/ab…`, by the first letters of their ids."""

import asyncio
import errno
import logging
import os
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from appliance.contracts.blobs import (
    MAX_BLOB,
    MAX_IDS,
    BlobError,
    BlobExists,
    BlobInfo,
    BlobMissing,
    BlobStoreFull,
    BlobTooLarge,
)
from appliance.contracts.plugin import Clock, Random
from appliance.contracts.records import Usage
from appliance.model.ids import id_from, is_id
from renkei_blobs_files.draft import MAX_PIECES, Draft
from renkei_blobs_files.folders import Folders, sync_folder

T = TypeVar("T")
PIECE = 1024 * 1024
UNFINISHED = "unfinished"

_LETTERS = frozenset("234567abcdefghijklmnopqrstuvwxyz")
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
_NANOSECONDS_IN_MS = 1_000_000


@dataclass(frozen=True, slots=True)
class Seen:
    """By what a file is told from another one of the same name."""

    number: int
    size: int
    saved_at: int


class FileBlobs:
    """All blocking calls are made in a few threads of its own; none holds a file open between two of them."""

    def __init__(self, folder: Path, threads: int, clock: Clock, random: Random, log: logging.Logger) -> None:
        """folder is made by start()."""
        self._folder = folder
        self._threads = threads
        self._clock = clock
        self._random = random
        self._log = log
        self._folders = Folders()
        self._pool: ThreadPoolExecutor | None = None

    async def start(self) -> None:
        """Make the directories and sweep unfinished files. Raises OSError."""
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="blobs")
        swept = await self._begun(_prepare, self._folder)
        if swept:
            self._log.warning("swept %d unfinished blobs", swept)

    async def stop(self) -> None:
        """Wait for the calls that run; later ones raise BlobError."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(pool.shutdown)

    async def save(self, id: str, chunks: AsyncIterable[bytes]) -> int:
        """Keep the chunks under id, all or nothing; the size (contracts.blobs)."""
        path = self._path(id)
        draft = Draft(self._unfinished(id), path)
        writing: asyncio.Future[None] | None = None
        try:
            batch: list[bytes] = []
            size = total = 0
            async for chunk in chunks:
                batch.append(chunk)
                size += len(chunk)
                total += len(chunk)
                if total > MAX_BLOB:
                    raise BlobTooLarge(f"blob {id} has more than {MAX_BLOB} bytes")
                if size >= PIECE or len(batch) == MAX_PIECES:
                    # One batch is written while the next one comes.
                    if writing is not None:
                        await _ended(id, writing)
                    writing = self._begun(draft.write, batch)
                    batch, size = [], 0
            if writing is not None:
                await _ended(id, writing)
            saved_at = self._clock.now() * _NANOSECONDS_IN_MS
            return await self._call(id, _publish, self._folders, draft, path.parent, batch, saved_at)
        except (Exception, asyncio.CancelledError):
            await self._discard(draft)
            raise

    async def open(self, id: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """The bytes of a range in pieces of at most 1 MiB (contracts.blobs)."""
        path, at = self._path(id), start
        wanted = PIECE if stop is None else min(PIECE, max(stop - at, 0))
        piece, found = await self._call(id, _read, path, at, wanted)
        end = found.size if stop is None else min(stop, found.size)
        at += len(piece)
        while at < end:
            # The next piece is read while this one is used.
            wanted = min(PIECE, end - at)
            reading = self._begun(_read, path, at, wanted)
            yield piece
            piece, now = await _ended(id, reading)
            if now != found or len(piece) < wanted:
                raise BlobError(f"blob {id} is not the one any more that was begun")
            at += wanted
        if piece:
            yield piece

    async def delete(self, id: str) -> bool:
        """Remove the blob; whether it was there (contracts.blobs)."""
        return await self._call(id, _delete, self._path(id))

    async def ids(self, after: str = "", limit: int = MAX_IDS) -> list[BlobInfo]:
        """At most limit blobs in the order of their ids (contracts.blobs)."""
        return await self._call("list", _page, self._folder, after, limit)

    async def check(self) -> Usage:
        """Prove a save, a ranged read and a delete; how full the file system is (contracts.blobs).

        A full store is not a broken one: it answers with what is left, so that it can be read and emptied.
        """
        try:
            await self._prove()
        except BlobStoreFull:
            usage = await self._call("check", _usage, self._folder)
            return Usage(usage.total, usage.total)
        return await self._call("check", _usage, self._folder)

    async def _prove(self) -> None:
        id, kept = id_from(self._random.bytes(16)), self._random.bytes(4096)
        await self.save(id, _once(kept))
        try:
            read = b"".join([piece async for piece in self.open(id, 1000, 3000)])
        finally:
            gone = await self.delete(id)
        if read != kept[1000:3000] or not gone:
            raise BlobError("a blob that was just saved did not come back")

    def _path(self, id: str) -> Path:
        if not is_id(id):
            raise BlobError("a blob is named by an id, and by nothing else")
        return _leaf(self._folder, id)

    def _unfinished(self, id: str) -> Path:
        return self._folder / UNFINISHED / f"{id}.{self._random.bytes(8).hex()}"

    async def _call(self, id: str, function: Callable[..., T], *args: object) -> T:
        """The result of function(*args); what the operating system says against it becomes a BlobError."""
        return await _ended(id, self._begun(function, *args))

    def _begun(self, function: Callable[..., T], *args: object) -> asyncio.Future[T]:
        """function(*args), running in the pool; somebody may look at the result, or nobody."""
        if self._pool is None:
            raise BlobError("the blob store is closed")
        running = asyncio.get_running_loop().run_in_executor(self._pool, function, *args)
        running.add_done_callback(_looked_at)
        return running

    async def _discard(self, draft: Draft) -> None:
        """Leave nothing of the draft, even if the caller is cancelled again meanwhile."""
        try:
            await asyncio.shield(self._begun(draft.discard))
        except (BlobError, OSError) as error:
            # The reason why the save failed is the one to tell; what stays is swept at the next start.
            self._log.warning("an unfinished blob stays: %s", error)


def _leaf(folder: Path, id: str) -> Path:
    return folder / id[0] / id[1] / id


async def _ended(id: str, running: asyncio.Future[T]) -> T:
    """The result of what runs; what the operating system says against it becomes a BlobError."""
    try:
        return await running
    except OSError as error:
        raise _blob_error(id, error) from error


def _looked_at(running: asyncio.Future[Any]) -> None:
    """A call that nobody waits for any more may fail in silence: its caller has an error of its own."""
    if not running.cancelled():
        running.exception()


async def _once(chunk: bytes) -> AsyncIterator[bytes]:
    yield chunk


def _blob_error(id: str, error: OSError) -> BlobError:
    if isinstance(error, FileExistsError):
        return BlobExists(f"there is a blob {id}")
    if error.errno in _NO_ROOM:
        return BlobStoreFull(f"no room for blob {id}: {error.strerror}")
    return BlobError(f"blob {id}: {error.strerror}")


def _prepare(folder: Path) -> int:
    """Make the root, and sweep what an earlier process did not finish; how many files that were.

    One process uses a folder, and it has saved nothing yet.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / UNFINISHED).mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)
    left = list((folder / UNFINISHED).iterdir())
    for path in left:
        path.unlink()
    return len(left)


def _publish(folders: Folders, draft: Draft, leaf: Path, pieces: Sequence[bytes], saved_at: int) -> int:
    folders.need(leaf)
    return draft.publish(pieces, saved_at)


def _read(path: Path, at: int, wanted: int) -> tuple[bytes, Seen]:
    """At most wanted bytes, and the file that they are of."""
    try:
        file = os.open(path, _READ)
    except FileNotFoundError:
        raise BlobMissing(f"there is no blob {path.name}") from None
    try:
        os.posix_fadvise(file, at, 2 * PIECE, os.POSIX_FADV_WILLNEED)
        status = os.fstat(file)
        return os.pread(file, wanted, at), Seen(status.st_ino, status.st_size, status.st_mtime_ns)
    finally:
        os.close(file)


def _delete(path: Path) -> bool:
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    sync_folder(path.parent)
    return True


def _page(folder: Path, after: str, limit: int) -> list[BlobInfo]:
    infos = (_info(folder, id) for id in _ids(folder, after))
    return list(islice((info for info in infos if info is not None), max(limit, 0)))


def _ids(folder: Path, after: str) -> Iterator[str]:
    """One directory is read at a time: a thousandth of all."""
    for outer in _names(folder, _LETTERS):
        for inner in _names(folder / outer, _LETTERS):
            if outer + inner >= after[:2]:
                names = (path.name for path in (folder / outer / inner).iterdir())
                yield from sorted(name for name in names if name > after and is_id(name))


def _names(folder: Path, wanted: frozenset[str]) -> list[str]:
    return sorted(wanted.intersection(path.name for path in folder.iterdir()))


def _info(folder: Path, id: str) -> BlobInfo | None:
    try:
        status = _leaf(folder, id).stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    return BlobInfo(id, status.st_size, status.st_mtime_ns // _NANOSECONDS_IN_MS)


def _usage(folder: Path) -> Usage:
    status = os.statvfs(folder)
    used = (status.f_blocks - status.f_bfree) * status.f_frsize
    return Usage(used, used + status.f_bavail * status.f_frsize)

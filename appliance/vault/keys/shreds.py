# SPDX-License-Identifier: Apache-2.0
"""The shred keys: one a purge month, in their own folder; destroying one makes documents noise (design §6).

The folder is no part of the record store, so that backups of the records forget as well. A key is the file
`YYYY-MM.key`: format, id of the master key, the key wrapped by the master key. A destroyed month leaves the empty
file `YYYY-MM.gone`, which tells destruction from loss and never lets a month come back.
"""

import asyncio
import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from appliance.contracts.plugin import Random
from appliance.vault.keys.sealing import KEY, MASTER_ID, NONCE, Master, Unsealable, WrongMasterKey

_FORMAT = b"RKS\x01"
_HEAD = len(_FORMAT) + MASTER_ID
_KEY, _GONE, _UNFINISHED = ".key", ".gone", ".new"
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


class Shredded(Exception):
    """The shred key of this month was destroyed; nothing that needs it can ever be opened."""


class ShredKeys:
    """The keys of one folder, used by one process. Reads are from memory; changes are durable on return."""

    def __init__(self, folder: Path, master: bytes, random: Random) -> None:
        """master is the credential, 32 bytes. load() comes first."""
        self._folder = folder
        self._master = Master(master)
        self._random = random
        self._keys: dict[str, bytes] = {}
        self._gone: set[str] = set()
        self._one_change = asyncio.Lock()

    async def load(self) -> None:
        """Read every key, and finish what a crash left undone. Raises WrongMasterKey, Unsealable."""
        await asyncio.to_thread(self._load)

    def months(self) -> list[str]:
        """The months that have a key, earliest first."""
        return sorted(self._keys)

    @property
    def is_new(self) -> bool:
        """Whether there never was a key in this folder, not even one that was destroyed."""
        return not self._keys and not self._gone

    def get(self, month: str) -> bytes:
        """The key of the month "YYYY-MM". Raises Shredded, or Unsealable if there never was one here."""
        if month in self._gone:
            raise Shredded(f"the shred key of {month} was destroyed")
        try:
            return self._keys[month]
        except KeyError:
            raise Unsealable(f"there is no shred key of {month}: was its folder lost?") from None

    async def get_or_make(self, month: str) -> bytes:
        """The key of the month, made and durable if it is new. Raises Shredded, ValueError."""
        if month in self._keys:
            return self._keys[month]
        _check(month)
        async with self._one_change:
            if month not in self._keys and month not in self._gone:
                key, nonce = self._random.bytes(KEY), self._random.bytes(NONCE)
                await asyncio.to_thread(self._make, month, key, nonce)
        return self.get(month)

    async def destroy(self, month: str) -> bool:
        """Destroy the key of the month for good; whether there was one."""
        _check(month)
        async with self._one_change:
            noise = self._random.bytes(_HEAD + 2 * KEY)
            return await asyncio.to_thread(self._destroy, month, noise)

    def _load(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sync_folder(self._folder.parent)
        for path in self._folder.glob(f"*{_UNFINISHED}"):
            path.unlink()
        self._gone = {path.stem for path in self._folder.glob(f"*{_GONE}")}
        for month, path in _key_files(self._folder):
            if month in self._gone:
                _destroy_file(path, self._random.bytes(_HEAD + 2 * KEY))
            else:
                self._keys[month] = _read(path, month, self._master)

    def _make(self, month: str, key: bytes, nonce: bytes) -> None:
        _write(self._folder / f"{month}{_KEY}", _content(month, key, nonce, self._master))
        self._keys[month] = key

    def _destroy(self, month: str, noise: bytes) -> bool:
        # The mark comes first: after a crash in between, load() finishes the work.
        _write(self._folder / f"{month}{_GONE}", b"")
        self._gone.add(month)
        self._keys.pop(month, None)
        return _destroy_file(self._folder / f"{month}{_KEY}", noise)


async def rotate_shreds(folder: Path, old: bytes, new: bytes, random: Random) -> int:
    """Wrap every key of the folder by the new master key; how many that were.

    Keys already under the new one are left alone, so after a crash the same call finishes the work. No ShredKeys
    may be in use meanwhile. Raises WrongMasterKey, Unsealable.
    """
    return await asyncio.to_thread(_rotate, folder, Master(old), Master(new), random)


def _rotate(folder: Path, old: Master, new: Master, random: Random) -> int:
    due = [(month, path) for month, path in _key_files(folder) if path.read_bytes()[:_HEAD] != _FORMAT + new.id]
    keys = [(month, path, _read(path, month, old)) for month, path in due]
    for month, path, key in keys:
        _write(path, _content(month, key, random.bytes(NONCE), new))
    return len(keys)


def _check(month: str) -> None:
    if not _MONTH.fullmatch(month):
        raise ValueError(f'a purge month is "YYYY-MM", not {month!r}')


def _key_files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.glob(f"*{_KEY}")):
        if _MONTH.fullmatch(path.stem):
            yield path.stem, path


def _purpose(month: str) -> bytes:
    return f"shred {month}".encode()


def _content(month: str, key: bytes, nonce: bytes, master: Master) -> bytes:
    return _FORMAT + master.id + master.wrap(_purpose(month), key, nonce)


def _read(path: Path, month: str, master: Master) -> bytes:
    content = path.read_bytes()
    if content[: len(_FORMAT)] != _FORMAT:
        raise Unsealable(f"{path.name} in the folder of shred keys is damaged, or of an unknown format")
    if content[len(_FORMAT) : _HEAD] != master.id:
        raise WrongMasterKey(
            f"the shred key of {month} is wrapped by another master key: give that one, "
            "or finish the rotation with both"
        )
    return master.unwrap(_purpose(month), content[_HEAD:])


def _write(path: Path, content: bytes) -> None:
    """Put content at path: all of it, durably, or nothing."""
    unfinished = path.with_name(path.name + _UNFINISHED)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    unfinished.replace(path)
    _sync_folder(path.parent)


def _destroy_file(path: Path, noise: bytes) -> bool:
    """Overwrite and remove; on storage that copies on write, the first is only an attempt."""
    with contextlib.suppress(FileNotFoundError):
        with path.open("r+b") as file:
            file.write(noise)
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        _sync_folder(path.parent)
        return True
    return False


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

# SPDX-License-Identifier: Apache-2.0
"""Room: what is refused when map or disk end, and that deletes always go."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import lmdb
import pytest
from renkei_records_lmdb.room import RESERVE, Room

from appliance.contracts.records import StoreFull

MIB = 1 << 20
PAGE = 4096


class Disk:
    """A disk with so many bytes for one file."""

    def __init__(self, size: int = 1 << 40) -> None:
        self.size = size
        self.asked: list[int] = []

    def allocate(self, file: int, offset: int, length: int) -> None:
        self.asked.append(offset + length)
        if offset + length > self.size:
            raise OSError(errno.ENOSPC, "No space left on device")
        os.posix_fallocate(file, offset, length)


@pytest.fixture
def env(tmp_path: Path) -> Iterator[lmdb.Environment]:
    with lmdb.open(str(tmp_path), map_size=256 * MIB, sync=False) as env:
        yield env


@pytest.fixture
def file(env: lmdb.Environment) -> Iterator[int]:
    file = os.open(Path(env.path()) / "data.mdb", os.O_RDWR)
    yield file
    os.close(file)


def put(env: lmdb.Environment, room: Room, first: int, rows: int) -> None:
    """Write rows of 64 KiB, as a batch would."""
    with env.begin(write=True) as txn:
        for number in range(first, first + rows):
            txn.put(b"%d" % number, bytes(1 << 16))
        room.settle(room.admit(txn))


def delete(env: lmdb.Environment, room: Room, number: int) -> None:
    with env.begin(write=True) as txn:
        txn.delete(b"%d" % number)
        room.settle(room.admit(txn))


def fill(env: lmdb.Environment, room: Room) -> int:
    """Write one row after the other until there is no room; how many there were."""
    for number in range(10_000):
        try:
            put(env, room, number, 1)
        except StoreFull:
            return number
    raise AssertionError("it never became full")


def test_blocks_are_allocated_ahead_of_need(env: lmdb.Environment, file: int) -> None:
    disk = Disk()
    room = Room(env, file, 256 * MIB, allocate=disk.allocate)
    assert disk.asked == [2 * RESERVE]
    put(env, room, 0, 10 * 16)
    assert disk.asked == [2 * RESERVE]
    put(env, room, 160, 10 * 16)
    assert len(disk.asked) == 2
    assert os.fstat(file).st_size == disk.asked[1] > 20 * MIB + 2 * RESERVE


def test_growth_ends_before_the_map_does(env: lmdb.Environment, file: int) -> None:
    room = Room(env, file, 256 * MIB, allocate=Disk().allocate)
    rows = fill(env, room)
    usage = room.usage()
    assert 0.99 < usage.ratio <= 1
    assert usage.total == 256 * MIB - RESERVE
    assert env.info()["last_pgno"] * PAGE < 256 * MIB
    for number in range(rows):
        delete(env, room, number)
    assert room.usage().used < MIB
    assert fill(env, room) == rows


def test_growth_ends_where_the_disk_does_and_goes_on_when_there_is_space(env: lmdb.Environment, file: int) -> None:
    disk = Disk(40 * MIB)
    room = Room(env, file, 256 * MIB, allocate=disk.allocate)
    rows = fill(env, room)
    assert 40 * MIB - 3 * RESERVE < rows << 16 <= 40 * MIB
    delete(env, room, 0)
    put(env, room, 0, 1)
    with pytest.raises(StoreFull):
        put(env, room, rows, 1)
    disk.size = 1 << 40
    put(env, room, rows, 1)


def test_a_full_store_may_change_as_long_as_it_does_not_grow(env: lmdb.Environment, file: int) -> None:
    room = Room(env, file, 256 * MIB, allocate=Disk(40 * MIB).allocate)
    fill(env, room)
    put(env, room, 0, 5)  # the same rows once more
    with env.begin(write=True) as txn:
        txn.delete(b"0")
        txn.put(b"new", bytes(1 << 15))
        room.settle(room.admit(txn))


def test_a_store_that_finds_the_disk_full_at_start_counts_the_blocks_it_has(
    env: lmdb.Environment, file: int
) -> None:
    room = Room(env, file, 256 * MIB, allocate=Disk().allocate)
    put(env, room, 0, 16)
    again = Room(env, file, 256 * MIB, allocate=Disk(0).allocate)
    assert again.usage().used == room.usage().used
    put(env, again, 16, 16)
    assert fill(env, again) << 16 > 12 * MIB


def test_a_new_store_on_a_full_disk_takes_nothing(env: lmdb.Environment, file: int) -> None:
    room = Room(env, file, 256 * MIB, allocate=Disk(0).allocate)
    assert fill(env, room) == 0
    assert room.usage().total >= 1


def test_a_disk_is_full_when_less_than_the_reserve_is_left(
    env: lmdb.Environment, file: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Room(env, file, 256 * MIB, allocate=Disk().allocate)
    assert not room.disk_is_full()
    left = SimpleNamespace(f_bavail=RESERVE // PAGE - 1, f_frsize=PAGE)
    monkeypatch.setattr(os, "fstatvfs", lambda file: left)
    assert room.disk_is_full()


def test_usage_counts_what_the_disk_has_left(env: lmdb.Environment, file: int) -> None:
    free = os.fstatvfs(file).f_bavail * PAGE
    room = Room(env, file, 1 << 60, allocate=Disk().allocate)
    assert 0.9 * free < room.usage().total < 1.1 * free + 2 * RESERVE

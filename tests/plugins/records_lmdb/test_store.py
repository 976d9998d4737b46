# SPDX-License-Identifier: Apache-2.0
"""The store as a whole: its thread, callers who leave, a full map, kill -9, a disk that is really full."""

import asyncio
import contextlib
import itertools
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import pytest
from renkei_records_lmdb.folder import MAX_READERS
from renkei_records_lmdb.store import LmdbStore

from appliance.contracts.records import Done, Failed, StoreError, StoreFull, Txn, View, Work
from appliance.testing.clock import FakeClock
from appliance.vault.records.writer import Writer

MakeStore = Callable[..., LmdbStore]
END = b"\xff" * 8
LARGE = 1 << 16


def put(key: bytes, size: int = 0) -> Work:
    return lambda txn: txn.put(key, bytes(size))


def delete(key: bytes) -> Work:
    return lambda txn: txn.delete(key)


def keys(view: View) -> list[bytes]:
    return [key for key, _ in view.scan(b"", END)]


async def test_functions_run_in_one_thread_that_is_not_the_callers(make_store: MakeStore) -> None:
    store = make_store()
    names = [
        outcome.value
        for _ in range(3)
        for outcome in await store.write([lambda txn: threading.current_thread().name] * 2)
        if isinstance(outcome, Done)
    ]
    assert names == ["records"] * 6
    assert await store.read(lambda view: threading.current_thread()) is threading.current_thread()


async def test_a_caller_who_leaves_undoes_his_batch_and_no_other(make_store: MakeStore) -> None:
    store = make_store()
    begun, go_on = threading.Event(), threading.Event()

    def wait(txn: Txn) -> None:
        begun.set()
        assert go_on.wait(30)
        txn.put(b"left", b"")

    async with asyncio.TaskGroup() as group:
        leaving = group.create_task(store.write([wait]))
        other = group.create_task(store.write([put(b"other")]))
        await asyncio.to_thread(begun.wait, 30)
        leaving.cancel()
        await asyncio.wait([leaving])
        go_on.set()
    assert leaving.cancelled() and other.result() == [Done(None)]
    assert await store.read(keys) == [b"other"]


@pytest.mark.parametrize("end", [SystemExit(), KeyboardInterrupt(), GeneratorExit()])
async def test_nothing_that_a_function_raises_ends_the_writer_thread(
    make_store: MakeStore, end: BaseException
) -> None:
    store = make_store()

    def leave(txn: Txn) -> None:
        raise end

    with pytest.raises(StoreError, match=type(end).__name__):
        await store.write([put(b"a"), leave])
    assert await store.write([put(b"b")]) == [Done(None)]
    assert await store.read(keys) == [b"b"]


async def test_closing_finishes_what_was_handed_in(make_store: MakeStore) -> None:
    store = make_store()
    async with asyncio.TaskGroup() as group:
        writes = [group.create_task(store.write([put(b"%d" % number)])) for number in range(5)]
        await asyncio.sleep(0)
        await store.close()
    assert all(write.result() == [Done(None)] for write in writes)
    assert await make_store().read(keys) == [b"0", b"1", b"2", b"3", b"4"]


def test_a_loop_that_ends_before_its_answer_does_not_end_the_store(tmp_path: Path) -> None:
    async def in_thread(function: Callable[..., Any], *args: Any) -> Any:
        return function(*args)

    store = LmdbStore(tmp_path, LARGE * 64, FakeClock().monotonic, in_thread)
    store.open()
    go_on = threading.Event()

    async def leave() -> None:
        write = store.write([lambda txn: go_on.wait(30)])
        write.send(None)  # now the thread has the batch, and nobody will ever fetch its answer
        write.close()

    asyncio.run(leave())
    go_on.set()
    assert asyncio.run(store.write([put(b"a")])) == [Done(None)]
    asyncio.run(store.close())


async def test_a_full_map_refuses_the_guilty_serves_the_others_and_recovers(make_store: MakeStore) -> None:
    writer = Writer(make_store(map_mib=4))
    async with asyncio.TaskGroup() as group:
        group.create_task(writer.run())
        await writer.commit(put(b"old", LARGE))
        works = [put(b"%03d" % number, LARGE if number % 2 else 0) for number in range(300)]
        results = await asyncio.gather(*(writer.commit(work) for work in works), return_exceptions=True)
        small, large = results[::2], results[1::2]
        assert {type(result) for result in large} == {type(None), StoreFull}
        assert small[:100] == [None] * 100
        written = [b"%03d" % number for number, result in enumerate(results) if result is None]
        assert await writer._store.read(keys) == [*written, b"old"]
        for key in [*written[1::2][:10], b"old"]:
            assert await writer.commit(delete(key))
        await writer.commit(put(b"new", LARGE))
        await writer.close()


async def test_a_full_store_says_so_and_still_starts(make_store: MakeStore) -> None:
    store = make_store(map_mib=2)
    with pytest.raises(StoreFull):
        for number in itertools.count():
            await store.write([put(b"%d" % number, LARGE)])
    assert (await store.usage()).ratio > 0.9
    await store.check()
    await store.close()
    again = make_store(map_mib=2)
    await again.check()
    assert await again.write([lambda txn: txn.delete(b"0")]) == [Done(True)]
    assert await again.write([put(b"0", LARGE)]) == [Done(None)]


async def test_a_backup_is_for_the_owner_alone_and_small(make_store: MakeStore, tmp_path: Path) -> None:
    store = make_store()
    await store.write([put(b"a")])
    await store.backup(tmp_path / "to")
    found = await asyncio.to_thread(lambda: [(tmp_path / "to").stat(), (tmp_path / "to" / "data.mdb").stat()])
    assert [stat.st_mode & 0o777 for stat in found] == [0o700, 0o600]
    assert found[1].st_size < LARGE


async def test_a_function_that_fails_between_two_that_do_not(make_store: MakeStore) -> None:
    def bad(txn: Txn) -> None:
        txn.put(b"bad", b"")
        raise LookupError("no")

    store = make_store()
    outcomes = await store.write([put(b"a"), bad, put(b"b")])
    assert [type(outcome) for outcome in outcomes] == [Done, Failed, Done]
    assert await store.read(keys) == [b"a", b"b"]


COMMITTER = """
import asyncio, sys, time
from pathlib import Path
from appliance.vault.records.writer import Writer
from renkei_records_lmdb.folder import MAX_READERS
from renkei_records_lmdb.store import LmdbStore

async def caller(writer, name):
    for number in range(1_000_000):
        key = b"%d-%d" % (name, number)
        def work(txn):
            txn.put(b"a" + key, bytes(300))
            txn.put(b"z" + key, bytes(300))
        await writer.commit(work)
        print(key.decode(), flush=True)

async def main():
    store = LmdbStore(Path(sys.argv[1]), 1 << 30, time.monotonic, asyncio.to_thread)
    store.open()
    writer = Writer(store)
    async with asyncio.TaskGroup() as group:
        group.create_task(writer.run())
        for name in range(20):
            group.create_task(caller(writer, int(sys.argv[2]) * 100 + name))

asyncio.run(main())
"""


def acknowledged_until_killed(folder: Path, turn: int, lines: int) -> list[str]:
    """Start a process that commits, kill it after so many acknowledgements; all that it acknowledged."""
    command = [sys.executable, "-c", COMMITTER, str(folder), str(turn)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(lines)]
        process.kill()
        said += whole_lines(process.stdout)
    assert process.returncode == -signal.SIGKILL
    return [line.strip() for line in said]


def whole_lines(pipe: IO[str]) -> Iterator[str]:
    return (line for line in pipe if line.endswith("\n"))


async def test_nothing_acknowledged_is_lost_by_kill_9(make_store: MakeStore, tmp_path: Path) -> None:
    chance = random.Random(20260609)
    acknowledged: list[str] = []
    for turn in range(10):
        acknowledged += await asyncio.to_thread(
            acknowledged_until_killed, tmp_path / "records", turn, chance.randrange(1, 400)
        )
    store = make_store(map_mib=1024)
    await store.check()

    def halves(view: View) -> list[tuple[bytes | None, bytes | None]]:
        return [(view.get(b"a" + key.encode()), view.get(b"z" + key.encode())) for key in acknowledged]

    assert len(acknowledged) == len(set(acknowledged)) > 10
    assert set(await store.read(halves)) == {(bytes(300), bytes(300))}
    first, last = await asyncio.gather(all_keys(store, b"a"), all_keys(store, b"z"))
    assert [key[1:] for key in first] == [key[1:] for key in last], "nothing is half-visible"


async def all_keys(store: LmdbStore, start: bytes) -> list[bytes]:
    """All keys that begin with one byte, page by page."""
    found: list[bytes] = []
    stop = bytes([start[0] + 1])
    while page := await store.read(scanner(start, stop)):
        found += [key for key, _ in page]
        start = found[-1] + b"\0"
    return found


def scanner(start: bytes, stop: bytes) -> Callable[[View], list[tuple[bytes, bytes]]]:
    return lambda view: view.scan(start, stop)


@pytest.fixture
def small_disk(as_root: None, program: Callable[[str], str], tmp_path: Path) -> Iterator[Path]:
    """A file system of 48 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run([program("mount"), "-t", "tmpfs", "-o", "size=48m", "tmpfs", folder], check=True)
    yield folder
    subprocess.run([program("umount"), folder], check=True)


@pytest.mark.lab
async def test_a_disk_that_is_really_full(small_disk: Path, clock: FakeClock) -> None:
    """Others fill the disk to the last byte: deletes still go, and everything goes when there is space again."""

    async def in_thread(function: Callable[..., Any], *args: Any) -> Any:
        return await asyncio.to_thread(function, *args)

    store = LmdbStore(small_disk / "records", 1 << 30, clock.monotonic, in_thread)
    store.open()
    await store.write([put(b"%03d" % number, LARGE) for number in range(64)])
    others = small_disk / "others"
    await asyncio.to_thread(fill, others)
    with pytest.raises(StoreFull):
        for number in range(64, 1000):
            await store.write([put(b"%03d" % number, LARGE)])
    full = await store.read(keys)
    assert (await store.usage()).ratio > 0.95
    with pytest.raises(StoreFull):
        await store.write([put(b"%03d" % number, LARGE) for number in range(500, 1000)])
    assert await store.read(keys) == full
    for key in full[:-1]:
        assert await store.write([delete(key)]) == [Done(True)]
    await store.check()
    await asyncio.to_thread(others.unlink)
    assert await store.write([put(b"%03d" % number, LARGE) for number in range(100)]) == [Done(None)] * 100
    await store.close()


def fill(file: Path) -> None:
    """Take all that the disk has left."""
    with file.open("wb", buffering=0) as stream, contextlib.suppress(OSError):
        while True:
            stream.write(bytes(4096))


async def test_a_reader_whose_error_is_kept_leaves_its_place_to_others(make_store: MakeStore) -> None:
    """The frames of an exception hold the view; LMDB has a place for 1,024 readers."""
    store, kept = make_store(), list[Exception]()

    def fails(view: View) -> None:
        raise KeyError(view)

    for _ in range(MAX_READERS + 10):
        try:
            await store.read(fails)
        except KeyError as error:
            kept.append(error)
    assert await store.read(lambda view: view.get(b"a")) is None
    assert len(kept) == MAX_READERS + 10

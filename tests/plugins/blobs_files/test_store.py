# SPDX-License-Identifier: Apache-2.0
"""What the file store promises beyond the contract: its files, and what full disks and kills leave of them."""

import asyncio
import errno
import logging
import os
import stat
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from renkei_blobs_files.store import UNFINISHED, FileBlobs

from appliance.contracts.blobs import MAX_BLOB, BlobError, BlobMissing, BlobStoreFull, BlobTooLarge
from appliance.model.ids import id_from
from appliance.testing.blobs_suite import MIB, pieces, whole
from appliance.testing.clock import FakeClock, FakeRandom

ONE, TWO = "a" * 26, "b7" + "c" * 24


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "blobs"


@pytest.fixture
async def blobs(folder: Path) -> AsyncIterator[FileBlobs]:
    store = made(folder)
    await store.start()
    yield store
    await store.stop()


def made(folder: Path, clock: FakeClock | None = None, seed: str = "") -> FileBlobs:
    return FileBlobs(folder, 2, clock or FakeClock(), FakeRandom(seed), logging.getLogger("test"))


async def warm(blobs: FileBlobs, id: str) -> None:
    """Let the directories for this id stand, as they do in a store that is in use."""
    await blobs.save(id, pieces(b"x"))
    await blobs.delete(id)


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


def name_of(file: int) -> str:
    return Path(f"/proc/self/fd/{file}").readlink().name


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def modes_of_folders(folder: Path) -> set[int]:
    return {mode(path) for path in (folder, *folder.rglob("*")) if path.is_dir()}


async def test_a_blob_is_a_private_file_two_levels_down(blobs: FileBlobs, folder: Path) -> None:
    await blobs.save(ONE, pieces(b"1"))
    await blobs.save(TWO, pieces(b"2"))
    assert files(folder) == [f"a/a/{ONE}", f"b/7/{TWO}"]
    assert mode(folder / "a/a" / ONE) == 0o600
    assert modes_of_folders(folder) == {0o700}


async def test_the_time_is_that_of_the_clock(folder: Path) -> None:
    clock = FakeClock()
    store = made(folder, clock)
    await store.start()
    clock.move(12_345)
    await store.save(ONE, pieces(b"1"))
    [info] = await store.ids()
    await store.stop()
    assert info.saved_at == clock.now()


async def test_durable_before_visible_before_answered(blobs: FileBlobs, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    sync, link = os.fsync, os.link

    def watched_sync(file: int) -> None:
        calls.append(f"sync {name_of(file).partition('.')[0]}")
        sync(file)

    def watched_link(source: Path, target: Path, *, follow_symlinks: bool) -> None:
        calls.append(f"link {target.name}")
        link(source, target, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(os, "fsync", watched_sync)
    monkeypatch.setattr(os, "link", watched_link)
    first, second = "2a" + "x" * 24, "2a" + "y" * 24
    await blobs.save(first, pieces(b"x"))
    assert calls == ["sync blobs", "sync 2", f"sync {first}", f"link {first}", "sync a"]
    calls.clear()
    await blobs.save(second, pieces(b"x"))
    assert calls == [f"sync {second}", f"link {second}", "sync a"]


async def test_a_deletion_is_durable(blobs: FileBlobs, monkeypatch: pytest.MonkeyPatch) -> None:
    await blobs.save(ONE, pieces(b"x"))
    synced: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda file: synced.append(name_of(file)))
    await blobs.delete(ONE)
    assert synced == ["a"]


async def test_what_a_crash_has_left_is_swept_at_the_start(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    first = made(folder)
    await first.start()
    await first.save(ONE, pieces(b"kept"))
    await first.stop()
    (folder / UNFINISHED / f"{TWO}.0123").write_bytes(b"half")
    second = made(folder)
    await second.start()
    assert files(folder) == [f"a/a/{ONE}"]
    assert await whole(second, ONE) == b"kept"
    assert "swept 1 unfinished" in caplog.text
    await second.stop()


async def test_strange_files_are_no_blobs(blobs: FileBlobs, folder: Path) -> None:
    await blobs.save(ONE, pieces(b"x"))
    for name in ("a/a/README", "a/a/" + "A" * 26, f"a/a/{ONE}.bak", "a/notes", "notes"):
        (folder / name).write_bytes(b"x")
    assert [info.id for info in await blobs.ids()] == [ONE]


async def test_a_symbolic_link_is_never_followed(blobs: FileBlobs, folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    await warm(blobs, ONE)
    (folder / "a/a" / ONE).symlink_to(secret)
    with pytest.raises(BlobError):
        await whole(blobs, ONE)
    with pytest.raises(BlobError):
        await blobs.save(ONE, pieces(b"overwrite"))
    assert secret.read_bytes() == b"secret"


async def test_a_blob_deleted_while_it_is_read_is_missing_not_short(blobs: FileBlobs) -> None:
    await blobs.save(ONE, pieces(b"x" * (3 * MIB)))
    stream = aiter(blobs.open(ONE))
    await anext(stream)
    await blobs.delete(ONE)
    with pytest.raises(BlobMissing):
        _ = [piece async for piece in stream]


@pytest.mark.parametrize("size", [MIB, 2 * MIB, 2 * MIB + 100, 3 * MIB + 1])
async def test_a_file_that_is_changed_while_it_is_read_is_an_error_not_an_end(
    blobs: FileBlobs, folder: Path, size: int
) -> None:
    await blobs.save(ONE, pieces(b"x" * (3 * MIB)))
    stream = blobs.open(ONE)
    await anext(stream)  # the second piece is being read already
    await asyncio.to_thread(os.truncate, folder / "a/a" / ONE, size)
    with pytest.raises(BlobError, match="not the one any more"):
        async for _ in stream:
            pass


async def test_what_is_too_large_is_refused_before_it_is_written(blobs: FileBlobs, folder: Path) -> None:
    with pytest.raises(BlobTooLarge, match=str(MAX_BLOB)):
        await blobs.save(ONE, pieces(b"x" * (MAX_BLOB + 1)))
    assert files(folder) == []
    assert await blobs.save(ONE, pieces(b"x" * MAX_BLOB)) == MAX_BLOB


async def test_a_reader_that_stops_early_leaves_nothing_behind(blobs: FileBlobs) -> None:
    await blobs.save(ONE, pieces(b"x" * (3 * MIB)))
    stream = blobs.open(ONE)
    assert len(await anext(stream)) == MIB
    await stream.aclose()  # type: ignore[attr-defined]
    await blobs.stop()


async def test_no_file_stays_open(blobs: FileBlobs) -> None:
    def descriptors() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    await blobs.save(ONE, pieces(b"x" * (3 * MIB)))
    before = descriptors()
    streams = [aiter(blobs.open(ONE)) for _ in range(20)]
    for stream in streams:
        await anext(stream)
    for number in range(20):
        with pytest.raises(ConnectionResetError):
            await blobs.save(id_from(number.to_bytes(16, "big")), _breaking(2 * MIB))
    assert descriptors() == before


async def _breaking(size: int) -> AsyncIterator[bytes]:
    yield b"x" * size
    raise ConnectionResetError


async def test_a_closed_store_says_so(folder: Path) -> None:
    store = made(folder)
    for _ in range(2):
        for attempt in (
            store.save(ONE, pieces(b"x")),
            whole(store, ONE),
            store.delete(ONE),
            store.ids(),
            store.check(),
        ):
            with pytest.raises(BlobError, match="closed"):
                await attempt
        await store.start()
        await store.stop()
    assert files(folder) == []


FAULTS = [
    ("writev", errno.ENOSPC, BlobStoreFull),
    ("writev", errno.EDQUOT, BlobStoreFull),
    ("writev", errno.EIO, BlobError),
    ("fsync", errno.EIO, BlobError),
    ("fsync", errno.ENOSPC, BlobStoreFull),
    ("link", errno.ENOSPC, BlobStoreFull),
    ("link", errno.EROFS, BlobError),
    ("utime", errno.EIO, BlobError),
]


@pytest.mark.parametrize(("call", "number", "kind"), FAULTS)
async def test_a_disk_that_refuses_leaves_nothing(
    blobs: FileBlobs, folder: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int, kind: type[BlobError]
) -> None:
    await warm(blobs, ONE)

    def refuse(*args: object, **named: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr(os, call, refuse)
        with pytest.raises(kind) as raised:
            await blobs.save(ONE, pieces(b"x" * MIB, b"y"))
        assert type(raised.value) is kind
    assert files(folder) == []
    await blobs.save(ONE, pieces(b"again"))


async def test_a_folder_that_cannot_be_made_durable_takes_the_blob_back(
    blobs: FileBlobs, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync, seen = os.fsync, list[list[str]]()

    def fails_for_the_folder(file: int) -> None:
        if name_of(file) == "7":
            seen.append(files(folder))
            raise OSError(errno.EIO, "broken")
        sync(file)

    await warm(blobs, TWO)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fails_for_the_folder)
        with pytest.raises(BlobError, match="broken"):
            await blobs.save(TWO, pieces(b"x"))
    assert seen == [[f"b/7/{TWO}"], []]
    assert files(folder) == []


async def test_short_writes_are_continued(blobs: FileBlobs, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.writev

    def short(file: int, buffers: list[bytes | memoryview]) -> int:
        return write(file, [memoryview(buffers[0])[:7]])

    monkeypatch.setattr(os, "writev", short)
    chunks = [bytes([n]) * (n % 23) for n in range(200)]
    assert await blobs.save(ONE, pieces(*chunks)) == sum(map(len, chunks))
    assert await whole(blobs, ONE) == b"".join(chunks)


async def test_a_full_store_is_not_a_broken_one(blobs: FileBlobs, monkeypatch: pytest.MonkeyPatch) -> None:
    await blobs.save(ONE, pieces(b"kept"))

    def full(*args: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "writev", full)
    assert (await blobs.check()).ratio == 1.0
    assert await whole(blobs, ONE) == b"kept"
    assert await blobs.delete(ONE) is True


async def test_a_disk_that_lies_is_found_out(blobs: FileBlobs, monkeypatch: pytest.MonkeyPatch) -> None:
    read = os.pread
    monkeypatch.setattr(os, "pread", lambda file, size, at: bytes(len(read(file, size, at))))
    with pytest.raises(BlobError, match="did not come back"):
        await blobs.check()
    assert await blobs.ids() == []


async def test_a_save_cancelled_while_the_disk_is_slow_leaves_nothing(
    blobs: FileBlobs, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    for call in ("writev", "fsync", "link"):
        writing, go_on = asyncio.Event(), asyncio.Event()
        real = getattr(os, call)

        def slow(*args: object, real=real, writing=writing, go_on=go_on, **named: object):  # type: ignore[no-untyped-def]
            loop.call_soon_threadsafe(writing.set)
            asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result()
            return real(*args, **named)

        with monkeypatch.context() as patched:
            patched.setattr(os, call, slow)
            async with asyncio.TaskGroup() as tasks:
                save = tasks.create_task(blobs.save(ONE, pieces(b"x" * MIB, b"y")))
                await writing.wait()
                save.cancel()
                loop.call_soon(go_on.set)
        assert save.cancelled()
        assert files(folder) == []


async def test_cancelled_again_while_it_clears_up_it_still_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FileBlobs(folder, 1, FakeClock(), FakeRandom(), logging.getLogger("test"))
    await store.start()
    writing, go_on = asyncio.Event(), threading.Event()
    loop, write = asyncio.get_running_loop(), os.writev

    def slow(file: int, pieces: list[bytes]) -> int:
        loop.call_soon_threadsafe(writing.set)
        go_on.wait()
        return write(file, pieces)

    monkeypatch.setattr(os, "writev", slow)
    async with asyncio.TaskGroup() as tasks:
        save = tasks.create_task(store.save(ONE, pieces(b"x")))
        await writing.wait()
        while not save.done():
            save.cancel()
            await asyncio.sleep(0)
        go_on.set()
    assert save.cancelled()
    await store.stop()
    assert files(folder) == []

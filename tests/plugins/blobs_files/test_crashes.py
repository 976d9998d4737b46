# SPDX-License-Identifier: Apache-2.0
"""What kills, limits of the system and full disks leave of the file store."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.contracts.blobs import BlobStoreFull
from appliance.model.ids import is_id
from appliance.testing.blobs_suite import MIB, pieces, whole
from tests.plugins.blobs_files.test_store import files, made

ONE, TWO = "a" * 26, "b7" + "c" * 24


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "blobs"


CHILD = """
import asyncio, logging, os, resource, sys
from pathlib import Path
from appliance.contracts.blobs import BlobStoreFull
from appliance.model.ids import id_from
from appliance.testing.clock import FakeClock
from renkei_blobs_files.store import FileBlobs

class Chance:
    def bytes(self, count):
        return os.urandom(count)

async def chunks(size):
    for _ in range(size):
        yield bytes(65536)

async def saving(store):
    while True:
        id = id_from(os.urandom(16))
        print("begun", id, flush=True)
        await store.save(id, chunks(20))
        print("saved", id, flush=True)

async def limited(store):
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
    try:
        await store.save("a" * 26, chunks(20))
    except BlobStoreFull as error:
        print(error)
    await store.save("b" * 26, chunks(2))

async def main():
    store = FileBlobs(Path(sys.argv[2]), 2, FakeClock(), Chance(), logging.getLogger())
    await store.start()
    await {"saving": saving, "limited": limited}[sys.argv[1]](store)
    await store.stop()

asyncio.run(main())
"""


def lines_until_killed(folder: Path, count: int) -> Iterator[list[str]]:
    """What a saving child says; it is killed after so many lines, and all that it said until then follows."""
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, "saving", str(folder)], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        for _ in range(count):
            yield child.stdout.readline().split()
        child.send_signal(signal.SIGKILL)
        for line in child.stdout:
            if line.endswith("\n"):
                yield line.split()


@pytest.mark.parametrize("count", [1, 2, 5, 12, 31, 60])
async def test_a_kill_loses_nothing_acknowledged_and_shows_nothing_half(folder: Path, count: int) -> None:
    said = await asyncio.to_thread(lambda: list(lines_until_killed(folder, count)))
    saved = {id for word, id in said if word == "saved"}
    begun = {id for word, id in said if word == "begun"}
    store = made(folder)
    await store.start()
    kept = await store.ids()
    await store.stop()
    assert saved <= {info.id for info in kept} <= begun
    assert all(info.size == 20 * 65536 for info in kept)
    assert all(is_id(Path(name).name) for name in files(folder))


def test_a_real_limit_of_the_system_is_a_full_store(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHILD, "limited", str(folder)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "no room for blob" in done.stdout
    assert files(folder) == ["b/b/" + "b" * 26]


@pytest.fixture
def small_disk(as_root: None, tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MiB."""
    place = tmp_path / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "renkei-test", str(place)], check=True)
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.lab
async def test_a_disk_that_is_really_full(small_disk: Path) -> None:
    store = made(small_disk / "blobs")
    await store.start()
    await store.save(ONE, pieces(*[b"x" * MIB] * 5))
    with pytest.raises(BlobStoreFull):
        await store.save(TWO, pieces(*[b"y" * MIB] * 4))
    assert await whole(store, ONE) == b"x" * (5 * MIB)
    assert 0.5 < (await store.check()).ratio < 0.9
    await store.delete(ONE)
    await store.save(TWO, pieces(*[b"y" * MIB] * 4))
    assert [info.id for info in await store.ids()] == [TWO]
    await store.stop()

# SPDX-License-Identifier: Apache-2.0
"""A disk of the server that is really full."""

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.contracts.records import Done, StoreFull, Work
from tests.plugins.records_postgres.conftest import MakeStore
from tests.servers.postgres import USER, Postgres

pytestmark = pytest.mark.lab
LARGE = 1 << 16


@pytest.fixture
def small_disk(as_root: None, program: Callable[[str], str]) -> Iterator[Path]:
    """A file system of 24 MiB that belongs to the server's user."""
    mount, umount = program("mount"), program("umount")
    folder = Path(tempfile.mkdtemp(prefix="renkei-disk-"))
    subprocess.run([mount, "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder], check=True)
    user = pwd.getpwnam(USER)
    os.chown(folder, user.pw_uid, user.pw_gid)
    yield folder
    subprocess.run([umount, "--lazy", folder], check=True)
    shutil.rmtree(folder)


def run_as_root(*command: str) -> None:
    subprocess.run(command, check=True)


def put(number: int) -> Work:
    return lambda txn: txn.put(b"%04d" % number, bytes(LARGE))


async def test_a_full_disk_refuses_and_a_larger_one_goes_on(
    small_disk: Path, own_server: Postgres, make_store: MakeStore, program: Callable[[str], str]
) -> None:
    """Reads go on meanwhile, and nobody has to do anything but enlarge the disk."""
    own_server.sql("postgres", f"CREATE TABLESPACE small LOCATION '{small_disk}'")
    own_server.sql("postgres", "CREATE DATABASE small TABLESPACE small")
    store = await make_store(own_server.conninfo("small"))
    written = []
    with pytest.raises(StoreFull, match="no room"):
        for number in range(1000):
            assert await store.write([put(number)]) == [Done(None)]
            written.append(b"%04d" % number)
    assert len(written) > 10
    for _ in range(3):
        with pytest.raises(StoreFull):
            await store.write([put(number) for number in range(2000, 2100)])
        assert [key for key, _ in await store.read(lambda view: view.scan(b"", b"\xff"))] == written
    await asyncio.to_thread(run_as_root, program("mount"), "-o", "remount,size=200m", str(small_disk))
    assert await store.write([put(number) for number in range(2000, 2100)]) == [Done(None)] * 100
    assert (await store.usage()).used == (len(written) + 100) * (LARGE + 4)

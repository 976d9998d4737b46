# SPDX-License-Identifier: Apache-2.0
"""The plugin refuses to start where it could not keep blobs, and says what to do."""

import logging
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
from renkei_blobs_files import BlobsFiles, Settings

from appliance.contracts.blobs import BlobError, BlobStore
from appliance.contracts.plugin import PluginError, Services
from appliance.testing.blobs_suite import pieces, whole
from appliance.testing.clock import FakeClock, FakeRandom

ONE = "a" * 26


def made(settings: Settings) -> tuple[BlobsFiles, BlobStore]:
    unused: Any = None
    services = Services(
        FakeClock(), FakeRandom(), logging.getLogger("test"), unused, unused, unused, unused, unused
    )
    plugin = BlobsFiles(settings, services)
    [blobs] = plugin.register_blobs()
    return plugin, blobs


async def test_its_life(tmp_path: Path) -> None:
    plugin, blobs = made(Settings(path=str(tmp_path / "blobs"), threads=1))
    assert not (tmp_path / "blobs").exists()
    await plugin.start()
    await plugin.check()
    await blobs.save(ONE, pieces(b"x"))
    assert await whole(blobs, ONE) == b"x"
    await plugin.stop()
    with pytest.raises(BlobError, match="closed"):
        await blobs.ids()


async def test_stop_after_a_start_that_never_was(tmp_path: Path) -> None:
    plugin, _ = made(Settings(path=str(tmp_path)))
    await plugin.stop()
    await plugin.stop()


@pytest.mark.parametrize("threads", [0, -1, 33])
async def test_a_senseless_number_of_threads(tmp_path: Path, threads: int) -> None:
    plugin, _ = made(Settings(path=str(tmp_path), threads=threads))
    with pytest.raises(PluginError, match="a number from 1 to 32"):
        await plugin.start()


async def test_a_path_that_is_no_directory(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    plugin, _ = made(Settings(path=str(tmp_path / "file" / "blobs")))
    with pytest.raises(PluginError, match=r"file/blobs cannot be used \(Not a directory\): give it"):
        await plugin.start()
    await plugin.stop()


async def test_a_directory_that_vanished(tmp_path: Path) -> None:
    plugin, _ = made(Settings(path=str(tmp_path / "blobs")))
    await plugin.start()
    (tmp_path / "blobs").rename(tmp_path / "elsewhere")
    with pytest.raises(PluginError, match="does not keep blobs"):
        await plugin.check()
    await plugin.stop()


def test_the_vault_finds_it() -> None:
    [entry] = [entry for entry in entry_points(group="renkei.vault") if entry.name == "blobs_files"]
    assert entry.load() is BlobsFiles

# SPDX-License-Identifier: Apache-2.0
"""Directories are durable before anybody relies on them, whoever made them."""

import errno
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from renkei_blobs_files.folders import Folders, sync_folder


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of what was made durable, in order."""
    names: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda file: names.append(Path(f"/proc/self/fd/{file}").readlink().name))
    return names


def test_both_levels_are_made_private_and_durable(tmp_path: Path, synced: list[str]) -> None:
    Folders().need(tmp_path / "a" / "b")
    assert [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "a", tmp_path / "a/b")] == [0o700, 0o700]
    assert synced == [tmp_path.name, "a"]


def test_what_is_known_to_be_durable_costs_nothing(tmp_path: Path, synced: list[str]) -> None:
    folders = Folders()
    for _ in range(3):
        folders.need(tmp_path / "a" / "b")
    assert len(synced) == 2


def test_what_an_earlier_process_made_may_not_be_durable_yet(tmp_path: Path, synced: list[str]) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    Folders().need(tmp_path / "a" / "b")
    assert synced == [tmp_path.name, "a"]


def test_a_failure_is_not_taken_for_durable(
    tmp_path: Path, synced: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = Folders()

    def broken(file: int) -> None:
        raise OSError(errno.EIO, "broken")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", broken)
        with pytest.raises(OSError, match="broken"):
            folders.need(tmp_path / "a" / "b")
    folders.need(tmp_path / "a" / "b")
    assert synced == [tmp_path.name, "a"]


def test_many_threads_at_once(tmp_path: Path) -> None:
    folders = Folders()
    leaves = [tmp_path / str(number % 3) / str(number % 7) for number in range(200)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(folders.need, leaves))
    assert all(leaf.is_dir() for leaf in leaves)


def test_a_root_that_is_missing_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Folders().need(tmp_path / "no" / "a" / "b")


def test_a_file_or_a_link_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path)
    for name in ("file", "link"):
        with pytest.raises(NotADirectoryError):
            sync_folder(tmp_path / name)

# SPDX-License-Identifier: Apache-2.0
"""Durable files: whole or not at all, and readable for services whatever the umask is."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.host.durable import make_folder, write_new, write_whole


@pytest.fixture(autouse=True)
def closed_umask() -> Iterator[None]:
    """As careful administrators have it."""
    before = os.umask(0o077)
    yield
    os.umask(before)


def test_a_file_is_replaced_and_everybody_reads_it(tmp_path: Path) -> None:
    for content in (b"1", b"2"):
        write_whole(tmp_path / "a", content)
        assert (tmp_path / "a").read_bytes() == content
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o644
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_what_a_cut_left_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / ".a.new").write_bytes(b"half")
    write_whole(tmp_path / "a", b"whole")
    assert (tmp_path / "a").read_bytes() == b"whole"


def test_a_new_file_replaces_nothing(tmp_path: Path) -> None:
    write_new(tmp_path / "a", b"1")
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "a", b"2")
    assert (tmp_path / "a").read_bytes() == b"1"


def test_folders_are_made_down_to_the_last(tmp_path: Path) -> None:
    for _ in range(2):
        make_folder(tmp_path / "a" / "b")
    assert {(tmp_path / "a").stat().st_mode & 0o777, (tmp_path / "a" / "b").stat().st_mode & 0o777} == {0o755}


def test_a_file_is_replaced_as_a_whole_even_if_it_is_read_only(tmp_path: Path) -> None:
    path = tmp_path / "key"
    write_whole(path, b"first", 0o400)
    write_whole(path, b"second", 0o400)
    assert path.read_bytes() == b"second"
    assert [found.name for found in tmp_path.iterdir()] == ["key"]


def test_what_a_broken_write_left_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / ".key.new").symlink_to(tmp_path / "elsewhere")
    write_whole(tmp_path / "key", b"x", 0o400)
    assert [found.name for found in tmp_path.iterdir()] == ["key"]


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "key"
    write_whole(path, b"first", 0o400)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"second", 0o400)
    assert path.read_bytes() == b"first"


def test_a_secret_is_never_open_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.umask(0)
    seen: list[int] = []
    monkeypatch.setattr(os, "fchmod", lambda handle, mode: seen.append(os.fstat(handle).st_mode & 0o777))
    write_whole(tmp_path / "key", b"x", 0o400)
    assert seen == [0o600]

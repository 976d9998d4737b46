# SPDX-License-Identifier: Apache-2.0
"""Folders with their modes, files that are whole or not there, and which configuration counts."""

import os
from pathlib import Path

import pytest

from appliance.cli.places import DEFAULT_CONFIG, Places, config_path, write_whole


def mode(path: Path) -> int:
    """The permission bits of a file or folder."""
    return path.stat().st_mode & 0o7777


def test_the_folders_of_the_system() -> None:
    places = Places.of_system()
    assert places.config == DEFAULT_CONFIG
    assert places.credentials == Path("/etc/renkei/credentials")
    assert places.vault == Path("/var/lib/renkei/vault")
    assert places.unfinished == Path("/etc/renkei/config.toml.unfinished")


def test_a_relative_root_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Places.below(Path("x")).state == tmp_path / "x" / "state"


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_modes_do_not_depend_on_the_umask(tmp_path: Path, umask: int) -> None:
    places = Places.below(tmp_path / "new" / "root")
    before = os.umask(umask)
    try:
        places.make()
        write_whole(places.config, b"x", 0o644)
        write_whole(places.credentials / "key", b"x", 0o400)
    finally:
        os.umask(before)
    open_to_all = [places.config.parent, places.certificates, places.plugins, places.state, places.run]
    assert [mode(folder) for folder in open_to_all] == [0o755] * 5
    assert [mode(folder) for folder in (places.credentials, places.vault)] == [0o700] * 2
    assert (mode(places.config), mode(places.credentials / "key")) == (0o644, 0o400)


def test_folders_that_are_there_keep_their_modes_unless_they_hold_secrets(tmp_path: Path) -> None:
    places = Places.below(tmp_path)
    tmp_path.chmod(0o1777)
    places.credentials.mkdir(mode=0o755)
    places.make()
    assert mode(tmp_path) == 0o1777
    assert mode(places.credentials) == 0o700


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


@pytest.mark.parametrize(
    ("given", "environment", "expected"),
    [
        ("a.toml", "b.toml", Path("a.toml")),
        (None, "b.toml", Path("b.toml")),
        (None, "", DEFAULT_CONFIG),
        (None, None, DEFAULT_CONFIG),
    ],
)
def test_which_configuration_counts(
    monkeypatch: pytest.MonkeyPatch, given: str | None, environment: str | None, expected: Path
) -> None:
    if environment is not None:
        monkeypatch.setenv("RENKEI_CONFIG", environment)
    assert config_path(given) == expected

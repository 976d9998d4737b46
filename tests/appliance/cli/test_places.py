# SPDX-License-Identifier: Apache-2.0
"""Folders with their modes, and which configuration counts."""

import os
from pathlib import Path

import pytest

from appliance.cli.places import DEFAULT_CONFIG, Places, config_path
from appliance.host.durable import write_whole


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

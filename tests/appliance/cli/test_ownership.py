# SPDX-License-Identifier: Apache-2.0
"""Root works on the vault's folder and leaves nothing of its own there."""

import os
from pathlib import Path
from typing import Any

import pytest

from appliance.cli.ownership import give, given_back
from appliance.config.settings import Settings
from tests.appliance.cli.command import Installation

NOBODY = 65534


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that are given away, which only root can do in earnest."""
    names: list[str] = []

    def chown(name: str, uid: int, gid: int, **rest: Any) -> None:
        assert rest["follow_symlinks"] is False and isinstance(rest["dir_fd"], int)
        names.append(name)

    monkeypatch.setattr(os, "chown", chown)
    return names


def fill(folder: Path) -> None:
    (folder / "blobs" / "a").mkdir(parents=True)
    (folder / "signed").touch()
    (folder / "blobs" / "a" / "part").touch()
    (folder / "elsewhere").symlink_to("/etc/passwd")
    (folder / "one name").touch()
    (folder / "another name").hardlink_to(folder / "one name")


def test_files_and_folders_are_given_but_no_links(tmp_path: Path, given: list[str]) -> None:
    fill(tmp_path)
    give(tmp_path, os.getuid())
    assert sorted(given) == ["a", "blobs", "part", "signed"]


def test_what_belongs_to_others_stays_theirs(tmp_path: Path, given: list[str]) -> None:
    fill(tmp_path)
    give(tmp_path, os.getuid() + 1)
    assert given == []


def test_only_root_gives(tmp_path: Path, given: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path / "vault")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with given_back(Settings(state=str(tmp_path))):
        pass
    assert given == []


def test_a_vault_that_is_not_there_is_no_matter(tmp_path: Path, given: list[str]) -> None:
    with given_back(Settings(state=str(tmp_path))):
        pass
    assert given == []


@pytest.mark.lab
@pytest.mark.parametrize("words", [("journal", "verify", "--offline"), ("keys", "rotate")])
def test_commands_without_the_vault_leave_nothing_of_root_behind(
    as_root: None, made: Installation, words: tuple[str, ...]
) -> None:
    vault = made.root / "state" / "vault"
    for path in (vault, *vault.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    assert made.renkei(*words).code == 0
    assert {path.name: path.stat().st_uid for path in vault.rglob("*") if path.stat().st_uid != NOBODY} == {}

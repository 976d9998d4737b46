# SPDX-License-Identifier: Apache-2.0
"""Root works on the vault's folder, is led nowhere else, and leaves nothing of its own there."""

import os
from pathlib import Path
from typing import Any

import pytest

from appliance.cli.failure import Failure
from appliance.cli.ownership import give, given_back, refuse_planted
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


@pytest.fixture
def theirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A vault's folder that belongs to somebody, with root beside it."""
    vault = tmp_path / "vault"
    (vault / "records").mkdir(parents=True)
    (vault / "records" / "data.mdb").touch()
    _another(vault)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return vault


def _another(*paths: Path) -> None:
    for path in paths if os.getuid() == 0 else ():
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)


@pytest.mark.parametrize("inside", ["shreds", "signed", "records/lock.mdb"])
def test_root_is_led_nowhere_else(theirs: Path, inside: str) -> None:
    """The vault's user could have the files of others written, opened to it or given to it."""
    (theirs / inside).symlink_to("/etc")
    _another(theirs / inside)
    wanted = pytest.raises(Failure, match=f"{inside} is neither a file nor a folder")
    with wanted, given_back(Settings(state=str(theirs.parent))):
        pytest.fail("root has gone there")


def test_root_does_not_wait_for_ever(theirs: Path) -> None:
    os.mkfifo(theirs / "signed")
    _another(theirs / "signed")
    with pytest.raises(Failure, match="signed is neither a file nor a folder"):
        refuse_planted(Settings(state=str(theirs.parent)))


@pytest.mark.skipif(os.getuid() != 0, reason="only root can put something there as root")
def test_a_link_of_root_is_roots_word(theirs: Path) -> None:
    (theirs / "blobs").symlink_to("/srv")
    refuse_planted(Settings(state=str(theirs.parent)))


def test_what_no_other_user_can_change_is_not_looked_at(theirs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (theirs / "shreds").symlink_to("/etc")
    _another(theirs / "shreds")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    refuse_planted(Settings(state=str(theirs.parent)))


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


@pytest.mark.lab
@pytest.mark.parametrize("words", [("journal", "verify", "--offline"), ("keys", "rotate")])
def test_commands_without_the_vault_follow_no_link_of_its_user(
    as_root: None, made: Installation, folder: Path, words: tuple[str, ...]
) -> None:
    vault, roots = made.root / "state" / "vault", folder / "of-root"
    roots.touch(0o600)
    (vault / "shreds" / "2026-01.key").symlink_to(roots)
    for path in (vault, *vault.rglob("*")):
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    ran = made.renkei(*words)
    assert ran.code == 1 and "2026-01.key is neither a file nor a folder" in ran.said
    assert roots.stat().st_uid == 0

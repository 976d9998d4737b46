# SPDX-License-Identifier: Apache-2.0
"""Trust: every component from / on belongs to the right people, or a sentence says what to do."""

import os
from pathlib import Path

import pytest

from appliance.host.refused import StartRefused
from appliance.host.trust import refuse_untrusted

OWNERS = frozenset({0, os.geteuid()})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file two folders down, all of it safe."""
    folder = tmp_path / "above" / "below"
    folder.mkdir(parents=True)
    (folder / "file").write_text("x")
    for path in (folder / "file", folder, folder.parent):
        path.chmod(0o755)
    return folder / "file"


def test_what_is_safe_passes(file: Path) -> None:
    refuse_untrusted(file, OWNERS)


@pytest.mark.parametrize("up", [0, 1, 2])
@pytest.mark.parametrize("mode", [0o775, 0o757, 0o777])
def test_what_others_can_write_is_refused_wherever_it_stands(file: Path, up: int, mode: int) -> None:
    bad = [file, *file.parents][up]
    bad.chmod(mode)
    with pytest.raises(StartRefused, match=rf"{bad} can be changed by others .* `chmod go-w {bad}`"):
        refuse_untrusted(file, OWNERS)


def test_a_sticky_folder_above_is_no_danger_and_one_that_holds_plugins_is(file: Path) -> None:
    file.parent.chmod(0o1777)
    refuse_untrusted(file, OWNERS)
    with pytest.raises(StartRefused, match="can be changed by others"):
        refuse_untrusted(file.parent, OWNERS)


@pytest.mark.parametrize("up", [0, 1])
def test_a_link_is_refused_wherever_it_stands(file: Path, tmp_path: Path, up: int) -> None:
    real = [file, *file.parents][up]
    moved = real.rename(tmp_path / "elsewhere")
    real.symlink_to(moved)
    with pytest.raises(StartRefused, match=f"{real} is a link"):
        refuse_untrusted(file, OWNERS)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize("up", [0, 1, 2])
def test_a_foreign_owner_is_refused_wherever_it_stands(file: Path, up: int) -> None:
    bad = [file, *file.parents][up]
    os.chown(bad, 12345, -1)
    with pytest.raises(StartRefused, match=f"{bad} belongs to user 12345; `chown root {bad}`"):
        refuse_untrusted(file, OWNERS)
    refuse_untrusted(file, OWNERS | {12345})


def test_nobody_is_trusted_for_being_there(file: Path) -> None:
    with pytest.raises(StartRefused, match="belongs to user"):
        refuse_untrusted(file, frozenset({54321}))


def test_what_is_not_there_is_said_as_such(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        refuse_untrusted(tmp_path / "none", OWNERS)

# SPDX-License-Identifier: Apache-2.0
"""Plugins in one file: whose they may be, who may change them, and what runs of them."""

import os
import sys
from pathlib import Path

import pytest

from appliance.contracts.plugin import Plugin
from appliance.host.refused import StartRefused
from appliance.host.single_file import MODULE_PREFIX, SingleFile, refuse_unsafe_folder
from appliance.model.words import Tier

OURS = frozenset({os.geteuid()})
TEXT = "from appliance.contracts.plugin import Plugin\nTIER = 'vault'\nclass Mine(Plugin):\n    pass\n"


def write(folder: Path, text: str = TEXT, mode: int = 0o644) -> Path:
    path = folder / "mine.py"
    path.write_text(text, "utf-8")
    path.chmod(mode)
    return path


def test_the_one_plugin_of_a_file_is_found(tmp_path: Path) -> None:
    file = SingleFile.read(write(tmp_path, TEXT + "VERSION = '2.0'\n"), OURS)
    kind = file.plugin()
    assert issubclass(kind, Plugin) and kind is not Plugin
    assert (kind.__name__, kind.__module__) == ("Mine", MODULE_PREFIX + "mine")
    assert (file.tier, file.version) == (Tier.VAULT, "2.0")


@pytest.mark.parametrize(
    ("line", "tier"), [("TIER = 'web'", Tier.WEB), ('TIER = "gate"', Tier.GATE), ("TIER = Tier.VAULT", Tier.VAULT)]
)
def test_the_tier_is_read_and_not_run(tmp_path: Path, line: str, tier: Tier) -> None:
    assert SingleFile.read(write(tmp_path, f"raise SystemExit\n{line}\n"), OURS).tier is tier


@pytest.mark.parametrize(
    "line", ["", "TIER = 'cellar'", "TIER = None", "TIER = input()", "TIER = Site.PORTAL", "TIER"]
)
def test_a_file_that_does_not_say_its_tier_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(StartRefused, match=r"mine\.py does not say where it runs"):
        SingleFile.read(write(tmp_path, line), OURS)


def test_a_file_that_is_no_python_is_refused(tmp_path: Path) -> None:
    for text in ("def (", "\0"):
        with pytest.raises(StartRefused, match="does not import"):
            SingleFile.read(write(tmp_path, text), OURS)


@pytest.mark.parametrize("mode", [0o664, 0o646, 0o666, 0o777])
def test_a_file_that_others_can_change_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(StartRefused, match=rf"can be changed by others \(mode {mode:04o}\); `chmod go-w"):
        SingleFile.read(write(tmp_path, mode=mode), OURS)


def test_a_file_of_somebody_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StartRefused, match=f"belongs to user {os.geteuid()}"):
        SingleFile.read(write(tmp_path), frozenset({os.geteuid() + 1}))


def test_a_link_is_refused_even_to_a_file_that_is_all_right(tmp_path: Path) -> None:
    (tmp_path / "link.py").symlink_to(write(tmp_path))
    with pytest.raises(StartRefused, match="no link"):
        SingleFile.read(tmp_path / "link.py", OURS)


def test_a_folder_or_a_pipe_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "folder.py").mkdir()
    os.mkfifo(tmp_path / "pipe.py", 0o600)
    for name in ("folder.py", "pipe.py", "absent.py"):
        with pytest.raises(StartRefused, match=name):
            SingleFile.read(tmp_path / name, OURS)


def test_what_was_checked_is_what_runs(tmp_path: Path) -> None:
    file = SingleFile.read(write(tmp_path), OURS)
    write(tmp_path, "raise RuntimeError('put here after the check')")
    assert file.plugin().__name__ == "Mine"


def test_nothing_is_written_beside_the_file(tmp_path: Path) -> None:
    SingleFile.read(write(tmp_path), OURS).plugin()
    assert [path.name for path in tmp_path.iterdir()] == ["mine.py"]


def test_a_file_that_fails_leaves_no_module_behind(tmp_path: Path) -> None:
    sys.modules.pop(MODULE_PREFIX + "mine", None)
    with pytest.raises(StartRefused, match="ZeroDivisionError"):
        SingleFile.read(write(tmp_path, TEXT + "1 / 0\n"), OURS).plugin()
    assert MODULE_PREFIX + "mine" not in sys.modules


def test_annotations_kept_as_text_are_understood(tmp_path: Path) -> None:
    text = (
        "from __future__ import annotations\nfrom dataclasses import dataclass\n"
        + TEXT
        + "    @dataclass(frozen=True)\n    class Settings:\n        hour: int = 12\n"
    )
    kind = SingleFile.read(write(tmp_path, text), OURS).plugin()
    assert kind.Settings(13).hour == 13


@pytest.mark.parametrize("mode", [0o775, 0o757, 0o777])
def test_a_folder_that_others_can_change_is_refused(tmp_path: Path, mode: int) -> None:
    tmp_path.chmod(mode)
    with pytest.raises(StartRefused, match="can be changed by others"):
        refuse_unsafe_folder(tmp_path, OURS)


def test_a_folder_of_somebody_else_or_a_link_to_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StartRefused, match="belongs to user"):
        refuse_unsafe_folder(tmp_path, frozenset({os.geteuid() + 1}))
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(StartRefused, match="no link"):
        refuse_unsafe_folder(tmp_path / "link", OURS)

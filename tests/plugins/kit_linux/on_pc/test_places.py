# SPDX-License-Identifier: Apache-2.0
"""Where things lie: by the environment, below a prefix, on the desktop that the person sees."""

from pathlib import Path

import pytest
from renkei_kit_linux.on_pc.places import OWN_ONLY, desktop_of, places_of, write_own

from tests.plugins.kit_linux.office_pc import OfficePc


def test_the_home_is_where_things_are() -> None:
    places = places_of({"HOME": "/h"})
    assert places.own == Path("/h/.local/share/renkei") and places.config == Path("/h/.config")
    assert places.command == ("/h/.local/share/renkei/renkei-kit",)
    assert places.on("etc/machine-id") == Path("/etc/machine-id")


def test_the_environment_may_say_otherwise() -> None:
    places = places_of({"HOME": "/h", "XDG_DATA_HOME": "/d", "XDG_CONFIG_HOME": "/c"}, root="/r")
    assert (places.own, places.data, places.config) == (Path("/d/renkei"), Path("/d"), Path("/c"))
    assert places.on("etc/machine-id") == Path("/r/etc/machine-id")


def test_a_prefix_holds_everything(tmp_path: Path) -> None:
    places = places_of({"HOME": "/h", "XDG_DATA_HOME": "/d"}, prefix=str(tmp_path))
    assert all(path.is_relative_to(tmp_path) for path in (places.own, places.data, places.config))
    assert places.command == (str(places.program), "--prefix", str(tmp_path))


def test_a_prefix_is_the_same_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert places_of({}, prefix="kit").prefix == str(tmp_path / "kit")


# --- the desktop --------------------------------------------------------------------------------------------------


def test_the_desktop_is_what_the_pc_says(pc: OfficePc) -> None:
    there = pc.home / "机の上"
    there.mkdir()
    pc.program("xdg-user-dir", f'test "$1" = DESKTOP && echo "{there}"')
    assert desktop_of(pc.environment) == there


@pytest.mark.parametrize("said", ["$HOME", "/nowhere", ""])
def test_a_desktop_that_is_not_set_is_looked_for(pc: OfficePc, said: str) -> None:
    pc.program("xdg-user-dir", f'echo "{said}"')
    assert desktop_of(pc.environment) == pc.desktop


def test_without_a_desktop_it_is_the_home(pc: OfficePc) -> None:
    pc.desktop.rmdir()
    pc.program("xdg-user-dir", "exit 1")
    assert desktop_of(pc.environment) == pc.home
    assert desktop_of({**pc.environment, "PATH": "/nowhere"}) == pc.home


# --- files --------------------------------------------------------------------------------------------------------


def test_a_file_is_whole_and_has_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "new" / "device.key"
    for content in (b"first", b"second"):
        write_own(file, content, OWN_ONLY)
        assert file.read_bytes() == content and file.stat().st_mode & 0o777 == OWN_ONLY
    assert [*file.parent.iterdir()] == [file]


def test_a_link_that_somebody_left_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"kept")
    (tmp_path / ".file.new").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "file").symlink_to(tmp_path / "elsewhere")
    write_own(tmp_path / "file", b"written")
    assert (tmp_path / "elsewhere").read_bytes() == b"kept"
    assert (tmp_path / "file").read_bytes() == b"written"

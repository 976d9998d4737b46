# SPDX-License-Identifier: Apache-2.0
"""Laying out: complete before it counts, readable for services, and swept when nobody names it any more."""

import os
from pathlib import Path

import pytest

from appliance.host.approvals import Approvals, folder_of, read_approvals
from appliance.host.laying_out import alone, kept_wheels, lay_out, sweep
from appliance.host.refused import StartRefused
from appliance.host.site import refuse_changed
from appliance.host.wheel import Wheel
from tests.appliance.host.wheels import OWNERS, approve, write_wheel


def names(state: Path) -> set[str]:
    """The files below the folder of plugins, without their folders."""
    return {path.name for path in folder_of(state).rglob("*") if path.is_file()}


def test_everything_is_there_and_can_be_read(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        list_ = approve(tmp_path, write_wheel(tmp_path, "lunch"))
    finally:
        os.umask(before)
    modes = {path.is_dir(): path.stat().st_mode & 0o777 for path in folder_of(tmp_path).rglob("*")}
    assert modes == {True: 0o755, False: 0o644}
    folder = folder_of(tmp_path) / "site" / list_.distributions[0].place
    wheel = Wheel.read(tmp_path / "renkei_lunch-1.0-py3-none-any.whl")
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == {*wheel.files}


def test_rests_of_a_cut_are_in_nobodys_way(tmp_path: Path) -> None:
    path = write_wheel(tmp_path, "lunch")
    one = approve(tmp_path, path).distributions[0]
    place = folder_of(tmp_path) / "site" / one.place
    (place / "rest").write_text("")
    (place.with_name(f".{place.name}.new") / "half").mkdir(parents=True)
    lay_out(tmp_path, Wheel.read(path), path.read_bytes(), one)
    assert not (place / "rest").exists() and [found.name for found in place.parent.iterdir()] == [place.name]


def test_the_same_wheel_again_leaves_what_runs_until_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_wheel(tmp_path, "lunch")
    one = approve(tmp_path, path).distributions[0]
    before = names(tmp_path)

    def full(path: Path, content: bytes) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patched, pytest.raises(OSError, match="no space"):
        patched.setattr("appliance.host.laying_out.write_new", full)
        lay_out(tmp_path, Wheel.read(path), path.read_bytes(), one)
    refuse_changed(folder_of(tmp_path) / "site" / one.place, one, OWNERS)
    lay_out(tmp_path, Wheel.read(path), path.read_bytes(), one)
    assert names(tmp_path) == before and not list(folder_of(tmp_path).rglob(".*.old"))


def test_sweeping_keeps_what_the_list_names(tmp_path: Path) -> None:
    first = approve(tmp_path, write_wheel(tmp_path, "lunch"))
    approve(tmp_path, write_wheel(tmp_path, "lunch", version="2.0"), write_wheel(tmp_path, "dinner"))
    site = folder_of(tmp_path) / "site"
    (site / "renkei-other" / ".torn.new" / "x").mkdir(parents=True)
    (folder_of(tmp_path) / "wheels" / ".x.whl.new").touch()
    sweep(tmp_path, read_approvals(tmp_path, OWNERS) or Approvals())
    assert {path.name for path in site.iterdir()} == {"renkei-lunch", "renkei-dinner"}
    assert not (site / first.distributions[0].place).exists()
    wheels = {path.name for path in (folder_of(tmp_path) / "wheels").iterdir()}
    assert wheels == {"renkei_lunch-2.0-py3-none-any.whl", "renkei_dinner-1.0-py3-none-any.whl"}
    sweep(tmp_path, Approvals())
    assert names(tmp_path) == {"approved.json"}


def test_sweeping_where_nothing_is(tmp_path: Path) -> None:
    sweep(tmp_path, Approvals())
    assert not folder_of(tmp_path).exists()


def test_kept_wheels_without_those_that_are_gone_or_others(tmp_path: Path) -> None:
    list_ = approve(tmp_path, *(write_wheel(tmp_path, name) for name in ("a", "b", "c", "d", "e")))
    write_wheel(folder_of(tmp_path) / "wheels", "e", requires=("renkei-a",))
    (folder_of(tmp_path) / "wheels" / "renkei_a-1.0-py3-none-any.whl").unlink()
    (folder_of(tmp_path) / "wheels" / "renkei_b-1.0-py3-none-any.whl").write_bytes(b"")
    assert [wheel.name for wheel in kept_wheels(tmp_path, list_, frozenset({"renkei-c"}))] == ["renkei-d"]


def test_one_command_at_a_time(tmp_path: Path) -> None:
    with alone(tmp_path, OWNERS), pytest.raises(StartRefused, match="come again"), alone(tmp_path, OWNERS):
        pytest.fail("two at once")
    with alone(tmp_path, OWNERS):
        pass


def test_what_blocks_the_command_itself_is_told_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(BlockingIOError, match="of its own"), alone(tmp_path, OWNERS):
        raise BlockingIOError("of its own")


def test_a_folder_that_others_can_write_takes_no_plugins(tmp_path: Path) -> None:
    folder_of(tmp_path).mkdir()
    folder_of(tmp_path).chmod(0o777)
    with pytest.raises(StartRefused, match="can be changed by others"), alone(tmp_path, OWNERS):
        pytest.fail("it was taken")

# SPDX-License-Identifier: Apache-2.0
"""The list of approved plugins: what is written is read, and what cannot be believed stops the start."""

from pathlib import Path

import pytest

from appliance.host.approvals import LIST, Approvals, Approved, Point, folder_of, read_approvals, write_approvals
from appliance.host.refused import StartRefused
from tests.appliance.host.wheels import OWNERS

ONE = Approved("renkei-a", "1.0", "a.whl", "ab" * 32, "cd" * 32, (Point("renkei.web", "a", "a:A"),), ("b",), "3.11")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state with the folder of plugins."""
    folder_of(tmp_path).mkdir(mode=0o755)
    return tmp_path


def test_what_is_written_is_read(state: Path) -> None:
    wanted = Approvals((ONE,), {"lunch": ("12" * 32,)})
    write_approvals(state, wanted)
    assert read_approvals(state, OWNERS) == wanted
    assert (folder_of(state) / LIST).stat().st_mode & 0o777 == 0o644


def test_without_a_list_there_is_none(state: Path) -> None:
    assert read_approvals(state, OWNERS) is None
    assert read_approvals(state / "none", OWNERS) is None


def test_an_empty_file_is_a_list_of_nothing(state: Path) -> None:
    (folder_of(state) / LIST).touch(0o644)
    assert read_approvals(state, OWNERS) == Approvals()


@pytest.mark.parametrize("text", ["{", "[]", '{"files": {"a": 1}}', '{"distributions": [{"name": "a"}]}', "\0"])
def test_a_damaged_list_stops_the_start(state: Path, text: str) -> None:
    (folder_of(state) / LIST).write_text(text)
    with pytest.raises(StartRefused, match="is damaged"):
        read_approvals(state, OWNERS)


def test_a_list_that_others_can_write_stops_the_start(state: Path) -> None:
    write_approvals(state, Approvals())
    (folder_of(state) / LIST).chmod(0o666)
    with pytest.raises(StartRefused, match="can be changed by others"):
        read_approvals(state, OWNERS)


def test_one_of_a_name_replaces_the_other() -> None:
    newer = Approved("renkei-a", "2.0", "a2.whl", "ef" * 32, "cd" * 32)
    list_ = Approvals((ONE,)).having(newer)
    assert list_.distributions == (newer,)
    assert list_.of("renkei-a") is newer and list_.of("other") is None
    assert list_.without("renkei-a").distributions == ()
    assert ONE.place != newer.place


def test_files_come_change_and_go() -> None:
    list_ = Approvals().with_file("lunch", "1", "2")
    assert list_.files == {"lunch": ("1", "2")}
    assert list_.with_file("lunch", "2").files == {"lunch": ("2",)}
    assert list_.with_file("lunch").files == {}

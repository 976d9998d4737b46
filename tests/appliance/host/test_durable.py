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

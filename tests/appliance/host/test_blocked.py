# SPDX-License-Identifier: Apache-2.0
"""The list of blocked plugins."""

import os
import stat
from pathlib import Path

import pytest

from appliance.host.blocked import FILE, read_blocked, write_blocked


def test_without_a_list_nothing_is_blocked(tmp_path: Path) -> None:
    assert read_blocked(tmp_path) == frozenset()
    assert read_blocked(tmp_path / "absent") == frozenset()


@pytest.mark.parametrize("names", [frozenset(), frozenset({"a"}), frozenset({"b", "a"})])
def test_what_was_written_is_read(tmp_path: Path, names: frozenset[str]) -> None:
    write_blocked(tmp_path, frozenset({"old"}))
    write_blocked(tmp_path, names)
    assert read_blocked(tmp_path) == names
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_the_service_can_read_it_whoever_wrote_it(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        write_blocked(tmp_path, frozenset({"a"}))
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o644


def test_the_folder_is_synced_after_the_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[tuple[bool, frozenset[str]]] = []

    def fsync(handle: int) -> None:
        synced.append((stat.S_ISDIR(os.fstat(handle).st_mode), read_blocked(tmp_path)))

    monkeypatch.setattr(os, "fsync", fsync)
    write_blocked(tmp_path, frozenset({"a"}))
    assert synced == [(False, frozenset()), (True, frozenset({"a"}))]


def test_an_administrator_may_write_it_by_hand(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("# until the update\n\n  scan_clamav \notp_email")
    assert read_blocked(tmp_path) == {"scan_clamav", "otp_email"}


def test_a_list_that_cannot_be_read_is_an_error_and_not_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(OSError, match=FILE):
        read_blocked(tmp_path)

# SPDX-License-Identifier: Apache-2.0
"""The folder: modes, the lock within and between processes, and what is refused."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from renkei_records_lmdb.folder import DATA, LOCK, occupy, open_environment

from appliance.contracts.plugin import PluginError

MIB = 1 << 20
OTHER_PROCESS = """
import sys
from pathlib import Path
from appliance.contracts.plugin import PluginError
from renkei_records_lmdb.folder import occupy
try:
    occupy(Path(sys.argv[1]))
except PluginError as error:
    print(error)
"""


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_folder_and_files_are_for_the_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "records"
    before = os.umask(0)
    try:
        lock = occupy(folder)
        open_environment(folder, MIB).close()
    finally:
        os.umask(before)
    os.close(lock)
    assert mode(folder) == 0o700
    assert {path.name: mode(path) for path in folder.iterdir()} == {DATA: 0o600, LOCK: 0o600, "lock.mdb": 0o600}


def test_an_open_folder_is_closed_to_others(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    os.close(occupy(tmp_path))
    assert mode(tmp_path) == 0o700


def test_a_folder_is_occupied_once_until_it_is_let_go(tmp_path: Path) -> None:
    lock = occupy(tmp_path)
    with pytest.raises(PluginError, match=r"in use by another vault: stop that one first$"):
        occupy(tmp_path)
    os.close(lock)
    os.close(occupy(tmp_path))


def test_another_process_is_refused_as_well(tmp_path: Path) -> None:
    lock = occupy(tmp_path)
    other = [sys.executable, "-c", OTHER_PROCESS, str(tmp_path)]
    said = subprocess.run(other, capture_output=True, text=True, check=True, timeout=60).stdout
    os.close(lock)
    assert "in use by another vault" in said
    assert subprocess.run(other, capture_output=True, text=True, check=True, timeout=60).stdout == ""


def test_a_path_that_cannot_be_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PluginError, match=r"file/records cannot be used for records \(Not a directory\)"):
        occupy(tmp_path / "file" / "records")


def test_a_file_that_is_no_store_is_refused_with_the_cure(tmp_path: Path) -> None:
    (tmp_path / DATA).write_bytes(b"something else entirely" * 1000)
    with pytest.raises(PluginError, match=r"cannot be opened as a record store .* restore a backup"):
        open_environment(tmp_path, MIB)


def test_a_map_larger_than_any_memory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match="lower map_gib"):
        open_environment(tmp_path, 1 << 60)

# SPDX-License-Identifier: Apache-2.0
"""Every plugin that is present, and a start with the fund's own that are good, bad, changed and missing."""

import hashlib
import os
from pathlib import Path

import pytest

from appliance.config.settings import Settings
from appliance.host.approvals import Approvals, folder_of, read_approvals, write_approvals
from appliance.host.present import present, trusted_owners
from appliance.host.refused import StartRefused
from appliance.testing.hosting import hosted, make_host, place_file
from tests.appliance.host.wheels import JOB, OWNERS, POLICY, approve, write_wheel

FILE = f'TIER = "vault"\n{JOB}'


def settings(folder: Path) -> Settings:
    """An installation below folder."""
    return Settings(state=str(folder), plugins_dir=str(folder / "plugins.d"))


def test_all_three_ways_are_found(tmp_path: Path) -> None:
    approve(tmp_path, write_wheel(tmp_path, "own_wheel_here"))
    place_file(tmp_path, "own_file_here", FILE)
    names = {found.name for found in present(settings(tmp_path), OWNERS)}
    assert {"policy_permissions", "own_wheel_here", "own_file_here"} <= names


async def test_an_approved_wheel_runs_in_a_host(tmp_path: Path) -> None:
    approve(tmp_path, write_wheel(tmp_path, "own_runs"))
    list_ = read_approvals(tmp_path, OWNERS) or Approvals()
    stores = place_file(tmp_path, "stores_in_memory", _stores(tmp_path)).read_bytes()
    write_approvals(tmp_path, list_.with_file("stores_in_memory", hashlib.sha256(stores).hexdigest()))
    async with hosted(tmp_path, {"own_runs": {}}) as host:
        assert "own_runs" in [provided.plugin for provided in host.all("jobs")]


def _stores(folder: Path) -> str:
    make_host(folder, {})
    return (folder / "plugins.d" / "stores_in_memory.py").read_text()


async def test_a_bad_optional_wheel_never_stops_the_start_and_a_bad_policy_does(tmp_path: Path) -> None:
    list_ = approve(tmp_path, write_wheel(tmp_path, "own_torn"), write_wheel(tmp_path, "own_policy", text=POLICY))
    stores = hashlib.sha256(_stores(tmp_path).encode()).hexdigest()
    write_approvals(tmp_path, list_.with_file("stores_in_memory", stores))
    for one in list_.distributions:
        next((folder_of(tmp_path) / "site" / one.place).glob("renkei_*/__init__.py")).unlink()
    async with hosted(tmp_path, {"own_torn": {"optional": True}}) as host:
        assert "own_torn" not in [provided.plugin for provided in host.all("jobs")]
    with pytest.raises(StartRefused, match=r"plugins\.own_torn.*is gone"):
        make_host(tmp_path, {"own_torn": {}}).load()
    with pytest.raises(StartRefused, match=r"plugins\.own_policy.*is gone"):
        make_host(tmp_path, {"own_policy": {"optional": True}}).load()


def test_where_a_list_is_kept_a_file_needs_its_line(tmp_path: Path) -> None:
    file = place_file(tmp_path, "own_dropped", FILE)
    [found] = [found for found in present(settings(tmp_path), OWNERS) if found.name == "own_dropped"]
    assert found.load()
    folder_of(tmp_path).mkdir(mode=0o755)
    for list_, said in (
        (Approvals(), "was not approved; read it, then `renkei plugin install"),
        (Approvals(files={"own_dropped": ("00" * 32,)}), "was changed since it was approved"),
    ):
        write_approvals(tmp_path, list_)
        [found] = [found for found in present(settings(tmp_path), OWNERS) if found.name == "own_dropped"]
        with pytest.raises(StartRefused, match=said):
            found.load()
        assert found.text() == FILE.encode()
    write_approvals(tmp_path, Approvals().with_file("own_dropped", hashlib.sha256(file.read_bytes()).hexdigest()))
    [found] = [found for found in present(settings(tmp_path), OWNERS) if found.name == "own_dropped"]
    assert found.load()


def test_a_folder_above_that_others_can_move_is_refused(tmp_path: Path) -> None:
    place_file(tmp_path, "own_dropped", FILE)
    tmp_path.chmod(0o777)
    with pytest.raises(StartRefused, match="can be changed by others"):
        present(settings(tmp_path), OWNERS)


def test_the_owner_of_the_configuration_is_trusted_beside_root(tmp_path: Path) -> None:
    assert trusted_owners(None) == {0, os.geteuid()}
    assert trusted_owners(tmp_path / "none.toml") == {0, os.geteuid()}
    (tmp_path / "config.toml").touch()
    assert trusted_owners(tmp_path / "config.toml") == {0, (tmp_path / "config.toml").stat().st_uid}

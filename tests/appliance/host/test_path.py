# SPDX-License-Identifier: Apache-2.0
"""The path: what the fund has added comes last, and is never taken for the appliance's own."""

import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from appliance.host.path import append, shipped_distributions, shipped_points
from tests.appliance.host.wheels import approve, write_wheel


@pytest.fixture(autouse=True)
def own_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is as before after each test."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


def test_what_is_added_comes_last_and_once(tmp_path: Path) -> None:
    for _ in range(2):
        append(str(tmp_path))
    assert sys.path.count(str(tmp_path)) == 1 and sys.path[-1] == str(tmp_path)
    assert sys.dont_write_bytecode


def test_what_is_added_is_not_the_appliances_own(tmp_path: Path) -> None:
    one = approve(tmp_path, write_wheel(tmp_path, "path_added")).distributions[0]
    append(str(tmp_path / "plugins" / "site" / one.place))
    assert one.name not in {each.name for each in shipped_distributions()}
    assert "path_added" in {point.name for point in entry_points(group="renkei.vault")}
    assert "path_added" not in {point.name for point in shipped_points("renkei.vault")}


def test_the_first_of_a_name_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for version in ("1.0", "2.0"):
        info = tmp_path / version / f"renkei_path_twice-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Name: renkei-path-twice\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[renkei.vault]\ntwice_{version[0]} = nowhere:Nothing\n")
        monkeypatch.syspath_prepend(str(tmp_path / version))
    assert [each.version for each in shipped_distributions() if each.name == "renkei-path-twice"] == ["2.0"]
    names = {point.name for point in shipped_points("renkei.vault")}
    assert "twice_2" in names and "twice_1" not in names


def test_our_own_plugins_are_shipped() -> None:
    assert "policy_permissions" in {point.name for point in shipped_points("renkei.vault")}
